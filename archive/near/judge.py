"""Pure: is a new text the same article as one that is held, a part of it, or another one?"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from archive.near.compare import Overlap
from archive.near.folding import folded


class Kind(StrEnum):
    """What a new text is to a held one. Only `same` merges; the others are links at most."""

    SAME = "same"
    EXCERPT = "excerpt"  # a part of the held text
    CONTAINS = "contains"  # the held text and others
    RELATED = "related"  # they share passages
    NEW = "new"


_STRENGTH = {Kind.SAME: 3, Kind.EXCERPT: 2, Kind.CONTAINS: 2, Kind.RELATED: 1, Kind.NEW: 0}
# In a headline: one text of many things.
_DIGEST_TITLE = re.compile(
    r"早报|晚报|午报|日报|周报|月报|周刊|月刊|简报|快报|要闻|一周|本周|今日|汇总|盘点|合集|速览|导读|第\s*\d+\s*期"
    r"|\b(?:briefing|digest|round-?up|newsletter|weekly|recap|daily|this week|week in|top stories|headlines|links)\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?:\d{1,2}\s*[.、．)）]|[一二三四五六七八九十]{1,2}、|[•·●▪*#-]\s|【)")
_NUMBER = re.compile(r"\d+")
_MANY_ITEMS = 4
_LOOKED_AT = 100_000  # characters


@dataclass(frozen=True, slots=True)
class Facts:
    """What is asked of a text besides its sketch."""

    site: str
    title: str  # folded
    numbers: frozenset[str]
    items: int  # paragraphs that begin like an item of a list
    has_digest_title: bool


def facts(site: str, title: str, text: str) -> Facts:
    text = unicodedata.normalize("NFKC", text[:_LOOKED_AT])
    lines = text.splitlines()
    return Facts(
        site=site,
        title=folded(title),
        numbers=frozenset(_NUMBER.findall(text)),
        items=sum(bool(_ITEM.match(line.lstrip())) for line in lines),
        has_digest_title=bool(_DIGEST_TITLE.search(title)),
    )


def judge(new: Facts, held: Iterable[tuple[str, Facts, Overlap]]) -> tuple[Kind, str | None]:
    """The strongest that the new text is to any of the held ones, and to which: (kind, key)."""
    best = (0, 0.0)
    found: tuple[Kind, str | None] = (Kind.NEW, None)
    for key, about, overlap in held:
        one = kind(new, about, overlap)
        rank = (_STRENGTH[one], overlap.total)
        if one is not Kind.NEW and rank > best:
            best, found = rank, (one, key)
    return found


def kind(new: Facts, held: Facts, overlap: Overlap) -> Kind:
    """What the new text is to the held one. Where in doubt they stay apart.

    The bounds were chosen on pairs of known kinds (`bench/dedup_adapter.py`).
    """
    if _is_of_a_template(new, held, overlap):
        return _linked(overlap)
    same_title = _same_title(new.title, held.title)
    if new.site == held.site:  # a site's boilerplate may be half of a short text
        is_same = overlap.both > (0.75 if same_title else 0.95)
    elif overlap.of_held > 0.95 and overlap.of_new > 0.3:  # more was put around it
        return Kind.CONTAINS if _gathers(new, held, overlap) else Kind.SAME
    elif overlap.of_new > 0.85:  # less of it is left: here and there, or all but one piece
        is_same = overlap.of_held > 0.75 or (overlap.of_held > 0.42 and overlap.gap < 0.36)
    else:
        is_same = _is_reworked(overlap, same_title)
    return Kind.SAME if is_same else _linked(overlap)


def _is_reworked(overlap: Overlap, same_title: bool) -> bool:
    """Is it the held text with sentences put in the place of others, or words changed all over?"""
    least = 0.4 if same_title else 0.5
    is_mostly_there = (
        overlap.of_held > least
        and overlap.stretches_of_held > least + 0.05
        and overlap.of_new > 0.3
        and overlap.stretches_of_new > 0.4
    )
    all_over = min(overlap.stretches_of_held, overlap.stretches_of_new) > 0.8 and overlap.both > 0.4
    return is_mostly_there or all_over or (same_title and overlap.of_held > 0.6 and overlap.of_new > 0.1)


def _is_of_a_template(new: Facts, held: Facts, overlap: Overlap) -> bool:
    """A notice made from a template: the words are the same, and the numbers are others."""
    if min(len(new.numbers), len(held.numbers)) < 5 or overlap.both > 0.85:
        return False
    shared = len(new.numbers & held.numbers) / min(len(new.numbers), len(held.numbers))
    return shared < 0.4 and overlap.both > 0.3


def _gathers(new: Facts, held: Facts, overlap: Overlap) -> bool:
    """Is the held text one item of many?"""
    if overlap.of_new > 0.75 or _same_title(new.title, held.title):
        return False
    more = new.items - held.items
    return more >= _MANY_ITEMS or (more >= 2 and new.has_digest_title and not held.has_digest_title)


def _linked(overlap: Overlap) -> Kind:
    if overlap.of_new > 0.85:
        return Kind.EXCERPT
    if overlap.of_held > 0.85:
        return Kind.CONTAINS
    return Kind.RELATED if max(overlap.stretches_of_new, overlap.stretches_of_held) > 0.3 else Kind.NEW


def _same_title(one: str, other: str) -> bool:
    if not one or not other:
        return False
    return one in other or other in one if min(len(one), len(other)) >= 8 else one == other
