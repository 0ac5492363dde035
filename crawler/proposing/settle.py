"""Pure: what a recipe says of the whole site: its hosts, addresses, language and zone, and how each was told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from archive import Article
from crawler.proposing.addresses import site_of
from crawler.proposing.clusters import Choice, bare
from crawler.proposing.draft import Draft
from crawler.proposing.leads import language_of, probe
from crawler.proposing.patterns import Addressing, addressing
from crawler.proposing.scores import Sample
from crawler.proposing.scout import Sight
from crawler.proposing.zones import zone_of
from crawler.reading import Fetched, read
from crawler.reading.metadata import stated_url
from crawler.reading.page import Page

_FARTHEST = "Pacific/Kiritimati"  # +14:00: a time without an offset reads otherwise here than in UTC


@dataclass(frozen=True, slots=True)
class Settled:
    """A draft with everything but its ways and rules."""

    draft: Draft
    notes: tuple[str, ...] = ()

    def in_zone(self, samples: Sequence[Sample], sight: Sight) -> "Settled":
        """The draft in the zone that times tell."""
        zone, why = zone_of(
            self.draft.language, self.draft.home, _offsets(samples, sight), _pairs(samples, self.draft)
        )
        notes = {**self.draft.notes, "zone": why}
        return replace(
            self,
            draft=replace(self.draft, zone=zone, notes=notes),
            notes=(*self.notes, f"zone {zone}: {why}"),
        )


def settled(name: str, sight: Sight, choice: Choice, fetched: Sequence[Fetched]) -> Settled:
    """The draft for a site whose articles are these."""
    pages = [Page(reply, probe(reply.url)) for reply in fetched if reply.status == 200]
    stated = [url for page in pages if (url := stated_url(page))]
    host = choice.articles[0].host
    base = _base(host, choice, stated, fetched)
    slash = _slash(stated, fetched, choice)
    article = addressing(choice.articles, choice.others, base, stated_slash=slash)
    hosts = _hosts(host, sight, base)
    language = sight.language or next((tag for page in pages if (tag := language_of(page))), None)
    draft = Draft(
        name=name,
        title=sight.title,
        home=sight.home,
        language=language,
        zone="UTC",
        hosts=hosts,
        article=article,
        notes={
            "patterns": _seen_in(choice),
            "canonical": "as the pages spell it" if stated else "",
            "language": "" if sight.language else "as its articles state",
        },
    )
    draft = replace(draft, article=_believing(draft, stated, fetched))
    elsewhere = {
        one
        for url, _, _, _ in sight.mentions
        if site_of(url) == site_of(sight.home) and (one := bare(urlsplit(url).netloc)) != host
    }
    notes = (
        [f"links to other hosts of the site are left out: {', '.join(sorted(elsewhere)[:6])}"]
        if elsewhere - {bare(one) for one in hosts}
        else []
    )
    return Settled(draft, tuple(notes))


def _base(host: str, choice: Choice, stated: Sequence[str], fetched: Sequence[Fetched]) -> str:
    """Scheme and host of an article's own address: as the pages state it, else as they were had, else as links spell it."""
    own = [_root(url) for url in stated if bare(urlsplit(url).netloc) == host]
    had = [_root(reply.url) for reply in fetched if bare(urlsplit(reply.url).netloc) == host]
    linked = [
        f"{one.address.scheme}://{one.address.host}" for cluster in choice.articles for one in cluster.seen
    ]
    for roots in (own, had, linked):
        if roots:
            return Counter(roots).most_common(1)[0][0]
    return f"https://{host}"


def _slash(stated: Sequence[str], fetched: Sequence[Fetched], choice: Choice) -> bool | None:
    """Do the pages end their own addresses with a slash? None where they do not say, or now so, now so."""
    urls = list(stated) or [reply.url for reply in fetched]
    ends = {urlsplit(url).path.endswith("/") for url in urls if urlsplit(url).path.strip("/")}
    return ends.pop() if len(ends) == 1 and len({one.signature for one in choice.articles}) == 1 else None


def _hosts(host: str, sight: Sight, base: str) -> tuple[str, ...]:
    """The host, with and without `www.`, and that of its pages for phones where links lead there."""
    own = urlsplit(base).hostname or bare(host)
    plain = bare(own)
    both = [own, plain if own != plain else f"www.{plain}"] if site_of(base) == plain else [own]
    seen = {urlsplit(url).hostname or "" for url, _, _, _ in sight.mentions} | {
        urlsplit(sight.home).hostname or ""
    }
    domain = site_of(base)
    mobile = [one for one in sorted(seen) if one in (f"m.{domain}", f"mobile.{domain}", f"wap.{domain}")]
    kin = [one for one in seen if bare(one) == plain]
    return tuple(dict.fromkeys([*both, *kin, *mobile]))


def _believing(draft: Draft, stated: Sequence[str], fetched: Sequence[Fetched]) -> Addressing:
    """`stated` where pages state another address than led to them, of the same id."""
    source, article = draft.source, draft.article
    differs = False
    for reply, own in zip(fetched, stated, strict=False):
        one, other = source.identify(reply.requested or reply.url), source.identify(own)
        if one is None or other is None or one.identifier is None or one.identifier != other.identifier:
            return article
        differs = differs or one.url != other.url
    return replace(article, stated=True) if differs and len(stated) == len(fetched) else article


def _offsets(samples: Sequence[Sample], sight: Sight) -> list[datetime]:
    """Times whose offsets the site itself writes, in feeds and on pages."""
    feeds = [
        link.published_at
        for way in sight.ways
        if way.kind == "feed"
        for link in way.links[:30]
        if link.published_at
    ]
    pages = [
        result.published_at
        for sample in samples
        if isinstance(result := read(sample.fetched, probe(sample.fetched.url)), Article)
        and result.published_at
    ]
    told = [moment for moment in (*pages, *feeds) if moment.utcoffset()]
    return told or [*pages, *feeds]


def _pairs(samples: Sequence[Sample], draft: Draft) -> list[tuple[datetime, datetime]]:
    """A page's time that bears no offset, as if it were UTC, and the feed's of the same article."""
    here, there = draft.source, replace(draft, zone=_FARTHEST).source
    pairs = []
    for sample in samples:
        said = sample.statement.published_at
        first = read(sample.fetched, here) if said else None
        second = read(sample.fetched, there) if isinstance(first, Article) and first.published_at else None
        if said and isinstance(first, Article) and isinstance(second, Article):
            one, other = first.published_at, second.published_at
            if one and other and abs(one - other).total_seconds() > 3600:
                pairs.append((one, said))
    return pairs


def _seen_in(choice: Choice) -> str:
    """Which shapes of addresses the patterns are for."""
    names = [f"{one.name} ({len(one.seen)})" for one in choice.articles[:4]]
    more = len(choice.articles) - len(names)
    return "seen: " + ", ".join(names) + (f" and {more} more shapes" if more > 0 else "")


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
