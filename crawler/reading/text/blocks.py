"""A page's text as blocks: what stands between two block boundaries, and the elements around it."""

from typing import Any

from crawler.reading.text.hints import name_bits

Node = Any  # lxml has no type hints
Slot = tuple[Node, bool]  # an element, and whether the text is its tail


def words(text: str) -> frozenset[str]:
    """A set of names, written as a line of text."""
    return frozenset(text.split())


SILENT = words(
    "script style noscript template head svg iframe object embed canvas map audio video select option textarea "
    "datalist button input math link meta base title col colgroup source track param area progress meter img"
)
_INLINE = words(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q ruby rb rp rt s samp "
    "small span strike strong sub sup time tt u var wbr"
)
_BOLD = words("b strong")
_LONGEST_TEXT = 20_000  # characters of one block looked at
_MOST_BLOCKS = 30_000
_NOT_YET = 1 << 30
_BREAKS = words("br hr")
LONG = 80  # characters outside links: a text this long is prose

WITHIN = (
    "li", "table", "blockquote", "figure", "form", "aside", "footer", "header", "nav", "article", "main", "section", "dl",
    "figcaption", "pre", "address",
)  # fmt: skip
_WITHIN = {name: 1 << place for place, name in enumerate(WITHIN)}
_WITHIN |= {"td": _WITHIN["table"], "th": _WITHIN["table"], "ul": _WITHIN["li"], "ol": _WITHIN["li"]}
_HIDDEN = name_bits("hidden")


class Frame:
    """A block-level element. What is known of it is settled once text is found in it."""

    __slots__ = (
        "bits", "blocks", "chars", "depth", "element", "first", "last", "linked", "long", "near", "outer", "place", "tag",
        "within",
    )  # fmt: skip

    def __init__(self, element: Node, tag: str, outer: "Frame | None", place: int) -> None:
        self.element = element
        self.tag = tag
        self.outer = outer
        self.place = place  # in the order of the page's texts
        self.depth: int = 0 if outer is None else outer.depth + 1
        self.first = -1  # the first and last block inside

    def settle(self, frames: list["Frame"]) -> None:
        """Finds what its names say, and those of the frames around it; adds it to `frames`, the outer first."""
        element, outer = self.element, self.outer
        names, identifier = element.get("class"), element.get("id")
        self.bits = name_bits(f"{names or ''} {identifier or ''}") if names or identifier else 0
        style = element.get("style")
        if element.get("hidden") is not None or (style and "none" in style and "display" in style):
            self.bits |= _HIDDEN
        self.blocks = self.chars = self.linked = self.long = self.last = 0
        self.first = _NOT_YET
        self.near = self.bits
        self.within = _WITHIN.get(self.tag, 0)
        if outer is not None:
            if outer.first < 0:
                outer.settle(frames)
            self.near |= outer.bits | (outer.outer.bits if outer.outer is not None else 0)
            self.within |= outer.within
        frames.append(self)


class Block:
    """Text between two block boundaries, on one line; how much of it is in links and bold; where it stands."""

    __slots__ = ("bold", "chars", "frame", "linked", "slots", "text")

    def __init__(self, frame: Frame, slots: list[Slot], text: str, linked: int, bold: int) -> None:
        self.frame = frame
        self.slots = slots
        self.text = text
        self.chars = len(text)
        self.linked = linked  # characters, as `bold`
        self.bold = bold


class Blocks:
    """The blocks of a tree, and the frames that hold text, both in the page's order."""

    def __init__(self, root: Node) -> None:
        self.blocks: list[Block] = []
        self.frames: list[Frame] = []
        self._places = 0
        self._slots: list[Slot] = []
        self._texts: list[str] = []
        self._linked = self._bold = 0
        body = root.find("body")
        frame = Frame(root if body is None else body, "body", None, 0)
        self._walk(frame.element, frame, False, False)
        self._flush(frame)
        self._sum_up()

    def _walk(self, element: Node, frame: Frame, in_link: bool, in_bold: bool) -> None:
        text = element.text
        if text and not text.isspace():
            self._take((element, False), text, in_link, in_bold)
        for child in element:
            tag = child.tag
            if tag in _INLINE:
                self._walk(child, frame, in_link or tag == "a", in_bold or tag in _BOLD)
            elif tag in _BREAKS:
                self._flush(frame)
            elif tag not in SILENT:
                self._walk_block(child, frame, in_link, in_bold)
            text = child.tail
            if text and not text.isspace():
                self._take((child, True), text, in_link, in_bold)

    def _walk_block(self, element: Node, frame: Frame, in_link: bool, in_bold: bool) -> None:
        self._flush(frame)
        self._places += 1
        inner = Frame(element, element.tag, frame, self._places)
        self._walk(element, inner, in_link, in_bold)
        self._flush(inner)

    def _take(self, slot: Slot, text: str, in_link: bool, in_bold: bool) -> None:
        self._slots.append(slot)
        self._texts.append(text)
        if in_link:
            self._linked += len(text)
        if in_bold:
            self._bold += len(text)

    def _flush(self, frame: Frame) -> None:
        """Ends the block that is open, if one is."""
        if not self._slots:
            return
        raw = "".join(self._texts)
        text = " ".join(raw[:_LONGEST_TEXT].split())
        if text and len(self.blocks) < _MOST_BLOCKS:
            if frame.first < 0:
                frame.settle(self.frames)
            share = len(text) / len(raw)
            block = Block(frame, self._slots, text, int(self._linked * share), int(self._bold * share))
            self.blocks.append(block)
        self._slots, self._texts, self._linked, self._bold = [], [], 0, 0

    def _sum_up(self) -> None:
        """Adds the blocks to their frames, and every frame to the one around it."""
        for place, block in enumerate(self.blocks):
            frame, prose = block.frame, block.chars - block.linked
            frame.first, frame.last = min(frame.first, place), place
            frame.blocks += 1
            frame.chars += block.chars
            frame.linked += block.linked
            frame.long += prose if prose > LONG else 0
        for frame in reversed(self.frames):
            outer = frame.outer
            if outer is not None:
                outer.first, outer.last = min(outer.first, frame.first), max(outer.last, frame.last)
                outer.blocks += frame.blocks
                outer.chars += frame.chars
                outer.linked += frame.linked
                outer.long += frame.long
