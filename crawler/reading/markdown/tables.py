"""Tables: which of them hold figures, which only lay out a page, and the grid of the former."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crawler.reading.markdown.blocks import STRONG, Block, Paragraph, Pieces, Rule, Table
from crawler.reading.markdown.runs import on_one_line

# A table wider than this is no reading matter; a span wider than this is a mistake or a trap.
WIDEST = 60
TALLEST_SPAN = 1000
_MOST_PARAGRAPHS = 3


@dataclass(frozen=True, slots=True)
class Cell:
    blocks: tuple[Block, ...]
    is_header: bool = False
    columns: int = 1
    rows: int = 1

    @property
    def is_data(self) -> bool:
        """Does it hold figures or words, not a piece of a page?"""
        return len(self.blocks) <= _MOST_PARAGRAPHS and all(
            isinstance(each, Paragraph) for each in self.blocks
        )

    @property
    def pieces(self) -> Pieces:
        return on_one_line(block.pieces for block in self.blocks if isinstance(block, Paragraph))


def laid_out(rows: list[list[Cell]]) -> list[Block]:
    """The rows as one table, or what their cells hold, where the table only lays out a page."""
    cells = [cell for row in rows for cell in row]
    table = _table(rows) if all(cell.is_data for cell in cells) else None
    if table is not None:
        return [table]
    return [block for cell in cells for block in cell.blocks if not isinstance(block, Rule)]


def _table(rows: list[list[Cell]]) -> Table | None:
    """The grid; None with fewer than two rows or columns, or far too many."""
    grid = [row for row in _grid(rows) if any(row)]
    width = max((_width(row) for row in grid), default=0)
    if len(grid) < 2 or not 2 <= width <= WIDEST:
        return None
    if not (_is_header(rows[0]) or _is_bold(grid[0])):
        grid.insert(0, [])
    return Table(tuple(tuple((row + [()] * width)[:width]) for row in grid))


def _grid(rows: Iterable[list[Cell]]) -> Iterator[list[Pieces]]:
    """Each cell's text at its place; a span's text stands at its first place only."""
    spanned: dict[int, int] = {}  # column → how many rows more a cell from above takes of it
    for row in rows:
        line: list[Pieces] = []
        below: dict[int, int] = {}
        for cell in row:
            if len(line) > WIDEST:
                break
            while len(line) in spanned:
                line.append(())
            end = min(len(line) + cell.columns, WIDEST + 1)
            below |= dict.fromkeys(range(len(line), end), cell.rows - 1)
            line += [cell.pieces, *[()] * (cell.columns - 1)]
        spanned = {column: left - 1 for column, left in spanned.items()} | below
        spanned = {column: left for column, left in spanned.items() if left > 0}
        yield line


def _width(row: list[Pieces]) -> int:
    """Up to the last cell that holds anything."""
    return max((index + 1 for index, cell in enumerate(row) if cell), default=0)


def _is_header(row: list[Cell]) -> bool:
    return bool(row) and all(cell.is_header for cell in row)


def _is_bold(row: list[Pieces]) -> bool:
    pieces = [piece for cell in row for piece in cell]
    return bool(pieces) and all(STRONG in piece.marks for piece in pieces)
