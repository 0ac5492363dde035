"""A text's sketch: the hashes of all its character n-grams, and the few of them it is looked up by."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.near.folding import folded

Hashes = NDArray[np.uint64]

# Five characters of Chinese say about as much as nine of a language with spaces.
_GRAM_CJK, _GRAM = 5, 9
_WINDOW = 64
_LONGEST = 400_000  # characters of a text that are looked at
_SAMPLE = 4000
_CJK = ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7AF))  # kana, Chinese, Hangul
_FNV = np.uint64(0x100000001B3)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """`grams`: a hash for each position of the folded text. `gram`: how many characters each is of."""

    gram: int
    grams: Hashes
    distinct: Hashes  # sorted, each once

    @property
    def fingerprints(self) -> tuple[int, ...]:
        """The smallest hash of every 64 in a row (winnowing), sorted, as signed 64-bit numbers.

        Texts that share a passage of 64 + gram - 1 characters share at least one. Schleimer, Wilkerson, Aiken 2003.
        """
        hashes = self.grams
        if len(hashes) > _WINDOW:
            hashes = np.lib.stride_tricks.sliding_window_view(hashes, _WINDOW).min(axis=1)
        else:
            hashes = hashes.min(keepdims=True) if len(hashes) else hashes
        return tuple(_distinct(hashes).view(np.int64).tolist())


def sketch(text: str) -> Sketch:
    """The sketch of a text; of one too short for a single gram it is empty."""
    letters = folded(text[:_LONGEST])
    codes = np.frombuffer(letters.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    gram = _GRAM_CJK if 3 * _count_cjk(codes[:_SAMPLE]) >= len(codes[:_SAMPLE]) else _GRAM
    grams = _hashes(codes, gram)
    return Sketch(gram, grams, _distinct(grams))


def _count_cjk(codes: Hashes) -> int:
    return int(sum(((first <= codes) & (codes <= last)).sum() for first, last in _CJK))


def _distinct(hashes: Hashes) -> Hashes:
    """Sorted, each once: np.unique, which takes four times as long."""
    ordered = np.sort(hashes)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def _hashes(codes: Hashes, gram: int) -> Hashes:
    count = max(0, len(codes) - gram + 1)
    hashes = np.zeros(count, np.uint64)
    for place in range(gram):
        hashes = (hashes ^ codes[place : place + count]) * _FNV
        hashes ^= hashes >> np.uint64(29)
    hashes *= _GOLDEN
    return hashes ^ (hashes >> np.uint64(32))
