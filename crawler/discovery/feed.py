"""RSS and Atom, and JSON Feed: a reply → its items."""

import io
from collections.abc import Iterator
from typing import Any

import feedparser

from crawler.discovery import json_feed
from crawler.discovery.feed_text import feed_text
from crawler.discovery.link import DiscoveryError, Item, Listed, Reply
from crawler.discovery.page import looks_like
from crawler.reading.page import parse_html, text_of
from crawler.source import Step

# What feedparser and the parsers under it raise at markup that nobody thought of.
_FAILURES = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RecursionError,
)
_JSON_STARTS = b"{"
_MARK = b"\xef\xbb\xbf"
# RFC 5005: a long feed's next page, and a complete feed's older part.
_FURTHER = ("next", "prev-archive")


def read(reply: Reply, step: Step) -> Listed:
    """The feed's items in its order. DiscoveryError where the reply is no feed."""
    if reply.body[:1_000].removeprefix(_MARK).lstrip().startswith(_JSON_STARTS):
        return json_feed.read(reply, step)
    feed = _parsed(reply)
    if feed is None or not feed.get("version"):
        raise DiscoveryError(f"not a feed but {looks_like(reply.body, reply.content_type)}")
    relations = _relations(feed.feed.get("links", ()))
    return Listed(
        items=(_item(entry, step) for entry in feed.entries),
        next_url=next((relations[name] for name in _FURTHER if name in relations), None),
        own_url=relations.get("self"),
        hub=relations.get("hub"),
        ttl=feed.feed.get("ttl"),
    )


def _parsed(reply: Reply) -> Any:
    text = feed_text(reply.body, reply.content_type)
    if text is None:
        return None
    # As a stream: text would be tried as an address or a file's name first. The HTML stays as it is: reading cleans
    # it, and feedparser would throw away the attributes that hold lazy images.
    try:
        return feedparser.parse(
            io.BytesIO(text.encode()),
            response_headers={
                "content-type": "application/xml; charset=utf-8",
                "content-location": reply.url,
            },
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except _FAILURES as error:
        raise DiscoveryError(f"a feed that can't be read: {type(error).__name__}") from error


def _relations(links: Any) -> dict[str, str]:
    """The first address of each relation that the feed states of itself."""
    stated = ((str(link.get("rel", "")).lower(), link.get("href")) for link in reversed(links))
    return {relation: href for relation, href in stated if href}


def _item(entry: Any, step: Step) -> Item:
    first, *others = dict.fromkeys(_addresses(entry)) or ("",)
    return Item(
        url=first,
        others=tuple(others),
        title=_title(entry.get("title_detail")),
        published=_published(entry),
        author=_author(entry),
        html=_html(entry) if step.full else None,
        skipped=any(_stated(entry, name) in values for name, values in step.skip.items()),
    )


def _published(entry: Any) -> str | None:
    # Asked for with `in` first: feedparser answers for an absent "updated" with "published", and warns that it does.
    stated = (entry[name] for name in ("published", "updated", "created") if name in entry)
    return next((text for text in stated if text), None)


def _addresses(entry: Any) -> Iterator[str]:
    """Where the item may lie: its real address where the link only counts clicks, its link, its guid."""
    links = (link.get("href") for link in entry.get("links", ()) if link.get("rel") == "alternate")
    for address in (entry.get("feedburner_origlink"), entry.get("link"), *links, entry.get("id")):
        if isinstance(address, str) and address.strip():
            yield address.strip()


def _title(detail: Any) -> str | None:
    """A title's text; feeds put entities and tags into it."""
    if not detail or not detail.value:
        return None
    return text_of(parse_html(detail.value)) if "html" in detail.type else str(detail.value)


def _author(entry: Any) -> str | None:
    names = [name for author in entry.get("authors", ()) if (name := author.get("name"))]
    if len(names) > 1:
        return "、".join(dict.fromkeys(names))
    author: str | None = (entry.get("author_detail") or {}).get("name") or entry.get("author")
    return author


def _html(entry: Any) -> str | None:
    """The longest text the entry holds: a feed may give an introduction beside it."""
    texts = [str(content.value) for content in entry.get("content", ())] + [str(entry.get("summary", ""))]
    return max(texts, key=len) or None


def _stated(entry: Any, name: str) -> str:
    value = entry.get(name.lower())
    return value.strip() if isinstance(value, str) else ""
