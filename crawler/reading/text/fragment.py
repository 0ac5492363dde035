"""The kept blocks as HTML again: their own mark-up, less what frames and adorns it."""

import re
from collections.abc import Sequence
from functools import cached_property
from html import escape
from itertools import accumulate
from typing import Any

from lxml import etree

from crawler.reading.text.blocks import SILENT, WITHIN, Block, Blocks, Frame, words
from crawler.reading.text.choose import Kept
from crawler.reading.text.hints import NAMES, bits_of

Node = Any  # lxml has no type hints

# Inline elements whose mark-up means something; the tags of the others are left out.
_MEANS = words("a b strong em i code kbd samp sub sup s strike del ins mark q cite var tt ruby rt abbr time")
_PLAIN = words("span font u small big label nobr wbr data dfn bdi bdo acronym rb rp")
_WHOLE = words("pre math")
_KEPT_ATTRIBUTES = {
    "a": ("href",), "ol": ("start", "reversed"), "li": ("value",), "td": ("colspan", "rowspan"), "th": ("colspan", "rowspan"),
    "code": ("class",),
}  # fmt: skip
_BLOCKS = words(
    "p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote figure figcaption table thead tbody tfoot tr td th caption"
)
_OPENINGS = frozenset(f"<{name}>" for name in (*_BLOCKS, "div")) | {
    ""
}  # a box that was taken away began a block
_CLOSINGS = frozenset(f"</{name}>" for name in (*_BLOCKS, "div"))
_EDGES = _OPENINGS | _CLOSINGS | {" ", "<br>", "<hr>"}  # white space beside them is nothing
_MOST_OF_TABLE = 0.5
_MOST_PICTURES = 200  # in an element without text; more are no part of an article
_PICTURES = ("<img", "<noscript")
_IN_FIGURE = bits_of(WITHIN, "figure", "figcaption")
_NAMED_CAPTION = bits_of(NAMES, "caption")


def fragment(page: Blocks, kept: Kept) -> str:
    """The HTML of the kept blocks, with the pictures between them."""
    mine = [block for block, is_kept in zip(page.blocks, kept, strict=True) if is_kept]
    if not mine:
        return ""
    writer = _Writer(page, kept)
    writer.element(_around(mine).element)
    return "".join(writer.parts)


def _around(blocks: Sequence[Block]) -> Frame:
    """The innermost frame around all blocks."""
    frame = blocks[0].frame
    for block in blocks[1:]:
        other = block.frame
        while frame is not other:
            if frame.depth >= other.depth and frame.outer is not None:
                frame = frame.outer
            elif other.outer is not None:
                other = other.outer
            else:
                break
    return frame


class _Writer:
    """Writes an element with all that is kept in it; what holds nothing kept leaves no trace."""

    def __init__(self, page: Blocks, kept: Kept) -> None:
        self.parts: list[str] = []
        self._blocks, self._frames, self._is_kept = page.blocks, page.frames, kept
        self._slots = {slot: block for block in page.blocks for slot in block.slots}
        self._kept = {
            slot for block, is_kept in zip(page.blocks, kept, strict=True) if is_kept for slot in block.slots
        }
        self._left = len(self._kept)
        self._written = 0
        self._passed: list[Block] = []  # of each text that was left out, so far

    def element(self, element: Node) -> bool:
        """Writes it; False where nothing in it was kept."""
        tag = element.tag
        if tag in _WHOLE:
            return self._whole(element)
        start, written, passed = len(self.parts), self._written, len(self._passed)
        name = tag if tag in _MEANS or tag in _BLOCKS else "" if tag in _PLAIN else "div"
        if name:
            self.parts.append(_opened(element, name))
        self._text(element, False, element.text)
        for child in element:
            self._child(child)
            self._text(child, True, child.tail)
        if name == "div" and self._is_bounded(start):
            self.parts[start] = ""
        elif name:
            self.parts.append(f"</{name}>")
        if self._written > written:
            return True
        self.parts[start:] = self._pictures(start, self._passed[passed:])
        return False

    def _is_bounded(self, start: int) -> bool:
        """Whether blocks begin and end what was written since, so that a box around it would part nothing more."""
        inner = self.parts[start + 1 : start + 2]
        return bool(inner) and inner[0] in _OPENINGS and self.parts[-1] in _CLOSINGS

    def _text(self, element: Node, is_tail: bool, text: str | None) -> None:
        if not text:
            return
        if (element, is_tail) in self._kept:
            self._written += 1
            self.parts.append(escape(text, quote=False))
        elif text.isspace():
            if self.parts[-1] not in _EDGES:
                self.parts.append(" ")
        elif (element, is_tail) in self._slots:
            self._passed.append(self._slots[element, is_tail])

    def _child(self, child: Node) -> None:
        tag = child.tag
        if tag == "img":
            self.parts.append(_opened(child, "img"))
        elif tag == "noscript" and child.find(".//img") is not None:
            # A picture that is loaded late, once more.
            self.parts.append(etree.tostring(child, encoding="unicode", method="html", with_tail=False))
        elif tag in ("br", "hr"):
            self.parts.append(f"<{tag}>")
        elif tag == "table" and self._is_mostly_kept(child):
            self._whole(child)
        elif tag not in SILENT and isinstance(tag, str):
            self.element(child)

    def _is_mostly_kept(self, table: Node) -> bool:
        frame = self._tables.get(table)
        if frame is None:
            return False
        own, kept = (sums[frame.last + 1] - sums[frame.first] for sums in self._sums)
        return kept > _MOST_OF_TABLE * own

    @cached_property
    def _tables(self) -> dict[Node, Frame]:
        """The tables that hold text."""
        return {frame.element: frame for frame in self._frames if frame.tag == "table"}

    @cached_property
    def _sums(self) -> tuple[list[int], list[int]]:
        """Characters before each block: of all blocks, and of those kept."""
        chars = [block.chars for block in self._blocks]
        kept = [size if is_kept else 0 for size, is_kept in zip(chars, self._is_kept, strict=True)]
        return [0, *accumulate(chars)], [0, *accumulate(kept)]

    def _whole(self, element: Node) -> bool:
        slots = [
            (one, is_tail)
            for one in element.iter()
            for is_tail in (False, True)
            if one is not element or not is_tail
        ]
        kept = sum(slot in self._kept for slot in slots)
        if not kept:
            self._passed += [self._slots[slot] for slot in slots if slot in self._slots]
            return False
        self._written += kept
        self.parts.append(etree.tostring(element, encoding="unicode", method="html", with_tail=False))
        return True

    def _pictures(self, start: int, beside: Sequence[Block]) -> list[str]:
        """What stays of an element without kept text: pictures between the article's first and last text.

        Other text beside them means that they belong to it, but a caption goes with its picture, as what it shows.
        """
        found = [part for part in self.parts[start:] if part.startswith(_PICTURES)]
        if not 0 < len(found) <= _MOST_PICTURES or not 0 < self._written < self._left:
            return []
        if not all(map(_is_caption, beside)):
            return []
        caption = escape(" ".join(block.text for block in dict.fromkeys(beside)))
        return ["<figure>", *(_captioned(part, caption) for part in found), "</figure>"]


def _is_caption(block: Block) -> bool:
    frame = block.frame
    return bool(frame.within & _IN_FIGURE or frame.near & _NAMED_CAPTION)


def _captioned(picture: str, caption: str) -> str:
    is_told = not caption or re.search(r' alt="[^"]', picture)
    return picture if is_told or not picture.startswith("<img") else f'{picture[:-1]} alt="{caption}">'


def _opened(element: Node, name: str) -> str:
    names = element.attrib if name == "img" else _KEPT_ATTRIBUTES.get(name, ())
    attributes = "".join(f' {key}="{escape(element.get(key))}"' for key in names if element.get(key))
    return f"<{name}{attributes}>"
