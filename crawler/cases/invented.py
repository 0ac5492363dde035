"""A saved page with its mark-up kept, byte for byte, and every run of text replaced by invented text.

A replacement has as many characters as what it replaces, so entities and escapes can be
written back as they stood: what is between two words never changes.
"""

import html
import json
import re
from typing import Literal

from crawler.cases.markup import Piece, pieces
from crawler.cases.words import FOREIGN, Words
from crawler.reading.decoding import encoding_of
from crawler.spelling import respell

_DEEPEST = 4  # HTML in JSON in HTML …: below that only words are replaced

_VISIBLE = re.compile(r">([^<>]{2,80})<")
_ATTRIBUTE = re.compile(r"([^\s=<>\"'/]+)(\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
# What opens and never closes goes to the end of its line, so that no quote is looked for twice.
_LITERAL = re.compile(
    r"\"(?:[^\"\\\n]|\\.)*+(?:\"(?P<colon>\s*+:)?+)?+|'(?:[^'\\\n]|\\.)*+'?+|`(?:[^`\\]|\\.)*+`?+|"
    + FOREIGN.pattern,
    re.DOTALL,
)
_HTML = re.compile(r"</?[A-Za-z][^<>]*>")
_META_NAME = re.compile(r"""\b(?:name|property|itemprop)\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
# Attributes a reader sees, and those that are no text whatever they hold.
_SEEN = frozenset({"alt", "title", "placeholder", "aria-label", "aria-description", "summary"})
_NO_TEXT = re.compile(
    r"(?:href|src|srcset|class|id|name|property|style|type|rel|lang|charset|datetime|action|http-equiv|item\w+|xmlns.*)\Z",
    re.IGNORECASE,
)
# Names of metas, of elements in a feed and of keys in a state: what they name is prose, or an identifier.
_NAMES_PROSE = re.compile(
    r"(?:.*[:.\-])?(?:(?:sub|short|main|seo|og)?_?title|headline|alternativeheadline|desc|description|keywords?|authors?"
    r"|byline|creator|summary|abstract|subject|(?:article)?section|tags?|alt|caption|encoded|(?:short_)?content|label|intro"
    r"|(?:article)?body|text|preface|copyright|category|(?:(?:user|nick|real|display|author|full|tag|site|channel)_?)?name)\Z",
    re.IGNORECASE,
)
_NAMES_NO_PROSE = re.compile(
    r"@.*|_.*|(?:\w*_)?(?:type|id|url|uri|src|href|lang|locale|status|kind|format|mime|layout|platform|path|slug|host|route)\Z",
    re.IGNORECASE,
)
_PROSE = re.compile(r"(?:\b[^\W\d_]++[\"'’)\]]*[,.;:!?…]*[\"'’)\]]*\s++){2}[\"'‘(\[]*[^\W\d_]")
_CODE = re.compile(r"[{}=;<>$|\\]|\w\(|\)\s*\(")
_ADDRESS = re.compile(r"(?:https?:)?//\S*\Z|/\S*\Z")
_LIKE_ADDRESSES = ("http://", "https://", "//", "/", "data:")  # several of them, in a srcset by another name
_LONG_FOREIGN = re.compile(FOREIGN.pattern[:-1] + "{6}")


def invent(
    content: bytes,
    url: str,
    content_type: str | None = None,
    kept: tuple[str, ...] = (),
    first: bytes = b"",
) -> bytes:
    """The page, feed or JSON reply with invented text; the same input gives the same output.

    A further page of an article is invented with the words of its `first`: what both say stays the same.

    Kept are mark-up, keys, addresses, dates, ids and the phrases by which a page says what it
    is ("作者", "Access Verification"), and those in `kept`, which the site's recipe looks for. Scripts keep their code; strings in them that are text or
    HTML are replaced as in the page.
    """
    encoding = encoding_of(content, content_type)
    text = content.decode(encoding, "surrogateescape")
    kind = shape(content)
    page = _Page(Words(text, url, encoding, kept, first), text, is_xml=kind == "xml")
    invented = page.script(text) if kind == "json" else page.markup(text)
    return invented.encode(encoding, "surrogateescape")


def shape(content: bytes) -> Literal["html", "xml", "json"]:
    """What a saved reply is, by how it begins."""
    start = content[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"{", b"[")):
        return "json"
    if start.startswith((b"<rss", b"<feed", b"<urlset")) or (
        start.startswith(b"<?xml") and b"<html" not in start
    ):
        return "xml"
    return "html"


class _Page:
    """One page on its way. `depth` counts how deep in another text a text lies."""

    def __init__(self, words: Words, text: str, *, is_xml: bool) -> None:
        self._words = words
        self._is_xml = is_xml
        # Short texts a reader sees: where a script has one for a string, it is no identifier.
        self._known = {html.unescape(found).strip() for found in _VISIBLE.findall(text)}

    def markup(self, source: str, depth: int = 0) -> str:
        """HTML or XML with its texts replaced."""
        is_xml = self._is_xml and depth == 0
        return "".join(self._piece(piece, is_xml, depth) for piece in pieces(source, is_xml=is_xml))

    def script(self, source: str, depth: int = 0) -> str:
        """JSON or a program with the texts in its strings replaced, and nothing else."""
        self._known |= _named_in_flat_array(source)
        parts, place, key, is_list = [], 0, "", False
        for match in _LITERAL.finditer(source):
            between = source[place : match.start()].strip()
            is_list = between == "[" or (is_list and between == ",")
            if match["colon"] is not None:
                key = match[0].rstrip(": \t\r\n")[1:-1]
                parts.append(source[place : match.end()])
            else:
                name = key if is_list or not between else ""
                parts += source[place : match.start()], self._literal(match[0], name, depth)
            place = match.end()
        return "".join((*parts, source[place:]))

    def _piece(self, piece: Piece, is_xml: bool, depth: int) -> str:
        if piece.kind == "mark" or piece.element == "style":
            return piece.source
        if piece.kind == "tag":
            return self._tag(piece.source, piece.element, depth)
        if piece.kind == "comment":
            return self._comment(piece.source, depth)
        if piece.kind == "text" and piece.element == "script":
            return self.script(piece.source, depth)
        is_prose = not is_xml or bool(_NAMES_PROSE.match(piece.element))
        if piece.kind == "cdata":
            return self._text(piece.source, is_prose, depth)
        return respell(piece.source, "&", lambda text: self._text(text, is_prose, depth))

    def _text(self, text: str, is_prose: bool, depth: int) -> str:
        """A text that may be HTML in its turn, as in a feed's description."""
        if depth < _DEEPEST and _HTML.search(text):
            return self.markup(text, depth + 1)
        return self._words.text(text) if is_prose or self._is_prose(text) else self._words.foreign(text)

    def _comment(self, text: str, depth: int) -> str:
        # Conditional comments of old browsers are mark-up too.
        is_condition = text.lstrip().startswith("[if ")
        return self._words.foreign(text) if is_condition else self._text(text, False, depth)

    def _tag(self, source: str, element: str, depth: int) -> str:
        meta = _META_NAME.search(source) if element == "meta" else None
        is_prose = bool(meta and _NAMES_PROSE.match(meta[1]))

        def attribute(match: re.Match[str]) -> str:
            name, between, value = match[1].lower(), match[2], match[3]
            if _NO_TEXT.match(name):
                return match[0]
            quote = value[0] if value[0] in "\"'" else ""
            inner = value[len(quote) : len(value) - len(quote)]
            seen = name in _SEEN or (name == "content" and is_prose)
            return (
                match[1]
                + between
                + quote
                + respell(inner, "&", lambda text: self._value(text, seen, depth))
                + quote
            )

        return _ATTRIBUTE.sub(attribute, source)

    def _value(self, text: str, is_prose: bool, depth: int) -> str:
        if text.startswith(_LIKE_ADDRESSES):
            return text
        if depth < _DEEPEST and text.startswith(("{", "[")):
            return self.script(text, depth + 1)
        if is_prose or self._is_prose(text) or text.strip() in self._known:
            return self._words.text(text)
        # Short ones may be what a selector asks for: label="备注".
        return self._words.foreign(text) if _LONG_FOREIGN.search(text) else text

    def _literal(self, source: str, key: str, depth: int) -> str:
        """A string of a script with its quotes, or what stands outside of strings."""
        quote = source[0]
        if quote not in "\"'`" or len(source) < 2 or source[-1] != quote:
            return self._words.foreign(source)
        return (
            source[0] + respell(source[1:-1], "\\", lambda text: self._string(text, key, depth)) + source[-1]
        )

    def _string(self, text: str, key: str, depth: int) -> str:
        if _ADDRESS.match(text) or text.isdigit():
            return text
        if depth < _DEEPEST and _HTML.search(text):
            return self.markup(text, depth + 1)
        if depth < _DEEPEST and text.startswith(("{", "[")):
            return self.script(text, depth + 1)
        is_named = bool(_NAMES_PROSE.match(key)) or text.strip() in self._known
        if self._is_prose(text) or (is_named and not _NAMES_NO_PROSE.match(key)):
            return self._words.text(text)
        return self._words.foreign(text)

    @staticmethod
    def _is_prose(text: str) -> bool:
        """Three words in a row, and nothing of a program."""
        return bool(_PROSE.search(text)) and not _CODE.search(text)


def _named_in_flat_array(source: str) -> set[str]:
    """The strings that prose keys point at in a state of the kind `[{"title": 1}, "The title"]`."""
    if not source.lstrip().startswith(("[[", "[{")):
        return set()
    try:
        values = json.loads(source)
    except (ValueError, RecursionError):
        return set()
    places = [
        place
        for entry in values
        if isinstance(entry, dict)
        for key, place in entry.items()
        if isinstance(place, int) and 0 <= place < len(values) and _NAMES_PROSE.match(key)
    ]
    return {values[place].strip() for place in places if isinstance(values[place], str)}
