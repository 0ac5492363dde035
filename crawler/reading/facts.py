"""Facts: what one way of reading finds in a page. Ways fall through to one another, field by field."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\ufeff\ufffe\uffff\ud800-\udfff]")
_LONGEST = 1_000  # characters of a one-line fact
_MOST_NAMES = 50
_LONGEST_NAME = 200
_LABEL = re.compile(r"^\s*(?:文\s*[/／|｜]|(?:作者|撰文|记者)\s*[:：]|by\b)\s*", re.IGNORECASE)
_SEVERAL = re.compile(r"[、;；]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """An article's facts; what is not stated is empty. Texts are one line each, `body` is HTML."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    body: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    summary: str | None = None
    image: str | None = None
    licence: str | None = None
    publisher: str | None = None

    def or_else(self, other: "Facts") -> "Facts":
        """These facts, and the other's where these are silent."""
        return replace(
            self,
            **{field.name: getattr(self, field.name) or getattr(other, field.name) for field in fields(self)},
        )


def line(text: str | None, longest: int = _LONGEST) -> str | None:
    """The text on one line, of bearable length; None if nothing is left."""
    return " ".join(_CONTROLS.sub(" ", (text or "")[: 4 * longest]).split())[:longest].rstrip() or None


def names(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Each text as a name: one line, once, in order, at most 50."""
    lines = (line(text, _LONGEST_NAME) for text in texts)
    return tuple(dict.fromkeys(name for name in lines if name))[:_MOST_NAMES]


def split_names(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Bylines as names: labels cut, several in one text parted."""
    return names(tuple(name for text in texts for name in _SEVERAL.split(_LABEL.sub("", text))))


def less_tails(title: str, tails: Iterable[str]) -> str:
    """The title less what a recipe's patterns find at its end."""
    for tail in tails:
        title = re.sub(rf"(?:{tail})\s*$", "", title)
    return title.strip()
