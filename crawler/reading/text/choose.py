"""From probabilities to the blocks of one article: what stands alone, and what begins after the article has ended, goes."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from crawler.reading.text.blocks import Block, Frame
from crawler.reading.text.called import CONSENT, LIFE, TALK, what_holds
from crawler.reading.text.hints import NAMES, bits_of
from crawler.reading.text.scene import HEADINGS

Kept = NDArray[np.bool_]

_LIKELY = 0.45
_SURE = 0.75
_ALONE = 2  # blocks to both sides without another kept one
_SMALL = 0.1  # of what is kept: a block that stands alone and is smaller is a chance hit
_GAP = 25  # blocks left out in a row, after which another article may begin
_MAIN = 0.45  # of the largest stretch: the first stretch with so much text is the article
_ENOUGH = 200  # characters kept before: what is called comments after them is no article's
_WHOLE = 1_500  # characters kept before: an article, after which the next headline is another's
_LINKS_IN_LIST = 0.25  # of its characters
_UNLIKELY = 0.1
_NO_LIST = bits_of(NAMES, "related", "share", "nav", "tags", "ad", "newsletter", "meta", "author")
_LONGEST_LABEL = 60
# What stands above an advertisement that is shown between two paragraphs.
_AD_LABEL = re.compile(
    r"[\W_]*(?:(?:(?:this )?(?:story|article|post) continues|continue reading|scroll to continue)(?: reading)?"
    r" (?:after|below|with)(?: the| this)? (?:advertisements?|ads?)"
    r"|(?:advertisements?|ads?|advertising|sponsored)(?:\W+(?:(?:story|article) continues|continue reading)(?: below)?)?"
    r"|anzeigen?|werbung|(?:weiter|weiterlesen) nach der (?:anzeige|werbung)|publicité|publicidad|pubblicità|реклама"
    r"|广告|廣告|広告|スポンサード?リンク|광고)[\W_]*",
    re.IGNORECASE,
)
_LONGEST_NOTICE = 200
_CERTAIN = 0.9
# Chinese and Japanese pages set them below the text as paragraphs of it.
_NOTICE = re.compile(
    r"[\W_]*(?:责任编辑|责编|编辑[:：]|校对|审核[:：]|版权(?:声明|所有|归)|免责声明|(?:特别)?声明[:：]"
    r"|(?:本文|文章)(?:来源|来自|转载|转自|系|由|仅)|来源[:：]|原标题[:：]|未经(?:授权|许可|允许)|转载(?:请|须)|無断転載)"
)


def choose(blocks: Sequence[Block], likely: NDArray[np.float64]) -> Kept:
    """Which blocks are the article's."""
    kept = likely > min(_LIKELY, 0.6 * float(likely.max(initial=0.0)))
    chars = np.array([block.chars for block in blocks])
    for place in np.flatnonzero(kept).tolist():
        kept[place] = not _is_ad_label(blocks[place])
    kept &= ~_alone(kept) | (likely > _SURE) | (chars > _SMALL * chars[kept].sum())
    _drop_called(blocks, chars, kept)
    _end(blocks, likely * chars, kept)
    _keep_lists(blocks, likely, kept)
    _drop_tail(blocks, likely, kept)
    return kept


def _is_ad_label(block: Block) -> bool:
    return block.chars <= _LONGEST_LABEL and bool(_AD_LABEL.fullmatch(block.text))


def _alone(kept: Kept) -> Kept:
    padded = np.pad(kept, _ALONE)
    around = sum(
        padded[step : step + len(kept)].astype(int) for step in range(2 * _ALONE + 1) if step != _ALONE
    )
    return np.asarray(around == 0)


def _drop_called(blocks: Sequence[Block], chars: NDArray[np.int_], kept: Kept) -> None:
    """Comments, lives of authors and questions of consent are prose as the article is: where they are long, the trees take them for it."""
    known: dict[Frame, int] = {}
    held = np.zeros(len(kept), dtype=int)
    places = np.flatnonzero(kept)
    held[places] = [what_holds(blocks[place].frame, known) for place in places.tolist()]
    if not held.any():
        return
    for kind in (TALK, LIFE):
        before = np.cumsum(np.where(kept & (held & kind == 0), chars, 0))
        kept &= (held & kind == 0) | (before < _ENOUGH)
    free = held & CONSENT == 0
    if chars[kept & free].sum() >= _ENOUGH:
        kept &= free


def _end(blocks: Sequence[Block], masses: NDArray[np.float64], kept: Kept) -> None:
    """Of stretches far apart keep the article's, and later ones that stand in the same elements."""
    places = np.flatnonzero(kept)
    stretches = np.split(places, np.flatnonzero(_is_parted(blocks, places)) + 1)
    if len(stretches) < 2:
        return
    sums = [masses[stretch].sum() for stretch in stretches]
    main = next(number for number, mass in enumerate(sums) if mass >= _MAIN * max(sums))
    homes = {home for place in stretches[main] for home in _homes(blocks[place].frame)}
    for stretch in stretches[main + 1 :]:
        if sum(_homes(blocks[place].frame)[1] in homes for place in stretch) * 2 < len(stretch):
            kept[stretch] = False


def _is_parted(blocks: Sequence[Block], places: NDArray[np.intp]) -> Kept:
    """For each kept block but the last: are many left out behind it, or does the headline of another article follow?"""
    parted = np.diff(places) > _GAP
    tops = [place for place, block in enumerate(blocks) if block.frame.tag == "h1"]
    written = np.cumsum([blocks[place].chars for place in places.tolist()])
    for top, behind in zip(tops, np.searchsorted(places, tops).tolist(), strict=True):
        if 0 < behind < len(places) and written[behind - 1] >= _WHOLE:
            parted[behind - 1] |= _is_next_headline(blocks[tops[0]].frame, blocks[top].frame)
    return np.asarray(parted)


def _is_next_headline(first: Frame, other: Frame) -> bool:
    """Do two h1 look alike, each in an element of its own? So do those of sites that load article after article."""
    one, two = first.outer, other.outer
    if one is None or two is None or one is two or one.tag != two.tag:
        return False
    looks = [[frame.element.get("class") for frame in pair] for pair in ((first, one), (other, two))]
    return looks[0] == looks[1] and any(looks[0])


def _homes(frame: Frame) -> tuple[int, int]:
    return frame.place, (frame.outer or frame).place


def _keep_lists(blocks: Sequence[Block], likely: NDArray[np.float64], kept: Kept) -> None:
    """A list right between two paragraphs of the article is the article's, unless it is one of links."""
    places = np.flatnonzero(kept)
    for before in np.flatnonzero(np.diff(places) > 1).tolist():
        first, last = places[before] + 1, places[before + 1] - 1
        found = _list_of(blocks[first].frame, first, last)
        around = [blocks[first - 1].frame, blocks[last + 1].frame]
        if found is None or not all(found.outer in (frame, frame.outer) for frame in around):
            continue
        is_prose = found.linked <= _LINKS_IN_LIST * found.chars and not found.bits & _NO_LIST
        if is_prose and likely[first : last + 1].mean() > _UNLIKELY:
            kept[first : last + 1] = True


def _list_of(frame: Frame, first: int, last: int) -> Frame | None:
    """The list that holds exactly these blocks."""
    one: Frame | None = frame
    while one is not None and one.first == first and one.last <= last:
        if one.tag in ("ul", "ol") and one.last == last:
            return one
        one = one.outer
    return None


def _drop_tail(blocks: Sequence[Block], likely: NDArray[np.float64], kept: Kept) -> None:
    """Headings of what comes after, and lines that say who edited, owns or may reprint the text."""
    for place in np.flatnonzero(kept)[:0:-1].tolist():
        block = blocks[place]
        is_notice = block.chars <= _LONGEST_NOTICE and likely[place] < _CERTAIN and _NOTICE.match(block.text)
        if block.frame.tag not in HEADINGS and not is_notice:
            break
        kept[place] = False
