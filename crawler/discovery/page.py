"""A reply as text and as a tree, whatever it turned out to be."""

import re

from lxml import html
from w3lib.encoding import html_to_unicode

_TITLE = re.compile(rb"<title[^>]*>(.{0,200}?)</title", re.IGNORECASE | re.DOTALL)


def tree(body: bytes, content_type: str | None) -> html.HtmlElement | None:
    """The page's root; None where there is nothing to parse."""
    _, text = html_to_unicode(content_type, body)
    if not text.strip():
        return None
    # As bytes again: lxml refuses a str that still declares an encoding.
    parser = html.HTMLParser(encoding="utf-8")
    return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser, ensure_head_body=True)


def looks_like(body: bytes, content_type: str | None) -> str:
    """What a reader would call the reply, for an error: a page's title, or the kind and size."""
    title = _TITLE.search(body[:20_000])
    if title:
        _, text = html_to_unicode(content_type, title[1])
        return f"the page “{' '.join(text.split())[:80]}”"
    return f"{len(body):,} bytes of {content_type or 'unknown type'}" if body else "an empty reply"
