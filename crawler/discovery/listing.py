"""A page that lists articles: a reply → its items, by the recipe's selectors."""

from collections.abc import Iterator
from typing import Any

from crawler.discovery.link import DiscoveryError, Item
from crawler.discovery.page import looks_like, tree
from crawler.rule import selector_path
from crawler.source import Step


def items(body: bytes, url: str, step: Step, content_type: str | None) -> Iterator[Item]:
    """The page's cards in its order. DiscoveryError where it has none."""
    root = tree(body, content_type)
    cards = [] if root is None else selector_path(step.items or "", None)(root)
    if not cards:
        raise DiscoveryError(f"no {step.items!r} in {looks_like(body, content_type)}")
    return (_item(card, step) for card in cards)


def _item(card: Any, step: Step) -> Item:
    return Item(
        url=_first(card, step.link, "href") or "",
        title=_first(card, step.title),
        published=_first(card, step.published, "datetime"),
        author=_first(card, step.author),
    )


def _first(card: Any, selector: str | None, attribute: str | None = None) -> str | None:
    """What the selector finds first in the card: a string, an element's attribute, else its text."""
    found = selector_path(selector, None)(card) if selector else []
    for one in found if isinstance(found, list) else [found]:
        text = one if isinstance(one, str) else (attribute and one.get(attribute)) or one.text_content()
        if text.strip():
            return str(text.strip())
    return None
