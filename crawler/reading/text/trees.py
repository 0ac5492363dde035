"""The trees that tell an article's blocks from the rest: oblivious decision trees, evaluated all at once.

`model.npz` is written by `bench/train_text.py`. Every level of an oblivious tree asks one
question of all its leaves (Kohavi and Li 1995), so that a tree is `depth` comparisons
and one look-up.
"""

import io
import pkgutil
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from crawler.reading.text.features import Matrix

_AT_ONCE = 512  # blocks; bounds the memory of a page with thousands


class Trees(NamedTuple):
    """`columns` and `borders` are trees × depth, `leaves` trees × 2**depth; a leaf's first question is its lowest bit."""

    columns: NDArray[np.int32]
    borders: NDArray[np.float32]
    leaves: NDArray[np.float32]
    bias: float


@cache
def trees() -> Trees:
    """The shipped trees. They are part of the program, as its code is."""
    content = pkgutil.get_data(__package__, "model.npz")
    if content is None:
        raise RuntimeError(f"{__package__}: model.npz is missing; install Broadsheet anew")
    with np.load(io.BytesIO(content)) as arrays:
        return Trees(arrays["columns"], arrays["borders"], arrays["leaves"], float(arrays["bias"]))


def probabilities(rows: Matrix, model: Trees | None = None) -> NDArray[np.float64]:
    """How likely each block is the article's: 0 to 1. By the shipped trees unless others are given."""
    model = model or trees()
    scores = [_scores(rows[start : start + _AT_ONCE], model) for start in range(0, len(rows), _AT_ONCE)]
    raw = np.concatenate(scores) if scores else np.zeros(0)
    return np.asarray(1.0 / (1.0 + np.exp(-raw)))


def _scores(rows: Matrix, model: Trees) -> NDArray[np.float64]:
    count, depth = model.columns.shape
    # One column of the page a line: that is how they are asked for.
    columns = np.ascontiguousarray(rows.T)[model.columns.ravel()]
    answers = (columns > model.borders.ravel()[:, None]).reshape(count, depth, len(rows))
    places = np.zeros((count, len(rows)), dtype=np.intp)
    for level in range(depth):
        places |= answers[:, level].astype(np.intp) << level
    found = model.leaves[np.arange(count)[:, None], places]
    return np.asarray(found.sum(axis=0, dtype=np.float64) + model.bias)
