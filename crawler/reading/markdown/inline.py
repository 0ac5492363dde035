"""Pieces of a line → Markdown: marks around text, links, code, pictures."""

import re
from collections.abc import Iterator
from functools import reduce
from itertools import groupby
from operator import and_

from crawler.reading.markdown.blocks import Piece, Pieces
from crawler.reading.markdown.escape import escaped
from crawler.reading.markdown.marks import Span, marked
from crawler.reading.markdown.tokens import Kind, Token, is_space
from crawler.reading.markdown.urls import destination

# An address that stands bare in text and is a link all the same (GFM), with nothing that would be escaped.
_BARE = re.compile(r"https?://(?:[A-Za-z0-9./?=&%#:+@,-]|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9]))*[A-Za-z0-9/]")
_LINE_BREAK = Span((Token("\\\n", Kind.OPAQUE),))


def inline(pieces: Pieces, *, starts_block: bool = True) -> str:
    """The pieces as Markdown, on one line but for their line breaks.

    `starts_block`: a line's start may be read as a list, a heading …; not so within headings and cells.
    """
    if len(pieces) == 1 and _is_bare(pieces[0]):
        return escaped([Token(pieces[0].text)], starts_block=starts_block)
    return escaped(marked(_settled(list(_spans(pieces)))), starts_block=starts_block)


def _is_bare(piece: Piece) -> bool:
    return piece.kind == "text" and piece.link is None and not piece.marks


def _spans(pieces: Pieces) -> Iterator[Span]:
    for link, group in groupby(pieces, key=lambda piece: piece.link):
        linked = tuple(map(_span, group))
        if link is None or (len(linked) == 1 and link.url == f"mailto:{linked[0].tokens[0].text}"):
            yield from linked
        else:
            brackets = Token("[", Kind.BRACKET), Token(f"]({destination(link.url)})", Kind.TARGET)
            yield Span(brackets, reduce(and_, (span.marks for span in linked)), linked)


def _span(piece: Piece) -> Span:
    match piece.kind:
        case "text":
            return Span((Token(piece.text),), piece.marks)
        case "code":
            return Span((Token(_code(piece.text), Kind.OPAQUE),), piece.marks)
        case "picture":
            target = Token(f"]({destination(piece.url)})", Kind.TARGET)
            return Span((Token("![", Kind.BRACKET), Token(piece.text), target), piece.marks)
        case "break":
            return _LINE_BREAK


def _settled(spans: list[Span]) -> list[Span]:
    """The spans, now that their neighbours are known: breaks marked as both, links alone marked within.

    A mark within a link's brackets is always readable, one around them often not.
    """
    edge = Span((Token("\n"),))
    settled = []
    for before, span, after in zip([edge, *spans], spans, [*spans[1:], edge], strict=False):
        if span is _LINE_BREAK:
            settled.append(Span(span.tokens, before.marks & after.marks))
        elif span.inner and is_space(before.last) and is_space(after.first) and _stands_bare(span):
            settled.append(Span((Token(span.inner[0].tokens[0].text, Kind.OPAQUE),), span.marks))
        elif span.inner:
            settled.append(Span(span.tokens, span.marks & (before.marks | after.marks), span.inner))
        else:
            settled.append(span)
    return settled


def _stands_bare(link: Span) -> bool:
    text, target = link.inner[0].tokens[0].text, link.tokens[-1].text
    return len(link.inner) == 1 and target == f"]({text})" and bool(_BARE.fullmatch(text))


def _code(text: str) -> str:
    """The text between backticks, of which it may hold some."""
    runs = {len(run) for run in re.findall("`+", text)}
    fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    edge = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{edge}{text}{edge}{fence}"
