"""JSON Feed, 1.0 and 1.1: a reply → its items. https://www.jsonfeed.org/version/1.1/"""

import html
import re
from collections.abc import Iterable
from typing import Any

from crawler.discovery.json_reply import parsed
from crawler.discovery.link import DiscoveryError, Item, Listed, Reply
from crawler.discovery.page import sound
from crawler.source import Step

_MOST_AUTHORS = 50
_PARAGRAPHS = re.compile(r"\n\s*\n")


def read(reply: Reply, step: Step) -> Listed:
    """The feed's items in its order. DiscoveryError where the reply is no feed."""
    feed = parsed(reply)
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in (_text(feed, "version") or ""):
        raise DiscoveryError("not a feed but JSON of another kind; an api step can read it")
    return Listed(
        items=(_item(item, step) for item in items if isinstance(item, dict)),
        next_url=_text(feed, "next_url"),
        own_url=_text(feed, "feed_url"),
        hub=next((url for hub in _objects(feed, "hubs") if (url := _text(hub, "url"))), None),
    )


def _item(item: dict[str, Any], step: Step) -> Item:
    # `external_url` is what a link blog talks about: another page, unless there is none of its own.
    addresses = [url for name in ("url", "external_url", "id") if (url := _text(item, name))]
    return Item(
        url=addresses[0] if addresses else "",
        others=tuple(addresses[1:]),
        title=_text(item, "title"),
        published=_text(item, "date_published") or _text(item, "date_modified"),
        author="、".join(_authors(item)) or None,
        html=_html(item) if step.full else None,
        skipped=any(_text(item, name) in values for name, values in step.skip.items()),
    )


def _authors(item: dict[str, Any]) -> Iterable[str]:
    """Version 1.1 has a list of them, 1.0 one."""
    author = item.get("author")
    people = _objects(item, "authors") or ([author] if isinstance(author, dict) else [])
    return dict.fromkeys(name for person in people[:_MOST_AUTHORS] if (name := _text(person, "name")))


def _html(item: dict[str, Any]) -> str | None:
    stated = _text(item, "content_html")
    if stated:
        return stated
    paragraphs = _PARAGRAPHS.split((_text(item, "content_text") or "").strip())
    return "".join(f"<p>{html.escape(text, quote=False)}</p>" for text in paragraphs if text) or None


def _objects(value: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = value.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(value: dict[str, Any], name: str) -> str | None:
    found = value.get(name)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)  # an id that should have been a string
    return sound(found) if isinstance(found, str) and found.strip() else None
