"""The source of a page cut into pieces: tags, texts, comments. Joined again they are the source."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

_OPENING = re.compile(r"<!--|<!\[CDATA\[|<[!?]|</?[A-Za-z]")
_CLOSING = {"<!--": "-->", "<![CDATA[": "]]>"}
_KIND: dict[str, Literal["comment", "cdata"]] = {"<!--": "comment", "<![CDATA[": "cdata"}
_TAG = re.compile(r"</?([A-Za-z][^\s/<>]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+>")
_SLOPPY_TAG = re.compile(r"</?([A-Za-z][^\s/<>]*)[^<>]*+>")  # a quote too many or too few
_HOLDS_NO_TAGS = ("script", "style", "textarea", "title")
_END = {name: re.compile(f"</{name}", re.IGNORECASE) for name in _HOLDS_NO_TAGS}


class Piece(NamedTuple):
    """A stretch of the source; for a text, `element` is the tag before it."""

    kind: Literal["text", "tag", "comment", "cdata", "mark"]
    source: str
    element: str = ""


def pieces(source: str, *, is_xml: bool = False) -> Iterator[Piece]:
    """The pieces in order; what opens and never closes goes to the end."""
    place, element = 0, ""
    while opening := _OPENING.search(source, place):
        yield Piece("text", source[place : opening.start()], element)
        tag = _tag(source, opening)
        if tag is None:
            place = opening.end()
            yield Piece("mark", opening[0])
            if opening[0] in _KIND:
                end = _find(source, _CLOSING[opening[0]], place)
                yield Piece(_KIND[opening[0]], source[place:end], element)
            else:
                end = _find(source, ">", place)
                yield Piece("mark", source[place:end])
        else:
            element, end = tag[1].lower(), tag.end()
            yield Piece("tag", tag[0], element)
            if element in _END and not is_xml and not tag[0].startswith("</"):
                close = _END[element].search(source, end)
                start, end = end, close.start() if close else len(source)
                yield Piece("text", source[start:end], element)
        place = end
    yield Piece("text", source[place:], element)


def _tag(source: str, opening: re.Match[str]) -> re.Match[str] | None:
    if opening[0].startswith("<!") or opening[0] == "<?":
        return None
    return _TAG.match(source, opening.start()) or _SLOPPY_TAG.match(source, opening.start())


def _find(source: str, mark: str, start: int) -> int:
    end = source.find(mark, start)
    return len(source) if end < 0 else end
