"""Blocks → the text of a file: as Markdown, or as plain paragraphs."""

import re
from collections.abc import Iterable, Iterator

from crawler.reading.markdown.blocks import (
    Block,
    Heading,
    Item,
    List,
    Listing,
    Paragraph,
    Pieces,
    Quote,
    Rule,
    Table,
    text_of,
)
from crawler.reading.markdown.inline import inline

# A run of # that ends a heading is taken for its closing mark.
_CLOSING = re.compile(r"(?<!\S)#+\Z")
# An item's marker and its text may make a rule: "- --".
_RULE = re.compile(r"([-*])(?:[ \t]*\1){2,}[ \t]*(?:\n|\Z)")
_TASK = re.compile(r"\[[ xX]\](?=\s)")


def markdown(blocks: Iterable[Block]) -> str:
    """The blocks as CommonMark with GFM's tables, tasks and deletions, an empty line between two."""
    return "\n\n".join(_written(blocks))


def plain(blocks: Iterable[Block]) -> str:
    """The blocks' text alone, a paragraph for each block, item and row, nothing escaped."""
    return "\n\n".join(text for text in map(str.strip, _texts(blocks)) if text)


def _written(blocks: Iterable[Block]) -> Iterator[str]:
    is_second = False
    before: Block | None = None
    for block in blocks:
        # Two lists in a row would be read as one, were their markers the same.
        is_second = isinstance(before, List) and isinstance(block, List) and not is_second
        before = block
        match block:
            case Paragraph():
                yield inline(block.pieces)
            case Heading():
                yield f"{'#' * block.level} {_heading(block.pieces)}"
            case Listing():
                yield _fenced(block)
            case Quote():
                yield _prefixed(markdown(block.blocks), "> ")
            case List():
                yield _list(block, is_second=is_second)
            case Table():
                yield _table(block)
            case Rule():
                yield "---"


def _heading(pieces: Pieces) -> str:
    return _CLOSING.sub(lambda match: f"\\{match[0]}", inline(pieces, starts_block=False))


def _fenced(code: Listing) -> str:
    longest = max((len(run) for run in re.findall("`+", code.text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{code.language}\n{code.text}\n{fence}"


def _prefixed(text: str, prefix: str) -> str:
    return "\n".join(f"{prefix}{line}".rstrip() for line in text.split("\n"))


def _list(block: List, *, is_second: bool) -> str:
    gap = "\n" if all(map(_is_tight, block.items)) else "\n\n"
    bullet, stop = ("*", ")") if is_second else ("-", ".")
    start = block.start or 0
    markers = (
        bullet if block.start is None else f"{start + index}{stop}" for index in range(len(block.items))
    )
    return gap.join(_item(item, marker, gap) for item, marker in zip(block.items, markers, strict=True))


def _item(item: Item, marker: str, gap: str) -> str:
    text = gap.join(_written(item.blocks))
    if item.checked is not None:
        text = f"[{'x' if item.checked else ' '}] {text}"
    elif _TASK.match(text) or _RULE.match(f"{marker} {text}"):
        text = f"\\{text}"
    indent = " " * (len(marker) + 1)
    return f"{marker} {_prefixed(text, indent)[len(indent) :]}"


def _is_tight(item: Item) -> bool:
    """One block, then lists that may follow a line of text at once."""
    return all(isinstance(block, List) and block.start in (None, 1) for block in item.blocks[1:])


def _table(table: Table) -> str:
    header, *rows = ([_cell(cell) for cell in row] for row in table.rows)
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows))


def _cell(pieces: Pieces) -> str:
    return inline(pieces, starts_block=False).replace("|", r"\|")


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                yield text_of(block.pieces)
            case Listing():
                yield block.text
            case Quote():
                yield from _texts(block.blocks)
            case List():
                for item in block.items:
                    yield from _texts(item.blocks)
            case Table():
                yield from (" ".join(filter(None, map(text_of, row))) for row in block.rows)
            case Rule():
                pass
