"""A feed's text as XML that a parser can read: real feeds are put together by hand, and some to do harm."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5

from crawler.cases.markup import Piece, pieces
from crawler.reading.decoding import decode

MOST_ITEMS = 1_000
_MOST_TAGS = 100_000  # feedparser takes some 20 µs for each
_REFERENCES = 10  # that cost it as much as one tag
_MOST_ATTRIBUTES = 100  # of a tag: Python's SAX takes time that grows with the square of their number
_LONGEST = 5_000_000  # characters
_LONGEST_SHORT = 3_000  # characters of a text that is no article's: longer than any address we would take
_START = re.compile(r"<\?xml\b|<(?:[\w-]{1,20}:)?(?:rss|rdf|feed)[\s>]", re.IGNORECASE)
_FEED = re.compile(r"<((?:[\w-]{1,20}:)?(?:rss|rdf|feed))[\s>]", re.IGNORECASE)
_PAGE = re.compile(r"<(?:html|head|body)[\s>]", re.IGNORECASE)
_NEAR = 20_000  # characters before a feed's start: warnings of its server, white space
_DECLARATION = re.compile(r"^<\?xml[^>]{0,500}>")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_AMPERSAND = re.compile(r"&(?:(#?\w{1,32});)?")
_MARKUP = frozenset("<>&\"'")
# `a@news.example (a name)`, as RSS wants it; feedparser knows only addresses that end in two to four letters.
_ADDRESSED = re.compile(r"^\s*[^\s@()]{1,100}@[^\s@()]{1,200}\s*\((.+)\)\s*$", re.DOTALL)
_DECLARING = ("<!", "<?")
_END_OF_CDATA = "]]>"
_ENDS = ("item", "entry")
# feedparser looks for an e-mail address in what such elements hold, in time that grows with its square.
_SHORT = re.compile(
    r"(?:[\w-]{1,20}:)?(?:author|creator|contributor|publisher|managingeditor|webmaster|owner|name|email|credit|title"
    r"|link|guid|id|url|pubdate|published|updated|modified|issued|created|date|lastbuilddate|origlink|category)"
)


def feed_text(body: bytes, content_type: str | None) -> str | None:
    """The feed's XML, less its declaration, cut after 1,000 items; None where there is no feed's element.

    Entities of HTML become characters and bare ampersands entities, outside CDATA; control characters go.
    """
    text = decode(body, content_type)[:_LONGEST]
    root = _FEED.search(text, 0, _NEAR)
    if root is None or _PAGE.search(text, 0, root.start()):
        return None
    start = _START.search(text, 0, _NEAR)
    text = _NO_XML.sub("", text[start.start() if start else 0 :])
    return "".join(_mended(_DECLARATION.sub("", text), root[1]))


@dataclass(slots=True)
class _Count:
    """How far a feed was read, and which short element it is in."""

    tags: int = 0
    items: int = 0
    short: str = ""
    room: int = 0

    def sees(self, tag: Piece) -> None:
        self.tags += 1
        is_end = tag.source.startswith("</")
        self.items += is_end and tag.element in _ENDS
        if is_end and tag.element == self.short:
            self.short = ""
        elif not (is_end or self.short or tag.source.endswith("/>")) and _SHORT.fullmatch(tag.element):
            self.short, self.room = tag.element, _LONGEST_SHORT

    def taken(self, text: str) -> str:
        self.tags += (text.count("&") + text.count("<")) // _REFERENCES
        if not self.short:
            return text
        text = text[: self.room]
        self.room -= len(text)
        return _ADDRESSED.sub(r"\1", text) if self.short == "author" else text


def _mended(text: str, root: str) -> Iterator[str]:
    count, before = _Count(), ""
    for piece in pieces(text, is_xml=True):
        yield _mend(piece, before, count)
        before = piece.source if piece.kind == "mark" else ""
        if count.items == MOST_ITEMS or count.tags >= _MOST_TAGS:
            yield "</channel></rss>" if root.lower().endswith("rss") else f"</{root}>"
            return


def _mend(piece: Piece, before: str, count: _Count) -> str:
    """The piece as it should stand; `before` is the mark that it comes after, if it does."""
    source = piece.source
    if piece.kind == "tag":
        count.sees(piece)
        if source.count("=") > _MOST_ATTRIBUTES:
            return ""
        return _AMPERSAND.sub(_entity, source)
    if piece.kind == "cdata":
        return count.taken(source)
    if piece.kind == "comment" or (before or source).startswith(_DECLARING):
        return source
    # A text, or what begins as a tag and is none.
    end = _END_OF_CDATA if source.startswith(_END_OF_CDATA) else ""
    text = count.taken(source.removeprefix(end)).replace("<", "&lt;")
    return end + _AMPERSAND.sub(_entity, text)


def _entity(found: re.Match[str]) -> str:
    """The reference in a form that every parser knows."""
    name = found[1]
    if name is None:
        return "&amp;"
    character = html.unescape(found[0]) if name.startswith("#") else html5.get(f"{name};")
    if character is None:
        return f"&amp;{name};"
    if character in _MARKUP:
        return f"&#{ord(character)};"  # &LT; and the like are HTML's alone
    return _NO_XML.sub("", character)
