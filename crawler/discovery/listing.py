"""A page that lists articles: a reply → its items, by the recipe's selectors."""

from collections.abc import Callable
from typing import Any

from lxml import etree

from crawler.discovery.api import fragment
from crawler.discovery.link import DiscoveryError, Item, Listed, Reply
from crawler.discovery.page import looks_like
from crawler.reading.decoding import decode
from crawler.reading.page import joined, parse_html, select, text_of
from crawler.rule import selector_path
from crawler.source import Step

_MOST_CARDS = 10_000


def read(reply: Reply, step: Step) -> Listed:
    """The page's cards in its order. DiscoveryError where it has none."""
    html = fragment(reply, step) if step.inside else decode(reply.body, reply.content_type)
    root = parse_html(html)
    cards = _cards(root, step.items or "") if html.strip() else []
    if not cards:
        raise DiscoveryError(f"no {step.items!r} in {looks_like(reply.body, reply.content_type)}")
    bases = select(root, "xpath://base/@href", None)
    return Listed(
        items=(_item(card, step) for card in cards),
        base_url=joined(reply.url, str(bases[0])) if bases else None,
        next_url=_address(root, step.next),
    )


def _cards(root: Any, selector: str) -> list[Any]:
    try:
        found = selector_path(selector, None)(root)
    except etree.XPathError:
        return []
    nodes = found if isinstance(found, list) else []
    return [card for card in nodes if not isinstance(card, str)][:_MOST_CARDS]


def _item(card: Any, step: Step) -> Item:
    return Item(
        url=_address(card, step.link) or "",
        title=_first(card, step.title),
        published=_time(card, step.published),
        author=_first(card, step.author),
        html=_markup(card, step.text) if step.full else None,
    )


def _markup(card: Any, selector: str | None) -> str | None:
    found = select(card, selector, None) if selector else []
    nodes = [one for one in found if not isinstance(one, str)]
    return etree.tostring(nodes[0], encoding="unicode", method="html", with_tail=False) if nodes else None


def _address(card: Any, selector: str | None) -> str | None:
    # An element without `href` leads nowhere: the last page's "next", say.
    return _first(card, selector, lambda element: element.get("href") or "")


def _time(card: Any, selector: str | None) -> str | None:
    return _first(card, selector, lambda element: element.get("datetime") or text_of(element))


def _first(card: Any, selector: str | None, said: Callable[[Any], str] = text_of) -> str | None:
    """The first text that the selector finds in the card, or that an element it finds says."""
    found = select(card, selector, None) if selector else []
    texts = (one if isinstance(one, str) else said(one) for one in found)
    return next((str(text).strip() for text in texts if text.strip()), None)
