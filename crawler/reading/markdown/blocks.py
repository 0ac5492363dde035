"""What a body is made of: blocks, and the pieces that a block's text is made of."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

STRONG, EMPHASIS, DELETED = "strong", "em", "del"
NO_MARKS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """One `<a>`: two links to the same address are two links, so it is compared by identity."""

    url: str


class Piece(NamedTuple):
    """A stretch of text that looks the same from end to end, a picture or a line break.

    A line is a flat row of pieces, not a tree: so neighbours with equal marks merge by themselves.
    """

    text: str  # a picture's alternative text
    marks: frozenset[str] = NO_MARKS
    link: Link | None = None
    kind: Literal["text", "code", "picture", "break"] = "text"
    url: str = ""  # a picture's address


SPACE = Piece(" ")
BREAK = Piece("\n", kind="break")

Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    pieces: Pieces

    @property
    def picture(self) -> Piece | None:
        """The picture that is all there is, if so."""
        first = self.pieces[0]
        return first if len(self.pieces) == 1 and first.kind == "picture" else None


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Listing:
    """A block of code."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    pass


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Item:
    blocks: tuple["Block", ...]
    checked: bool | None = None  # None: not a task


@dataclass(frozen=True, slots=True)
class List:
    items: tuple[Item, ...]
    start: int | None = None  # None: bullets


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the first is the header, which may be empty. Rows are as wide as the header."""

    rows: tuple[tuple[Pieces, ...], ...]


Block = Paragraph | Heading | Listing | Rule | Quote | List | Table


def text_of(pieces: Pieces) -> str:
    """The text that is to be read: no pictures, no marks."""
    return "".join(piece.text for piece in pieces if piece.kind != "picture")
