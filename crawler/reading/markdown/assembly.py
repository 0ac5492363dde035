"""The body while it is put together: open blocks, the text since the last one ended, how it looks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from crawler.reading.markdown import runs
from crawler.reading.markdown.blocks import (
    NO_MARKS,
    STRONG,
    Block,
    Heading,
    Link,
    Paragraph,
    Piece,
    Pieces,
    text_of,
)
from crawler.reading.markdown.tables import Cell

# Lists in quotes in cells …: what nests deeper is read as if it did not.
_DEEPEST = 24

Leave = Callable[[], None]
Kind = Literal["body", "quote", "list", "item", "table", "cell", "figure", "caption"]


@dataclass(slots=True)
class Frame:
    """A block that holds blocks, while it is open."""

    kind: Kind
    blocks: list[Block] = field(default_factory=list)
    items: list["Frame"] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    captions: list[Block] = field(default_factory=list)
    checked: bool | None = None
    in_head: bool = False


class Assembly:
    """Takes pieces and block ends in the page's order; `blocks` is what they make."""

    def __init__(self) -> None:
        self._frames = [Frame("body")]
        self._run: list[Piece] = []
        self._is_filled = False  # is there more in it than white space?
        self._marks = NO_MARKS
        self._link: Link | None = None
        self._level = 0

    @property
    def frame(self) -> Frame:
        """The innermost open block."""
        return self._frames[-1]

    @property
    def is_deep(self) -> bool:
        return len(self._frames) > _DEEPEST

    @property
    def begins_item(self) -> bool:
        """Has the innermost block, a list's item, no content yet?"""
        if self.frame.kind != "item" or self.frame.blocks or self.frame.checked is not None:
            return False
        return not any(piece.text.strip() for piece in self._run)

    def add_text(self, text: str, kind: Literal["text", "code"] = "text") -> None:
        """Adds text that looks as text does here."""
        self._run.append(Piece(text, self._marks, self._link, kind))
        self._is_filled = self._is_filled or not runs.is_blank(text)

    def add(self, piece: Piece) -> None:
        """Adds a picture or a line break, which look the same everywhere."""
        self._run.append(piece)
        self._is_filled = self._is_filled or piece.kind != "break"

    def put(self, blocks: Iterable[Block]) -> None:
        """Adds whole blocks."""
        self.end_block()
        self.frame.blocks += blocks

    def end_block(self) -> None:
        """The text until here is a block, or several."""
        run, self._run = self._run, []
        if not self._is_filled:
            return
        self._is_filled = False
        parts = list(runs.paragraphs(run))
        for block in _heading(self._level, parts) if self._level else map(Paragraph, parts):
            if not _is_same_picture(self.frame.blocks[-1:], block):
                self.frame.blocks.append(block)

    def open(self, frame: Frame) -> None:
        self.end_block()
        self._frames.append(frame)

    def close(self) -> Frame:
        self.end_block()
        return self._frames.pop()

    def nearest(self, kind: Kind) -> Frame | None:
        return next((frame for frame in reversed(self._frames) if frame.kind == kind), None)

    def mark(self, marks: frozenset[str]) -> Leave:
        """Text looks so until the returned function is called."""
        before, self._marks = self._marks, self._marks | marks
        return partial(setattr, self, "_marks", before)

    def lead_to(self, url: str | None) -> Leave:
        """Text links there until the returned function is called."""
        before, self._link = self._link, Link(url) if url else None
        return partial(setattr, self, "_link", before)

    def head(self, level: int) -> Leave:
        """Text is a heading until the returned function is called."""
        self.end_block()
        before, self._level = self._level, level
        return partial(self._end_heading, before)

    def _end_heading(self, before: int) -> None:
        self.end_block()
        self._level = before


def _heading(level: int, parts: list[Pieces]) -> list[Block]:
    """One heading, never empty, then the pictures that were in it. It is bold as it is."""
    blocks: list[Block] = [Paragraph(part) for part in parts]
    pictures = [block for block in blocks if isinstance(block, Paragraph) and block.picture]
    line = runs.on_one_line(part for part in parts if len(part) > 1 or part[0].kind != "picture")
    line = tuple(piece._replace(marks=piece.marks - {STRONG}) for piece in line)
    return [*([Heading(level, line)] if text_of(line).strip() else []), *pictures]


def _is_same_picture(last: list[Block], block: Block) -> bool:
    before = last[0] if last else None
    if not (isinstance(before, Paragraph) and isinstance(block, Paragraph)):
        return False
    one, other = before.picture, block.picture
    return one is not None and other is not None and one.url == other.url
