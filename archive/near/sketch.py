"""A text's sketch: the hashes of all its character n-grams, and the few of them it is looked up by."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.near.folding import folded

Hashes = NDArray[np.uint64]

# Five characters of Chinese say about as much as nine of a language with spaces.
_GRAM_CJK, _GRAM = 5, 9
_WINDOW = 64
_LONGEST = 400_000  # characters of a text that are looked at
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
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
        return tuple(np.unique(hashes).view(np.int64).tolist())


def sketch(text: str) -> Sketch:
    """The sketch of a text; of one too short for a single gram it is empty."""
    letters = folded(text[:_LONGEST])
    sample = letters[:4000]
    gram = _GRAM_CJK if 3 * len(_CJK.findall(sample)) >= len(sample) else _GRAM
    grams = _hashes(letters, gram)
    return Sketch(gram, grams, np.unique(grams))


def _hashes(letters: str, gram: int) -> Hashes:
    codes = np.frombuffer(letters.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    count = max(0, len(codes) - gram + 1)
    hashes = np.zeros(count, np.uint64)
    for place in range(gram):
        hashes = (hashes ^ codes[place : place + count]) * _FNV
        hashes ^= hashes >> np.uint64(29)
    hashes *= _GOLDEN
    return hashes ^ (hashes >> np.uint64(32))
