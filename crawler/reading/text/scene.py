"""The page as a whole: where the headline stands, which elements hold most text, what repeats, what ends an article."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from crawler.reading.text.blocks import LONG, Block, Blocks, Frame
from crawler.reading.text.hints import HAN, TEXTS, bits_of

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SHARES = (0.6, 1.0, 0.5, 0.25)  # what a text counts for its own element, and for each further out
_FADE = 3000.0  # characters after the headline within which a text's weight falls to a third
_MOST_OF_A_TEXT = 1000
_SHORT = 60  # characters a mark has at most
_FAR = 99


def _group(texts: str, han: str) -> tuple[int, int]:
    return bits_of(TEXTS, *texts.split()), bits_of(HAN, *han.split())


# Short lines that stand where comments begin, other articles, or an article's foot.
_MARKS = (
    _group("comments", "comments"),
    _group("more", "more"),
    _group("share tags subscribe copyright", "byline copyright follow"),
)


class Outlook(NamedTuple):
    """What a frame shares with all that lies in it; -1 where there is none. Worked out once a frame, from the one around it."""

    best_depth: int  # of the innermost frame around it that is also around the best one
    near_depth: int
    meeting: Frame  # the innermost that is also around the headline
    article: int  # which of the page's article elements it lies in
    has_title: bool  # and whether the headline does too
    twins: int  # the most frames of one look side by side, one of which it lies in
    twin_chars: int
    twin_depth: int


class Scene:
    """What is to be known of a page before its blocks are looked at one by one."""

    def __init__(self, page: Blocks, candidates: Sequence[int], letters: Sequence[str], title: str) -> None:
        blocks = page.blocks
        self.title_at = _title_place(blocks, candidates, letters, title)
        self.prose = sum(block.chars - block.linked for block in blocks) or 1
        self.best = _best_frame(page)
        self.near = _best_frame(page, max(0, self.title_at))
        self._title_path = _path(blocks[self.title_at].frame if self.title_at >= 0 else self.near)
        self._best_path, self._near_path = _path(self.best), _path(self.near)
        self._looks = Counter((frame.outer, frame.tag, frame.bits) for frame in page.frames)
        articles = (frame for frame in page.frames if frame.tag == "article")
        self._articles = {frame: number for number, frame in enumerate(articles)}
        self._outlooks: dict[Frame, Outlook] = {}

    def outlook(self, frame: Frame) -> Outlook:
        known = self._outlooks.get(frame)
        if known is None:
            known = self._outlooks[frame] = self._look_out(frame)
        return known

    def _look_out(self, frame: Frame) -> Outlook:
        depth = frame.depth
        if frame.outer is None:
            return Outlook(depth, depth, frame, -1, False, 0, 0, depth)
        around = self.outlook(frame.outer)
        twins = around[5:]
        look_alikes = self._looks[frame.outer, frame.tag, frame.bits]
        if look_alikes >= twins[0] and frame.blocks > 1:
            twins = (look_alikes, frame.chars, depth)
        article = around[3:5]
        if frame in self._articles:
            article = (self._articles[frame], frame in self._title_path)
        return Outlook(
            depth if frame in self._best_path else around.best_depth,
            depth if frame in self._near_path else around.near_depth,
            frame if frame in self._title_path else around.meeting,
            *article,
            *twins,
        )

    def before(
        self, blocks: Sequence[Block], candidates: Sequence[int], bits: Sequence[tuple[int, int]]
    ) -> list[tuple[float, ...]]:
        """For each candidate, of those before it: headings, h1s since the headline; since a heading; marks and since them; prose."""
        found: list[tuple[float, ...]] = []
        headings = h1s = since = prose = 0
        counts, last = [0] * len(_MARKS), [-_FAR] * len(_MARKS)
        for place, (texts, han) in zip(candidates, bits, strict=True):
            block = blocks[place]
            if place == self.title_at:
                headings = h1s = since = 0
            is_after = place > self.title_at
            after = (headings, h1s) if is_after else (-1, -1)
            distances = [min(place - at, _FAR) for at in last]
            found.append((*after, min(since, 40), *counts, *distances, prose / self.prose))
            since += 1
            if block.frame.tag in HEADINGS and place != self.title_at:
                headings, h1s, since = headings + 1, h1s + (block.frame.tag == "h1"), 0
            free = block.chars - block.linked
            prose += free if free > LONG else 0
            if is_after and block.chars < _SHORT:
                for kind in _marks(texts, han):
                    counts[kind] += 1
                    last[kind] = place
        return found


def _marks(texts: int, han: int) -> list[int]:
    """The kinds of marks that a text's words make it."""
    return [kind for kind, (one, two) in enumerate(_MARKS) if texts & one or han & two]


def _title_place(
    blocks: Sequence[Block], candidates: Sequence[int], letters: Sequence[str], title: str
) -> int:
    """The block that is the headline, an h1 first; -1 where there is none."""
    same = [place for place, text in zip(candidates, letters, strict=True) if text and text == title]
    headings = [place for place in candidates if blocks[place].frame.tag == "h1"]
    both = [place for place in same if blocks[place].frame.tag == "h1"]
    return next(iter(both or same or headings), -1)


def _best_frame(page: Blocks, start: int | None = None) -> Frame:
    """The element whose paragraphs hold most text; with `start`, those close after that block count for more."""
    scores: dict[Frame, float] = {}
    passed = 0
    for block in page.blocks[start or 0 :]:
        free = block.chars - block.linked
        if free < LONG and block.frame.tag != "p":
            continue
        weight = float(min(free, _MOST_OF_A_TEXT))
        if start is not None:
            weight *= math.exp(-passed / _FADE)
            passed += free
        frame: Frame | None = block.frame
        for share in _SHARES:
            if frame is None:
                break
            scores[frame] = scores.get(frame, 0.0) + weight * share
            frame = frame.outer
    # Equal scores go to the first frame of the page.
    unlinked = {
        frame: (score * (1 - frame.linked / frame.chars), -frame.place) for frame, score in scores.items()
    }
    return max(unlinked, key=unlinked.__getitem__, default=page.frames[0])


def _path(frame: Frame) -> set[Frame]:
    """The frame and all around it."""
    path = set()
    one: Frame | None = frame
    while one is not None:
        path.add(one)
        one = one.outer
    return path
