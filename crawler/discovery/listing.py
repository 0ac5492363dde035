"""A page that lists articles: a reply → its items, by the recipe's selectors."""

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
        next_url=_first(root, step.next, "href"),
    )


def _cards(root: Any, selector: str) -> list[Any]:
    found = selector_path(selector, None)(root)
    return (
        [card for card in found if not isinstance(card, str)][:_MOST_CARDS] if isinstance(found, list) else []
    )


def _item(card: Any, step: Step) -> Item:
    return Item(
        url=_first(card, step.link, "href") or "",
        title=_first(card, step.title),
        published=_first(card, step.published, "datetime"),
        author=_first(card, step.author),
        html=_markup(card, step.text) if step.full else None,
    )


def _markup(card: Any, selector: str | None) -> str | None:
    found = (one for one in select(card, selector, None) if not isinstance(one, str)) if selector else ()
    return next(
        (etree.tostring(one, encoding="unicode", method="html", with_tail=False) for one in found), None
    )


def _first(card: Any, selector: str | None, attribute: str | None = None) -> str | None:
    """What the selector finds first in the card: a string, an element's attribute, else its text."""
    for one in select(card, selector, None) if selector else []:
        text = one if isinstance(one, str) else (attribute and one.get(attribute)) or text_of(one)
        if text.strip():
            return str(text.strip())
    return None
