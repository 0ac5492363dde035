"""What a tag says of itself: attributes as text, whether it is a block, how its text looks."""

import re

from bs4 import Tag

from crawler.reading.markdown.blocks import DELETED, EMPHASIS, NO_MARKS, STRONG


def words(text: str) -> frozenset[str]:
    """A set of names, written as a line of text."""
    return frozenset(text.split())


BLOCKS = words(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p pre search "
    "section summary table tbody td tfoot th thead tr ul"
)
_MARKS = {
    "b": STRONG,
    "strong": STRONG,
    "em": EMPHASIS,
    "i": EMPHASIS,
    "del": DELETED,
    "s": DELETED,
    "strike": DELETED,
}
_SHOWN_AS_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid|table|list-item)\b")
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)")
_NOT_BOLD = re.compile(r"font-weight\s*:\s*(?:normal|[1-5]00)")
_ITALIC = re.compile(r"font-style\s*:\s*(?:italic|oblique)")
_STRUCK = re.compile(r"text-decoration(?:-line)?\s*:\s*line-through")


def attribute(tag: Tag, name: str) -> str:
    """The attribute's value, empty where there is none."""
    value = tag.get(name)
    return value if isinstance(value, str) else ""


def classes(tag: Tag) -> list[str]:
    return attribute(tag, "class").split()


def style(tag: Tag) -> str:
    return attribute(tag, "style").lower()


def number(tag: Tag, name: str, *, least: int, most: int) -> int | None:
    """The attribute as a number within bounds; None where it is none."""
    text = attribute(tag, name).strip()
    is_number = text.isdecimal() and text.isascii()
    return max(least, min(int(text[:10]), most)) if is_number else None


def is_block(tag: Tag) -> bool:
    """Does the tag stand on lines of its own?"""
    return tag.name in BLOCKS or bool(_SHOWN_AS_BLOCK.search(style(tag)))


def marks_of(tag: Tag) -> frozenset[str]:
    """How the tag makes its text look, by its name or its style."""
    own = _MARKS.get(tag.name)
    look = style(tag)
    if not look:
        return frozenset({own}) if own else NO_MARKS
    marks = {own} if own and not (own == STRONG and _NOT_BOLD.search(look)) else set()
    rules = ((_BOLD, STRONG), (_ITALIC, EMPHASIS), (_STRUCK, DELETED))
    return frozenset(marks | {mark for rule, mark in rules if rule.search(look)})
