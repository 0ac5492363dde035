"""Link: an article somebody names, and what is said of it there."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an article. `url` is as it was found, less its fragment."""

    url: str
    found_by: str  # the kind of step: feed, listing, sitemap, api
    title: str | None = None
    published_at: datetime | None = None  # aware
    author: str | None = None
    html: str | None = None  # the article's text, where the recipe calls the feed full


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a feed or list before anything is decided: all text as it stands there."""

    url: str
    title: str | None = None
    published: str | None = None
    author: str | None = None
    html: str | None = None
    skipped: bool = False  # the recipe says that such an item is no article


class DiscoveryError(Exception):
    """A reply that is not what the recipe says it should be; one line says what it is instead."""
