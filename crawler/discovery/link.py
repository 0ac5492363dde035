"""Link: an article somebody names, and what is said of it there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an article. `url` is as it was found, less its fragment."""

    url: str
    found_by: str  # the way: a step's name, else its kind (feed, listing, sitemap, api)
    title: str | None = None
    published_at: datetime | None = None  # aware; in a sitemap without news, when the page last changed
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
    others: tuple[str, ...] = ()  # further addresses that it gives, in the order of trust


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that discovery makes: a step's own, a further page of it, or one of an index's sitemaps."""

    url: str
    form: tuple[tuple[str, str], ...] = ()
    json_body: str | None = None
    page: int = 1  # from 2 on: a further page of the same list
    lastmod: str | None = None  # a sitemap: when its index says that it last changed
    is_part: bool = False  # one of an index's sitemaps


@dataclass(frozen=True, slots=True)
class Reply:
    """What was received for an Ask: the body as it came (a sitemap may still be gzipped), and when."""

    body: bytes
    url: str
    content_type: str | None
    received_at: datetime  # aware UTC


@dataclass(frozen=True, slots=True)
class Listed:
    """What a reply holds, before it is decided which of it are articles of the source."""

    items: Iterable[Item] = ()
    base_url: str | None = None  # addresses are relative to it; None: to the reply's own
    next_url: str | None = None  # the next page's address, as it stands there
    cursor: str | None = None  # what names the next page, where no address does
    parts: tuple[tuple[str, str | None], ...] | None = None  # an index's sitemaps: address and lastmod
    own_url: str | None = None
    hub: str | None = None
    ttl: str | None = None  # minutes for which a feed calls itself good, as it stands there


@dataclass(frozen=True, slots=True)
class Finding:
    """What a reply of discovery gives. `links` may be empty where `parts` are named."""

    links: tuple[Link, ...] = ()
    further: Ask | None = None  # the next page of a list or API, the older part of a feed
    parts: tuple[Ask, ...] = ()  # an index's sitemaps, the latest first
    own_url: str | None = None  # rel=self of a feed
    hub: str | None = None  # its WebSub hub
    fresh_seconds: int | None = None  # for which it calls itself good


class DiscoveryError(Exception):
    """A reply that is not what the recipe says it should be; one line says what it is instead."""
