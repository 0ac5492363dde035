"""Pure: a line of JSON as an article."""

import json
import re
from collections.abc import Callable
from html import escape

from archive import Article
from crawler.past.importing.item import Item
from crawler.past.importing.stated import Stated, stated_article, stated_url, text_of
from crawler.reading import Fetched, Refusal, read
from crawler.reading.markdown import to_markdown
from crawler.source import Source

_HTML = ("html", "raw_html", "content_html", "body_html")
_MARKDOWN = ("body", "markdown", "body_markdown", "content_markdown")
_TEXT = ("text", "content", "maintext", "article_text", "raw_text", "articleBody")
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_ELEMENT = re.compile(r"</(?:p|div|h[1-6]|ul|ol|blockquote|table)>", re.IGNORECASE)
_NEAR_THE_TOP = 2_000  # characters


def read_row(
    item: Item, source_of: Callable[[str], Source], *, plain: bool
) -> tuple[Article | Refusal, bytes | None]:
    """The article that a line states: `url`, `title` and a text, or the HTML of its page; then the page as well."""
    try:
        stated = json.loads(item.content)
    except (ValueError, RecursionError):
        return Refusal(url=item.name, state="failed", reason="no JSON"), None
    url = stated_url(stated) if isinstance(stated, dict) else None
    if url is None:
        return Refusal(url=item.name, state="failed", reason="no JSON object with a `url`"), None
    source = source_of(url)
    html = text_of(stated, _HTML)
    if _PAGE.search(html[:_NEAR_THE_TOP]):
        page = Fetched(
            url=url,
            status=200,
            body=html.encode("utf-8", "replace"),
            content_type="text/html; charset=utf-8",
            fetched_at=item.fetched_at,
        )
        return read(page, source, plain=plain), page.body
    body = _body(stated, html, url, plain=plain)
    return stated_article(stated, body, url, source, item.fetched_at), None


def _body(stated: Stated, html: str, url: str, *, plain: bool) -> str:
    if html:
        return to_markdown(html, url, plain=plain)
    text = text_of(stated, _MARKDOWN)
    if text and not text.lstrip().startswith("<"):
        return text
    text = text or text_of(stated, _TEXT)
    if not _ELEMENT.search(text):
        # Its lines are paragraphs, and its marks are no Markdown.
        text = "".join(f"<p>{escape(one, quote=False)}</p>" for one in text.splitlines() if one.strip())
    return to_markdown(text, url, plain=plain)
