"""RSS and Atom: a reply → its items."""

import io
from collections.abc import Iterator
from typing import Any

import feedparser

from crawler.discovery.link import DiscoveryError, Item
from crawler.discovery.page import looks_like, tree
from crawler.source import Step


def items(body: bytes, url: str, step: Step, content_type: str | None) -> Iterator[Item]:
    """The feed's items in its order. DiscoveryError where the reply is no feed."""
    # As a stream: text would be tried as an address or a file's name first. The HTML stays as it is: reading cleans
    # it, and feedparser would throw away the attributes that hold lazy images.
    feed = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": content_type or "application/xml", "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not feed.get("version"):
        raise DiscoveryError(f"not a feed but {looks_like(body, content_type)}")
    return (_item(entry, step) for entry in feed.entries)


def _item(entry: Any, step: Step) -> Item:
    return Item(
        url=entry.get("link") or (entry.get("id", "") if entry.get("guidislink") else ""),
        title=_plain(entry.get("title_detail")),
        published=entry.get("published") or entry.get("updated"),
        author=(entry.get("author_detail") or {}).get("name") or entry.get("author"),
        html=_html(entry) if step.full else None,
        skipped=any(_stated(entry, name) in values for name, values in step.skip.items()),
    )


def _plain(detail: Any) -> str | None:
    """A title's text; feeds put entities and tags into it."""
    if not detail or not detail.value:
        return None
    if "html" not in detail.type:
        return str(detail.value)
    root = tree(detail.value.encode(), "text/html; charset=utf-8")
    return str(root.text_content()) if root is not None else None


def _html(entry: Any) -> str | None:
    """The longest text the entry holds: a feed may give an introduction beside it."""
    texts = [content.value for content in entry.get("content", ())] + [entry.get("summary", "")]
    return max(texts, key=len) or None


def _stated(entry: Any, name: str) -> str:
    value = entry.get(name.lower())
    return value.strip() if isinstance(value, str) else ""
