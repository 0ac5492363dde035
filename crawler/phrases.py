"""The phrases that a recipe looks for in the text of its pages: an invented page must still say them."""

import re
from collections.abc import Iterator

from crawler.source import Source

# `contains(., "…")` and the like, of an element's own text and of none of its attributes.
_SOUGHT = re.compile(
    r"""(?:contains|starts-with)\(\s*(?:\.|text\(\)|normalize-space\((?:\.|text\(\))?\))\s*,\s*(?:"([^"]+)"|'([^']+)')\s*\)"""
)
_WRITTEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2,}")
_WORD = re.compile(r"[^\W\d_]{2}|[\u3400-\u9fff]")


def phrases(source: Source) -> tuple[str, ...]:
    """The site's own names and what the recipe's rules compare texts with, the longest first.

    Of regular expressions only words in Chinese or Japanese can be told; what others look for is kept for every page
    alike (`words.SAID`).
    """
    texts = list(_texts(source.model_dump(exclude={"title", "disabled_because"})))
    sought = {double or single for text in texts for double, single in _SOUGHT.findall(text)}
    sought |= {word for text in texts for word in _WRITTEN.findall(text)}
    kept = {" ".join(text.split()) for text in (*sought, *source.own_names) if _WORD.search(text)}
    return tuple(sorted(kept, key=lambda text: (-len(text), text)))


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _texts(key)
            yield from _texts(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _texts(value)
