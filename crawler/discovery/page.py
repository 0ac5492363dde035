"""A reply in words, whatever it turned out to be, and texts that are HTML as plain ones."""

import re

from crawler.reading.decoding import decode
from crawler.reading.page import parse_html, text_of

_TITLE = re.compile(rb"<title[^>]{0,500}>([^<]{0,300})</title", re.IGNORECASE)
_ROOT = re.compile(rb"<([A-Za-z][\w.:-]{0,40})")
_NO_PAGE = (b"rss", b"feed", b"rdf:rdf", b"urlset", b"sitemapindex")
_MARK = b"\xef\xbb\xbf"
_MARKED = re.compile(r"&#?\w{1,32};|</\w|<\w[^<>]{0,500}/?>")
_HALF = re.compile("[\ud800-\udfff]")
_HEAD = 20_000  # bytes
_GUESSED = 1_000  # bytes


def looks_like(body: bytes, content_type: str | None) -> str:
    """What a reader would call the reply, for an error: a page's title, or the kind and size."""
    head = body[:_HEAD].removeprefix(_MARK).strip()
    if not head:
        return "an empty reply"
    root = _ROOT.search(head[:_GUESSED]) if head.startswith(b"<") else None
    title = None if head[:1] in b"{[" or (root and root[1].lower() in _NO_PAGE) else _TITLE.search(head)
    if title:
        text = text_of(parse_html(decode(title[1], content_type)))
        return f"the page “{text[:80]}”"
    if root:
        return f"{len(body):,} bytes of <{root[1].decode('ascii')}>"
    kind = " ".join((content_type or "").split())[:80]
    return f"{len(body):,} bytes of {kind or 'unknown type'}"


def sound(text: str) -> str:
    """The text less half characters, which JSON can write and no file can hold."""
    return _HALF.sub("\ufffd", text)


def plain(text: str | None) -> str | None:
    """A title as a reader sees it: lists put entities and tags into it."""
    return text_of(parse_html(text)) if text and _MARKED.search(text) else text
