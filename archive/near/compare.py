"""What two texts share, and where it lies."""

from dataclasses import dataclass

import numpy as np

from archive.near.sketch import Hashes, Sketch

_STRETCH = 40  # grams
_HELD = 0.25  # of a stretch's grams, from which on it counts as shared: one that is reworded still does


@dataclass(frozen=True, slots=True)
class Overlap:
    """Shares from 0 to 1. `of_new`: how much of the new text's grams the held one has; `of_held`: the other way round.

    `stretches_of_…`: of its stretches of about 40 characters, how many are shared at least in part, which tells
    a text with a word changed here and there from one that quotes. `gap`: the longest part of the held text, in one
    piece, that the new one lacks.
    """

    of_new: float = 0.0
    of_held: float = 0.0
    stretches_of_new: float = 0.0
    stretches_of_held: float = 0.0
    gap: float = 1.0

    @property
    def total(self) -> float:
        return self.of_new + self.of_held

    @property
    def both(self) -> float:
        return min(self.of_new, self.of_held)


def compare(new: Sketch, held: Sketch) -> Overlap:
    """What the two share; nothing if they are of different kinds of script."""
    if new.gram != held.gram or not len(new.distinct) or not len(held.distinct):
        return Overlap()
    shared = np.intersect1d(new.distinct, held.distinct, assume_unique=True).size
    ours, theirs = _stretches(new.grams, held.distinct), _stretches(held.grams, new.distinct)
    return Overlap(
        of_new=shared / len(new.distinct),
        of_held=shared / len(held.distinct),
        stretches_of_new=float(ours.mean()),
        stretches_of_held=float(theirs.mean()),
        gap=_longest_run(~theirs) / len(theirs),
    )


def _stretches(grams: Hashes, others: Hashes) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """For each stretch of the text: is it shared?"""
    found = others[np.minimum(np.searchsorted(others, grams), len(others) - 1)] == grams
    count = max(1, len(grams) // _STRETCH)
    starts = np.arange(count) * len(grams) // count
    sizes = np.diff(starts, append=len(grams))
    return np.add.reduceat(found, starts, dtype=np.int64) > _HELD * sizes


def _longest_run(flags: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> int:
    ends = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return int((ends[1::2] - ends[::2]).max(initial=0))
