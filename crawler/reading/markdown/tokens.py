"""A line on its way to Markdown: text, and the marks written around it."""

import unicodedata
from enum import IntEnum
from typing import NamedTuple


class Kind(IntEnum):
    TEXT = 0  # to be read as it stands: escaped where it would not be
    OPAQUE = 1  # written as it is: code, a line break
    OPENS = 2  # begins marked text, as CLOSES ends it
    CLOSES = 3
    BRACKET = 4  # [ or ![
    TARGET = 5  # ](address)


class Token(NamedTuple):
    text: str
    kind: Kind = Kind.TEXT
    pair: int = 0  # the same number in what opens and what closes


def is_space(char: str) -> bool:
    """Is it white space, or the edge of the text?"""
    return not char or char.isspace()


def may_be_punctuation(char: str) -> bool:
    """Punctuation to some readers: since CommonMark 0.31 symbols like `￥` are, before they were not."""
    return bool(char) and unicodedata.category(char)[0] in "PS"


def is_punctuation(char: str) -> bool:
    """Punctuation to every reader."""
    return bool(char) and (
        unicodedata.category(char)[0] == "P" or (char < "\x7f" and may_be_punctuation(char))
    )


def flanks(inner: str, outer: str) -> bool:
    """Do marks between these characters surely face the inner one, so that they may open or close there?

    https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run
    """
    if is_space(inner):
        return False
    return not may_be_punctuation(inner) or is_space(outer) or is_punctuation(outer)


def may_flank(inner: str, outer: str) -> bool:
    """As `flanks`, but true as soon as one reader may think so."""
    if is_space(inner):
        return False
    return not is_punctuation(inner) or is_space(outer) or may_be_punctuation(outer)
