"""Item: one thing that an input holds, before it is read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

LARGEST_BYTES = 10 * 1024 * 1024  # of a page, a post or a line; no article is larger

# `permalink: date` of Jekyll, less the categories.
DATED = "/:year/:month/:day/:title.html"

Kind = Literal["page", "post", "row"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its input an item lies: a number of bytes or files from which it is found, and how many further on."""

    start: int
    further: int = 0


@dataclass(frozen=True, slots=True)
class Site:
    """Where a collection of posts was published: its address, and how a post's path is made of its facts."""

    base_url: str
    permalink: str = DATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A page as it was received, a front-matter post, or a line of JSON."""

    kind: Kind
    name: str  # what messages call it: a file, or a file and where in it
    place: Place
    content: bytes
    fetched_at: datetime  # aware UTC; a file's own time where nothing better is known
    url: str | None = None  # None: what the content says
    content_type: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    path: str = ""  # of a file, POSIX and below the folder that is imported
    beside: bytes | None = None  # of a page: the meta.json that lies beside it
    site: Site | None = None  # of a post


def weight(item: Item) -> int:
    """Its bytes."""
    return len(item.content)


@dataclass(frozen=True, slots=True)
class Broken:
    """A stretch of an input that can't be read."""

    name: str
    place: Place
    reason: str
