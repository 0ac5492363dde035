"""Reading a page without a recipe: its own metadata, and trafilatura for the body."""

import copy
import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import trafilatura
from lxml import etree, html

from crawler.reading.facts import Facts, line
from crawler.reading.metadata import metadata
from crawler.reading.page import Node, Page, as_text, text_of
from crawler.reading.template import split_names

_BYLINES = (
    '[rel="author"]', '[itemprop="author"] [itemprop="name"]', '[itemprop="author"]', ".byline .author", ".author-name",
    ".byline a", ".author",
)  # fmt: skip
_BYLINE_IN_TEXT = re.compile(r"(?:作者|记者|撰文)\s*[:：]\s*([^\s,，、|/(（]{1,20})")
_MOST_BYLINES = 5
_LONGEST_BYLINE = 60
_OPENING_BLOCKS = 4
_KICKER = 80  # characters a line above the headline has at most
_MOST_LINKED = 0.6  # share of a text's characters that stand in links; lists of articles have more
_TITLE_TAIL = re.compile(r"\s*[|_\-–—·»]+\s*[^|_–—·»]{1,60}$")


def read_generic(page: Page) -> Facts:
    """What can be known of any article page; `body` is None where no text was found."""
    known = metadata(page)
    heading = _heading(page)
    seen = Facts(
        title=heading or _title(page),
        authors=() if known.authors else _authors(page),
        published_at=None if known.published_at else _published(page),
    )
    # The text on the page has its headings and links; a text in the metadata is bare.
    return replace(known, body=_body(page, known.title or heading) or known.body).or_else(seen)


def _body(page: Page, title: str | None) -> str | None:
    """Trafilatura's choice as HTML, less a headline repeated in it."""
    try:
        found: Any = trafilatura.extract(
            page.text,
            url=page.base_url,
            output_format="html",
            include_comments=False,
            include_formatting=True,
            include_images=True,
            include_links=True,
            include_tables=True,
        )
    except (ValueError, RecursionError):
        return None
    if not found:
        return None
    body = _tree(str(found))
    if body is None:
        return None
    body.tag = "div"
    _restore_code(body, page)
    _drop_headline(body, title)
    return None if _is_list_of_links(body) else str(html.tostring(body, encoding="unicode"))


def _tree(found: str) -> Node | None:
    # As XML, which it is: an HTML parser would end a paragraph before the code in it.
    parser = html.XHTMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return html.document_fromstring(found, parser=parser).find("body")
    except (etree.ParserError, etree.XMLSyntaxError):
        return html.document_fromstring(found).find("body")


def _restore_code(body: Node, page: Page) -> None:
    """Trafilatura makes all code blocks and forgets the language: the page's own blocks come back."""
    originals = {block.text_content().strip(): block for block in page.root.iter("pre")}
    for block in list(body.iter("pre")):
        parent = block.getparent()
        original = originals.get(block.text_content().strip())
        if parent is None or parent.tag == "pre":
            continue
        if original is not None:
            restored = copy.deepcopy(original)
            restored.tail = block.tail
            parent.replace(block, restored)
        elif parent.tag != "div":
            block.tag = "code"


def _drop_headline(body: Node, title: str | None) -> None:
    """Take out the headline where the body repeats it, and the few words above it."""
    opening = list(body)[:_OPENING_BLOCKS]
    places = [place for place, block in enumerate(opening) if title and text_of(block) == title]
    above = opening[: max(places, default=-1) + 1]
    if all(len(text_of(block)) <= max(_KICKER, len(title or "")) for block in above):
        for block in above:
            body.remove(block)


def _is_list_of_links(body: Node) -> bool:
    linked = sum(len(text_of(link)) for link in body.iter("a"))
    return linked > _MOST_LINKED * len(text_of(body))


def _heading(page: Page) -> str | None:
    headings = page.root.xpath("//h1")
    return line(text_of(headings[0])) if len(headings) == 1 else None


def _title(page: Page) -> str | None:
    title = line(page.root.findtext(".//title"))
    return title and (_TITLE_TAIL.sub("", title) or title)


def _authors(page: Page) -> tuple[str, ...]:
    for selector in _BYLINES:
        texts = tuple(as_text(node) for node in page.nodes(selector)[:_MOST_BYLINES])
        found = split_names(tuple(text for text in texts if len(text) <= _LONGEST_BYLINE))
        if found:
            return found
    match = _BYLINE_IN_TEXT.search(page.visible[:5000])
    return (match[1],) if match else ()


def _published(page: Page) -> datetime | None:
    """The first time element, else the first date that stands by itself near the headline."""
    for node in page.nodes("article time, main time, time")[:1]:
        found = page.moment(node.get("datetime") or text_of(node))
        if found:
            return found
    for heading in page.root.xpath("//h1")[:1]:
        for near in heading.xpath(
            "following::*[not(*) or self::div or self::p or self::span][position() <= 12]"
        ):
            text = text_of(near)
            if len(text) <= 200 and (found := page.moment(text)):
                return found
    return None
