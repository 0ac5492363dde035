"""What a discovery step found: its reply → the links to articles of the source."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from urllib.parse import urldefrag, urljoin

from crawler.discovery import api, feed, listing, sitemap
from crawler.discovery.link import Ask, DiscoveryError, Finding, Item, Link, Reply
from crawler.reading.dates import parse_date
from crawler.source import Source, Step

MOST_LINKS = 1000
_MOST_ITEMS = 10_000
_LONGEST_TITLE = 1000
_ITEMS = {"feed": feed.items, "listing": listing.items, "api": api.items, "sitemap": sitemap.items}


def first_ask(step: Step) -> Ask:
    """The request a step begins with."""
    return Ask(step.url, tuple(step.form.items()), step.json_body)


def find(reply: Reply, ask: Ask, step: Step, source: Source) -> Finding:
    """What the reply to an Ask of a step gives."""
    return Finding(links(reply.body, reply.url, step, source, reply.content_type, reply.received_at))


def links(
    body: bytes, url: str, step: Step, source: Source, content_type: str | None, now: datetime
) -> tuple[Link, ...]:
    """The articles of `source` that the reply names, each once, in its order, at most 1,000.

    Adverts, other sites, later pages of an article and what the recipe skips are left out. Raises
    DiscoveryError where the reply is not what the step should give, or names no article at all.
    """
    found = list(islice(_ITEMS[step.kind](body, url, step, content_type), _MOST_ITEMS))
    if not found:
        raise DiscoveryError("it has no items")
    articles = [(urldefrag(urljoin(url, item.url.strip())).url, item) for item in found if item.url]
    articles = [(address, item) for address, item in articles if source.identify(address)]
    if not articles:
        raise DiscoveryError(f"none of its {len(found)} items is an article of {source.name}")
    return tuple(
        _link(address, item, step, source, now)
        for address, item in _each_once(articles, source)
        if not item.skipped
    )[:MOST_LINKS]


def _each_once(articles: Iterable[tuple[str, Item]], source: Source) -> Iterator[tuple[str, Item]]:
    seen = set[str]()
    for address, item in articles:
        identity = source.identify(address)
        # A later page is no article by itself: its first page finds it.
        if identity and identity.page == 1 and identity.url not in seen:
            seen.add(identity.url)
            yield address, item


def _link(address: str, item: Item, step: Step, source: Source, now: datetime) -> Link:
    return Link(
        url=address,
        found_by=source.way(step),
        title=_line(item.title),
        published_at=parse_date(item.published, source.zone, now) if item.published else None,
        author=_line(item.author),
        html=item.html,
    )


def _line(text: str | None) -> str | None:
    return " ".join((text or "").split())[:_LONGEST_TITLE] or None
