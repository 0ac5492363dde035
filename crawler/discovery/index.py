"""An index of sitemaps: which of them are asked for, and in what order."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from crawler.discovery.link import Ask, DiscoveryError, Reply
from crawler.reading.dates import parse_date
from crawler.reading.page import joined
from crawler.recipe import LONGEST_URL
from crawler.source import Source, Step
from crawler.urls import registrable

MOST_PARTS = 200
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
# What a sitemap's name says of its time, where the index is silent: sitemap-2026-11.xml.
_NAMED = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-_/]?(0[1-9]|1[0-2])(?:[-_/]?(0[1-9]|1\d|2\d|3[01]))?)?(?!\d)"
)


def parts(
    named: Iterable[tuple[str, str | None]], reply: Reply, ask: Ask, step: Step, source: Source
) -> tuple[Ask, ...]:
    """Requests for the sitemaps that an index names: the source's own, the latest first, at most 200.

    Those without a date go by their names' dates, then in the index's order. What `step.within` leaves out of a
    sitemap it leaves out here. Raises DiscoveryError where none is the source's.
    """
    if ask.is_part:
        raise DiscoveryError("an index of sitemaps within another, which the protocol forbids")
    domains = {registrable(f"https://{host}/") for host in source.hosts} | {registrable(source.home)}
    asks = dict[str, tuple[datetime, Ask]]()
    for stated, lastmod in named:
        url = joined(reply.url, stated)
        wanted = url and len(url) <= LONGEST_URL and (not step.parts or re.search(step.parts, url))
        if url and wanted and url not in asks and registrable(url) in domains:
            changed = parse_date(lastmod, source.zone, reply.received_at) if lastmod else None
            asks[url] = (changed or _named(url), Ask(url, lastmod=lastmod, is_part=True))
    if not asks:
        kind = f" in {step.parts!r}" if step.parts else ""
        raise DiscoveryError(f"an index that names no sitemap of {source.name}{kind}")
    earliest = since(reply, step) or _NEVER
    recent = [
        one for one in asks.values() if one[1].lastmod is None or one[0] == _NEVER or one[0] >= earliest
    ]
    return tuple(part for _, part in sorted(recent, key=lambda one: one[0], reverse=True)[:MOST_PARTS])


def since(reply: Reply, step: Step) -> datetime | None:
    """The earliest moment of which the step wants something; None where it wants all."""
    if step.within is None:
        return None
    try:
        return reply.received_at - timedelta(seconds=step.within)
    except OverflowError:
        return None


def _named(url: str) -> datetime:
    """The last day of the time in the sitemap's name."""
    found = _NAMED.search(url.rpartition("//")[2].partition("/")[2])
    if found is None:
        return _NEVER
    month, day = int(found[2] or 12), int(found[3] or 28)
    return datetime(int(found[1]), month, min(day, 28), tzinfo=UTC)
