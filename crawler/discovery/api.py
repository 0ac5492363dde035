"""A list as JSON: a reply → its items, by the recipe's JMESPaths."""

import json
from collections.abc import Iterator
from typing import Any

from crawler.discovery.link import DiscoveryError, Item
from crawler.discovery.page import looks_like
from crawler.rule import json_path
from crawler.source import Step


def items(body: bytes, url: str, step: Step, content_type: str | None) -> Iterator[Item]:
    """The list's items in its order. DiscoveryError where the reply is none, or says itself that it failed."""
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DiscoveryError(f"not JSON but {looks_like(body, content_type)}") from error
    if step.ok and not _find(reply, step.ok):
        raise DiscoveryError(f"the list says: {_text(reply, step.message) or 'no'}")
    found = _find(reply, step.items)
    if not isinstance(found, list):
        raise DiscoveryError(f"no list at {step.items!r}")
    return (_item(item, step) for item in found)


def _item(item: Any, step: Step) -> Item:
    return Item(
        url=_text(item, step.link) or "",
        title=_text(item, step.title),
        published=_text(item, step.published),
        author=_text(item, step.author),
        html=_text(item, step.text) if step.full else None,
    )


def _find(value: Any, path: str | None) -> Any:
    return json_path(path, None).search(value) if path else None


def _text(value: Any, path: str | None) -> str | None:
    found = _find(value, path)
    return None if found is None or isinstance(found, dict | list | bool) else str(found)
