"""The article's text among all the text of a page, found without a recipe.

A page is cut into blocks; trees trained on pages with a known text say of each how likely
it is the article's; the likely ones, less what begins after the article has ended, are
written as HTML again. One walk over a tree that is parsed already, nothing is changed in it.
"""

import numpy as np
from numpy.typing import NDArray

from crawler.reading.text.blocks import Blocks, Node
from crawler.reading.text.choose import choose
from crawler.reading.text.features import Context, Rows
from crawler.reading.text.fragment import fragment
from crawler.reading.text.trees import probabilities

__all__ = ["Context", "Rows", "find_text", "spread"]


def find_text(root: Node, context: Context) -> str:
    """The article's text as HTML; empty where there is none."""
    page = Blocks(root)
    if not page.blocks:
        return ""
    rows = Rows(page, context)
    likely = spread(rows, probabilities(rows.matrix), len(page.blocks))
    return fragment(page, choose(page.blocks, likely))


def spread(rows: Rows, likely: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """The rows' likelihoods as those of all blocks. The headline is no part of the text that it heads."""
    whole = np.zeros(count)
    whole[rows.places] = likely
    whole[rows.headlines] = 0.0
    return whole
