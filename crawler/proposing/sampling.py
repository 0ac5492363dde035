"""Pure: which pages to read as a sample, and what is said of each elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crawler.proposing.clusters import Choice, Cluster
from crawler.proposing.scores import Statement
from crawler.proposing.scout import Sight
from crawler.reading import Fetched
from crawler.source import Source

_TELLING = ("feed", "api", "sitemap")  # ways that say more than an address, the most trusted first


@dataclass(frozen=True, slots=True)
class Picked:
    """Addresses for a sample, the most telling first; more of them than are needed, for those that can't be had."""

    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statements:
    """What feeds, sitemaps and lists say of articles, by the articles' own addresses."""

    by_url: Mapping[str, Statement]

    def of(self, reply: Fetched, source: Source) -> Statement:
        for url in (reply.requested, reply.url):
            identity = source.identify(url) if url else None
            for address in (identity.url if identity else "", url or ""):
                if address in self.by_url:
                    return self.by_url[address]
        return Statement()


def pick(choice: Choice, sight: Sight, most: int) -> Picked:
    """One page of each shape first, then the newest of the main one, and its oldest: pages of another era may be laid out otherwise."""
    order = {url: place for place, url in enumerate(dict.fromkeys(_newest_first(sight)))}
    ranked = [_in_order(cluster, order) for cluster in choice.articles]
    firsts = [urls[0] for urls in ranked if urls][:most]
    ranked.sort(key=len, reverse=True)
    main = [url for urls in ranked for url in urls]
    oldest = ranked[0][-1:] if ranked and len(ranked[0]) > 2 * most else []
    rest = [*main[: max(0, most - len(firsts) - len(oldest))], *oldest, *main]
    return Picked(tuple(dict.fromkeys([*firsts, *rest]))[: 2 * most + 2])


def statements(sight: Sight, source: Source) -> Statements:
    """Everything that is said of each article, the feed's word first."""
    ways = sorted(
        (way for way in sight.ways if way.kind in _TELLING), key=lambda way: _TELLING.index(way.kind)
    )
    links = [(way, link) for way in ways for link in way.links]
    texts: dict[str, list[str]] = {}
    for url, kind, text, _ in sight.mentions:
        if kind == "listing" and text:
            texts.setdefault(_own(url, source), []).append(text)
    said: dict[str, Statement] = {}
    for way, link in links:
        url = _own(link.url, source)
        # A plain sitemap tells when a page changed last, not when it was published.
        moment = link.published_at if way.kind != "sitemap" or way.is_news or link.title else None
        old = said.get(url, Statement())
        said[url] = Statement(
            title=old.title or link.title,
            author=old.author or link.author,
            published_at=old.published_at or moment,
            text=max((old.text, link.html), key=lambda one: len(one or "")),
            link_texts=tuple(texts.get(url, ())),
        )
    for url, ones in texts.items():
        said.setdefault(url, Statement(link_texts=tuple(ones)))
    return Statements(said)


def _own(url: str, source: Source) -> str:
    identity = source.identify(url)
    return identity.url if identity else url


def _newest_first(sight: Sight) -> Iterator[str]:
    """Addresses in the order of feeds, then sitemaps, then lists: each has its newest first."""
    for kind in _TELLING:
        for way in sight.ways:
            if way.kind == kind:
                yield from (link.url for link in way.links)
    yield from (url for url, way, _, _ in sight.mentions if way == "listing")


def _in_order(cluster: Cluster, order: Mapping[str, int]) -> list[str]:
    return sorted((one.address.url for one in cluster.seen), key=lambda url: order.get(url, len(order)))
