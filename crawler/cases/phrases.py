"""The phrases that a recipe looks for in the text of its pages: an invented page must still say them."""

import re
from collections.abc import Iterator

from crawler.source import Source

# `contains(., "…")` and the like, of an element's own text and of none of its attributes.
_SOUGHT = re.compile(
    r"""(?:contains|starts-with)\(\s*(?:\.|text\(\)|normalize-space\((?:\.|text\(\))?\))\s*,\s*(?:"([^"]+)"|'([^']+)')\s*\)"""
)
_WRITTEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2,}")
# Of a regular expression: what is no letter standing for itself.
_NOT_LITERAL = re.compile(r"\\.|\[\^?\]?[^\]]*\]|\(\?(?:[a-z]+\)|P<\w+>|<?[=!]|:)|[^\w\s]")
_LITERAL = re.compile(r"[^\W\d_]{2,}(?: [^\W\d_]+)*")
_LEAST_LITERAL = 5  # letters and blanks; shorter ones stand in any text
_PATTERNS = ("match", "words")  # the keys whose values are regular expressions
_WORD = re.compile(r"[^\W\d_]{2}|[\u3400-\u9fff]")


def phrases(source: Source) -> tuple[str, ...]:
    """The site's own names and what the recipe's rules compare texts with, the longest first.

    Of regular expressions, runs of letters that stand for themselves; shorter ones in Latin script are kept for every
    page alike, where they are common (`words.SAID`).
    """
    recipe = source.model_dump(exclude={"title", "disabled_because"})
    texts = list(_texts(recipe))
    sought = {double or single for text in texts for double, single in _SOUGHT.findall(text)}
    sought |= {word for text in texts for word in _WRITTEN.findall(text)}
    sought |= {run for pattern in _patterns(recipe) for run in _literals(pattern)}
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


def _patterns(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _texts(value) if key in _PATTERNS else _patterns(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _patterns(value)


def _literals(pattern: str) -> list[str]:
    runs = [run for run in _LITERAL.findall(_NOT_LITERAL.sub("\n", pattern)) if len(run) >= _LEAST_LITERAL]
    # Where case is ignored a text begins with a capital as likely as not.
    return runs + [run[0].upper() + run[1:] for run in runs if "(?i" in pattern]
