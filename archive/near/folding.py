"""A text without what a repost changes: case, width, punctuation, white space, and traditional for simplified characters."""

import unicodedata
from functools import lru_cache
from importlib.resources import files

# Grows when a text's folding or grams change: sketches of different versions are never compared.
VERSION = 1


def folded(text: str) -> str:
    """The letters and digits of the text: NFKC, lower case, Chinese in simplified characters."""
    plain = unicodedata.normalize("NFKC", text).lower().translate(_simplified())
    return "".join(filter(str.isalnum, plain))


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """One character for one: words that differ by more are few, and a table of our own never changes under us.

    From OpenCC's TSCharacters (Apache-2.0): first line traditional, second line simplified.
    """
    traditional, simplified = (
        files("archive.near").joinpath("simplified.txt").read_text("utf-8").splitlines()[:2]
    )
    return dict(zip(map(ord, traditional), simplified, strict=True))
