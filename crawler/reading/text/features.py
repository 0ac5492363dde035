"""Blocks as rows of numbers: what a block is, what stands around it, and where it lies on the page.

The columns' order is the model's: who changes them trains it anew (bench/train_text.py).
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from crawler.reading.text.blocks import WITHIN, Block, Blocks, Frame
from crawler.reading.text.hints import HAN, NAMES, TEXTS, han_bits, text_bits
from crawler.reading.text.scene import HEADINGS, Scene

Matrix = NDArray[np.float32]

_TAGS = (
    "p", "li", "h1", "h2", "h3", "h4", "div", "td", "blockquote", "figcaption", "pre", "dd", "section", "article", "body",
    "header", "center",
)  # fmt: skip
_TAG = {name: place for place, name in enumerate(_TAGS)} | {"h5": len(_TAGS), "h6": len(_TAGS)}
_OTHER = len(_TAGS) + 1
_ENDS = frozenset('.!?。！？…"”»」』)）:：;；')
_NOT_LETTERS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d")
_LONGEST_COMPARED = 160  # characters of a block that are compared with other texts
_LONGEST_STATED = 200_000
_LINK = 60  # characters: a block that is all link, and shorter, is no article's


def squeezed(text: str) -> str:
    """The letters and digits alone, in lower case: equal for texts that differ in spacing and punctuation."""
    return _NOT_LETTERS.sub("", text).lower()


class Context:
    """What a page says elsewhere that its blocks are compared with."""

    __slots__ = ("stated", "summary", "title")

    def __init__(self, title: str | None, summary: str | None, stated: str | None) -> None:
        self.title = squeezed(title or "")
        self.summary = squeezed(summary or "")
        self.stated = squeezed((stated or "")[:_LONGEST_STATED])


class Rows:
    """One row for each block that may be the article's. `places` are theirs among all blocks, `headlines` the title's."""

    __slots__ = ("headlines", "matrix", "places")

    def __init__(self, page: Blocks, context: Context) -> None:
        self.places = [place for place, block in enumerate(page.blocks) if not _is_mere_link(block)]
        mine = [page.blocks[place] for place in self.places]
        letters = [squeezed(block.text[:_LONGEST_COMPARED]) for block in mine]
        self.headlines = [
            place for place, text in zip(self.places, letters, strict=True) if text and text == context.title
        ]
        self.matrix = _matrix(page, self.places, mine, letters, context)


def _is_mere_link(block: Block) -> bool:
    if block.chars >= _LINK or block.linked <= 0.95 * block.chars:
        return False
    return block.frame.tag != "p" and block.frame.tag not in HEADINGS


def _matrix(
    page: Blocks, places: list[int], mine: list[Block], letters: list[str], context: Context
) -> Matrix:
    if not places:
        return np.zeros((0, 1), dtype=np.float32)
    scene = Scene(page, places, letters, context.title)
    bits = [(text_bits(block.text), han_bits(block.text)) for block in mine]
    before = scene.before(page.blocks, places, bits)
    repeats, signs = Counter(letters), _signs(page.blocks)
    rows = [
        (*_own(block), *_said(text, context, scene, place), repeats[text], *_around(block, scene),
         *_sign(block, signs, scene), *_further(block.frame, scene, place), *past)
        for place, block, text, past in zip(places, mine, letters, before, strict=True)
    ]  # fmt: skip
    groups = (
        _columns([one for one, _ in bits], len(TEXTS)),
        _columns([han for _, han in bits], len(HAN)),
        _columns([block.frame.bits for block in mine], len(NAMES)),
        _columns([block.frame.near for block in mine], len(NAMES)),
        _columns([block.frame.within for block in mine], len(WITHIN)),
    )
    return np.hstack([np.array(rows, dtype=np.float32), _neighbours(page.blocks)[places], *groups])


def _columns(bits: list[int], width: int) -> Matrix:
    return ((np.array(bits, dtype=np.int64)[:, None] >> np.arange(width)) & 1).astype(np.float32)


def _own(block: Block) -> tuple[float, ...]:
    """The block by itself."""
    text, chars, tag = block.text, block.chars, block.frame.tag
    stops = (
        text.count(". ")
        + text.count("。")
        + text.count("! ")
        + text.count("? ")
        + text.count("！")
        + text.count("？")
    )
    commas = text.count(",") + text.count("，") + text.count("、")
    spaces = text.count(" ") + 1
    return (
        len(text.encode("utf-8", "replace")), chars, block.linked / chars, block.bold / chars, stops, commas,
        text[-1] in _ENDS, text[-1] in ":：", len(_DIGITS.findall(text[:100])) / min(chars, 100), spaces, chars / spaces,
        _TAG.get(tag, _OTHER), tag in HEADINGS, block.frame.depth, text.count("ookie"),
    )  # fmt: skip


def _said(letters: str, context: Context, scene: Scene, place: int) -> tuple[float, ...]:
    """How it compares with the headline, the summary and a text stated in the metadata."""
    title, summary, stated = context.title, context.summary, context.stated
    since = min(60, place - scene.title_at) if scene.title_at >= 0 else -1
    is_long = len(letters) > 8
    in_summary = (len(letters) > 20 and letters[:80] in summary) or (
        len(summary) > 30 and summary[:60] in letters
    )
    return (
        place == scene.title_at, bool(title) and title in letters, is_long and letters in title, since, in_summary,
        is_long and bool(stated) and letters in stated, bool(stated),
    )  # fmt: skip


def _around(block: Block, scene: Scene) -> tuple[float, ...]:
    """The elements it stands in."""
    frame, prose = block.frame, scene.prose
    outer = frame.outer or frame
    great = outer.outer or outer
    return (
        frame.chars, frame.chars / prose, frame.linked / frame.chars, frame.blocks, frame.long / prose, outer.chars / prose,
        outer.linked / outer.chars, outer.blocks, great.chars / prose, great.linked / great.chars,
    )  # fmt: skip


def _signs(blocks: Sequence[Block]) -> dict[tuple[str, int, int, str], list[int]]:
    """For each way of being laid out: characters outside links, blocks, characters."""
    found: dict[tuple[str, int, int, str], list[int]] = {}
    for block in blocks:
        sums = found.setdefault(_sign_of(block.frame), [0, 0, 0])
        sums[0] += block.chars - block.linked
        sums[1] += 1
        sums[2] += block.chars
    return found


def _sign_of(frame: Frame) -> tuple[str, int, int, str]:
    outer = frame.outer or frame
    return (frame.tag, frame.bits, outer.bits, outer.tag)


def _sign(block: Block, signs: dict[tuple[str, int, int, str], list[int]], scene: Scene) -> tuple[float, ...]:
    free, count, chars = signs[_sign_of(block.frame)]
    return free, free / scene.prose, count, 1 - free / chars


def _further(frame: Frame, scene: Scene, place: int) -> tuple[float, ...]:
    """Where it lies to the headline's element, to the two elements with most text, and among its like."""
    best, near, depth = scene.best, scene.near, frame.depth
    view = scene.outlook(frame)
    return (
        *_to_frame(depth, best, view.best_depth, place, scene), (place - best.first) / max(1, best.last - best.first),
        best.linked / best.chars, *_to_frame(depth, near, view.near_depth, place, scene), near is best,
        view.meeting.depth, view.meeting.chars / scene.prose, depth - view.meeting.depth, view.article, view.has_title,
        view.twins, view.twin_chars, depth - view.twin_depth,
    )  # fmt: skip


def _to_frame(depth: int, other: Frame, common_depth: int, place: int, scene: Scene) -> tuple[float, ...]:
    inside = common_depth == other.depth
    distance = depth - other.depth if inside else other.depth - common_depth
    return (
        inside,
        distance,
        max(0, other.first - place),
        max(0, place - other.last),
        other.chars / scene.prose,
    )


def _neighbours(blocks: Sequence[Block]) -> Matrix:
    """The nearest blocks' sizes, links and tags, and the prose in wider windows; where the block lies in the page."""
    chars = np.array([block.chars for block in blocks], dtype=np.float32)
    linked = np.array([block.linked for block in blocks], dtype=np.float32)
    tags = np.array([_TAG.get(block.frame.tag, _OTHER) for block in blocks], dtype=np.float32)
    count = len(blocks)
    padded = [np.pad(column, 3, constant_values=-1) for column in (chars, linked / chars, tags)]
    columns = [column[3 + step : 3 + step + count] for column in padded for step in (-3, -2, -1, 1, 2, 3)]
    free = np.concatenate([[0.0], np.cumsum(chars - linked)])
    places = np.arange(count)
    for width in (4, 10):
        before, after = np.maximum(places - width, 0), np.minimum(places + 1 + width, count)
        columns += [free[places] - free[before], free[after] - free[places + 1]]
    total = np.cumsum(chars)
    columns += [places, count - places, total / total[-1], np.full(count, count), np.full(count, total[-1])]
    return np.stack(columns, axis=1).astype(np.float32)
