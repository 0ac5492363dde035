"""What a discovery step found: its reply → the links to articles of the source, and where more of them lie."""

import re
from datetime import datetime, tzinfo
from itertools import islice
from urllib.parse import urldefrag

from crawler.discovery import api, feed, listing, sitemap
from crawler.discovery.asks import ask_for_page, ask_for_url, first_ask
from crawler.discovery.index import parts, since
from crawler.discovery.link import Ask, DiscoveryError, Finding, Item, Link, Listed, Reply
from crawler.reading.dates import parse_date
from crawler.reading.facts import line
from crawler.reading.page import joined
from crawler.rule import LONGEST_INPUT
from crawler.source import Identity, Source, Step

__all__ = ["MOST_LINKS", "find", "first_ask", "links"]

MOST_LINKS = 1000  # of a feed, listing or api; a sitemap has a bound of its own
_MOST_ITEMS = 10_000
_LARGEST = 10 * 1024 * 1024  # bytes, packed or not; what a sitemap unpacks to has a bound of its own
_READERS = {"feed": feed.read, "listing": listing.read, "api": api.read, "sitemap": sitemap.read}


def find(reply: Reply, ask: Ask, step: Step, source: Source) -> Finding:
    """What the reply to an Ask of a step gives: the source's articles that it names, and what to ask for next.

    Each article is named once, in the reply's order, a sitemap's the latest first; at most 1,000, of a sitemap
    50,000. Adverts, other sites, later pages of an article and what the recipe skips are left out. Raises
    DiscoveryError where the reply is not what the step should give, or names no article at all.
    """
    if len(reply.body) > _LARGEST and step.kind != "sitemap":
        raise DiscoveryError(f"it is {len(reply.body):,} bytes long; {_LARGEST:,} is the most")
    listed = _READERS[step.kind](reply, step)
    if listed.parts is not None:
        return Finding(parts=parts(listed.parts, reply, ask, step, source))
    found = _links(listed, reply, step, source)
    if step.kind == "sitemap":
        found.sort(key=lambda link: link.published_at.timestamp() if link.published_at else 0, reverse=True)
    return Finding(
        links=tuple(found),
        further=_further(listed, reply, ask, step),
        own_url=joined(reply.url, listed.own_url) if listed.own_url else None,
        hub=joined(reply.url, listed.hub) if listed.hub else None,
        fresh_seconds=_minutes(listed.ttl),
    )


def links(
    body: bytes, url: str, step: Step, source: Source, content_type: str | None, now: datetime
) -> tuple[Link, ...]:
    """The links that `find` gives of the reply to a step's first request."""
    return find(Reply(body, url, content_type, now), first_ask(step), step, source).links


def _minutes(ttl: str | None) -> int | None:
    """Seconds, a day at most."""
    text = (ttl or "").strip()
    return min(int(text[:10]) * 60, 86400) if text.isascii() and text.isdecimal() else None


def _links(listed: Listed, reply: Reply, step: Step, source: Source) -> list[Link]:
    """The articles, taken one by one from what may be read only as it is taken: a sitemap's items are many."""
    most = sitemap.MOST_URLS if step.kind == "sitemap" else MOST_LINKS
    earliest, base, way = since(reply, step), listed.base_url or reply.url, source.way(step)
    found, seen, count, zoned = list[Link](), set[str](), 0, _Zones()
    for item in islice(listed.items, max(most, _MOST_ITEMS)):
        count += 1
        address, identity = _article(item, base, step, source)
        if identity is None or identity.url in seen:
            continue
        seen.add(address if address == identity.url else identity.url)  # one string instead of two
        # A later page is no article by itself: its first page finds it.
        if identity.page > 1 or item.skipped or len(found) == most:
            continue
        stated = parse_date(item.published, source.zone, reply.received_at) if item.published else None
        if earliest is None or stated is None or stated >= earliest:
            found.append(Link(address, way, line(item.title), zoned(stated), line(item.author), item.html))
    if not count:
        raise DiscoveryError("it has no items")
    if not seen:
        raise DiscoveryError(f"none of its {count} items is an article of {source.name}")
    return found


class _Zones(dict[tzinfo | None, tzinfo | None]):
    """Gives moments that share the objects of their offsets: fifty thousand would take some 4 MB."""

    def __call__(self, moment: datetime | None) -> datetime | None:
        return moment and moment.replace(tzinfo=self.setdefault(moment.tzinfo, moment.tzinfo))


def _article(item: Item, base: str, step: Step, source: Source) -> tuple[str, Identity | None]:
    """The first of the item's addresses that is an article's, and what it names."""
    for stated in (item.url, *item.others):
        address = joined(base, _unwrapped(stated, step)) if stated else None
        if address is not None:
            address = urldefrag(address).url
            identity = source.identify(address)
            if identity:
                return address, identity
    return "", None


def _unwrapped(address: str, step: Step) -> str:
    match = re.search(step.unwrap, address[:LONGEST_INPUT]) if step.unwrap else None
    if match is None:
        return address
    inner = match[1] if match.re.groups else match[0]
    return inner if "://" in inner else f"https://{inner.lstrip('/')}"


def _further(listed: Listed, reply: Reply, ask: Ask, step: Step) -> Ask | None:
    if ask.is_part:
        return None
    if listed.next_url:
        url = joined(listed.base_url or reply.url, listed.next_url)
        return ask_for_url(urldefrag(url).url, ask, step) if url and url != reply.url else None
    return ask_for_page(listed.cursor, ask, step)
