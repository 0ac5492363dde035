"""The article's text in a page's scripts, where the page shows next to none: the longest HTML among their strings."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

_MOST_SCRIPTS, _MOST_STRINGS = 60, 300
_LONGEST_SCRIPT = 4_000_000  # characters
# A string of JSON, long enough for a text. Each is gone through once from either of its quotes.
_STRING = re.compile(r'"((?:[^"\\]|\\.){400,})"')
_PARAGRAPH = re.compile(r"(?:<|\\u003c)p\b", re.IGNORECASE)
_FEWEST_PARAGRAPHS = 2


def state_text(root: Any) -> str | None:
    """The longest string of at least two HTML paragraphs that a script holds as JSON; None where none does."""
    return max(_texts(root), key=len, default=None)


def _texts(root: Any) -> Iterator[str]:
    for script in islice(root.iter("script"), _MOST_SCRIPTS):
        for match in islice(_STRING.finditer((script.text or "")[:_LONGEST_SCRIPT]), _MOST_STRINGS):
            if len(_PARAGRAPH.findall(match[1])) >= _FEWEST_PARAGRAPHS and (text := _unquoted(match[1])):
                yield text


def _unquoted(raw: str) -> str | None:
    try:
        return str(json.loads(f'"{raw}"', strict=False))
    except ValueError:
        return None
