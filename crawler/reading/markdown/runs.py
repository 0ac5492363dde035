"""Runs of pieces as the page has them → paragraphs: white space folded, breaks judged, pictures apart."""

import re
from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import groupby
from operator import and_

from crawler.reading.markdown.blocks import BREAK, NO_MARKS, SPACE, Piece, Pieces

# What old pages mean by C1 controls, in references (&#150;) or as raw characters.
_WINDOWS_1252 = {code: bytes([code]).decode("cp1252", errors="ignore") for code in range(0x80, 0xA0)}
_INVISIBLE = dict.fromkeys(
    [*range(0x09), *range(0x0E, 0x20), 0x7F, 0xAD, 0x200B, *range(0x2060, 0x2065), 0xFEFF, 0xFFFC]
)
# What no text may hold: non-characters, halves of characters.
_INVISIBLE |= dict.fromkeys([*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])
_UNWANTED: dict[int, str | None] = {**_WINDOWS_1252, **_INVISIBLE}

# Any gap but a single ASCII space, which is as it should be.
_GAP = re.compile(r"[^\S ]\s*| \s+")
# Chinese and Japanese letters and punctuation, full-width forms: a line may end between two with no space meant.
_WIDE = re.compile(
    "[\u2e80-\u303f\u3040-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)
# Punctuation that Chinese shares with other scripts: wide beside a wide letter.
_SHARED = re.compile("[—‘’“”…]")
_LONGEST_GAP = 20


def clean(text: str) -> str:
    """The text without controls, zero-width characters and what no file can hold."""
    is_clean = text.isprintable() and "\ufffc" not in text
    return text if is_clean else text.translate(_UNWANTED)


def is_blank(text: str) -> bool:
    """Is nothing of it to be read? NEL is a space, but pages mean an ellipsis."""
    return not text or (text.isspace() and "\x85" not in text)


def folded(text: str) -> str:
    """The text on one line, gaps folded to single spaces."""
    return _GAP.sub(_fold, clean(text)).strip()


def paragraphs(run: Iterable[Piece]) -> Iterator[Pieces]:
    """The run's paragraphs; a picture at the edge of a line is a paragraph of its own.

    A line break stays a line break; two, or one before an indented line, part paragraphs.
    """
    current: list[Piece] = []
    for indent, line in _lines(run):
        before, middle, after = _pictures_apart(line)
        if current and (before or not middle or _is_indented(indent)):
            yield _merged(current)
            current = []
        yield from ((picture,) for picture in before)
        current += [BREAK, *middle] if current else middle
        if after:
            yield _merged(current)
            current = []
        yield from ((picture,) for picture in after)
    if current:
        yield _merged(current)


def on_one_line(parts: Iterable[Pieces]) -> Pieces:
    """Several paragraphs as one line, for a heading or a cell."""
    line: list[Piece] = []
    for part in parts:
        line += [SPACE] if line else []
        line += (SPACE if piece is BREAK else piece for piece in part)
    return _merged(line) if line else ()


def _lines(run: Iterable[Piece]) -> Iterator[tuple[str, list[Piece]]]:
    """Each line with the white space before it."""
    line: list[Piece] = []
    indent = gap = ""
    marks = NO_MARKS  # of the gap
    for piece in run:
        if piece.kind == "break":
            yield indent, line
            line, indent, gap = [], "", ""
            continue
        text = clean(piece.text)
        bare = text.strip()
        leading = text[: len(text) - len(text.lstrip())]
        marks = piece.marks & marks if gap else piece.marks
        gap = (gap + leading)[-_LONGEST_GAP:]
        if not bare and piece.kind != "picture":
            continue
        if not line:
            indent = gap
        elif gap and _joint(gap, line[-1].text[-1:], bare[:1]):
            line.append(_space(line[-1], marks, piece))
        line.append(Piece(_GAP.sub(_fold, bare), piece.marks, piece.link, piece.kind, piece.url))
        gap, marks = (text[len(text.rstrip()) :] if bare else ""), piece.marks
    yield indent, line


def _fold(gap: re.Match[str]) -> str:
    text, start, end = gap.string, gap.start(), gap.end()
    return _joint(gap[0], text[start - 1 : start], text[end : end + 1])


def _joint(gap: str, before: str, after: str) -> str:
    """The space that a gap stands for: none where the source's line ends between two wide letters."""
    return "" if "\n" in gap and _is_wide(before, after) and _is_wide(after, before) else " "


def _is_wide(char: str, beside: str) -> bool:
    return bool(_WIDE.match(char) or (_SHARED.match(char) and _WIDE.match(beside)))


def _space(before: Piece, own: frozenset[str], after: Piece) -> Piece:
    """Marked and linked only as both sides are: so marks never begin or end with a space."""
    marks = before.marks if before.marks == after.marks else own & before.marks & after.marks
    return Piece(" ", marks, before.link if before.link is after.link else None)


def _is_indented(indent: str) -> bool:
    return "\u3000" in indent or indent.count("\xa0") > 1


def _pictures_apart(line: list[Piece]) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """The pictures a line begins with, what is between, the pictures it ends with."""
    is_text = [piece.kind != "picture" and piece.text != " " for piece in line]
    if not any(is_text):
        return [piece for piece in line if piece.kind == "picture"], [], []
    start, end = is_text.index(True), len(line) - is_text[::-1].index(True)
    before = [piece for piece in line[:start] if piece.kind == "picture"]
    after = [piece for piece in line[end:] if piece.kind == "picture"]
    return before, line[start:end], after


def _merged(pieces: list[Piece]) -> Pieces:
    """Neighbours that look the same as one piece; code beside code always, or its fences would meet."""
    if len(pieces) == 1:
        return (pieces[0],)
    merged: list[Piece] = []
    for (kind, _, _), same in groupby(pieces, key=_look):
        group = list(same)
        if kind not in ("text", "code"):
            merged += group
            continue
        marks = reduce(and_, (piece.marks for piece in group))
        merged.append(Piece("".join(piece.text for piece in group), marks, group[0].link, group[0].kind))
    return tuple(merged)


def _look(piece: Piece) -> tuple[str, frozenset[str], int]:
    marks = frozenset() if piece.kind == "code" else piece.marks
    return piece.kind, marks, id(piece.link)
