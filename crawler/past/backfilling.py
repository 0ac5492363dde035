"""Listing: a source's past, from its sitemaps and from the index of a web archive, asked for politely."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from archive import Found
from crawler.discovery import cdx, sitemap
from crawler.discovery.cdx import Capture
from crawler.discovery.link import Ask, DiscoveryError, Link, Reply
from crawler.discovery.links import find
from crawler.proposing.leads import robots_sitemaps
from crawler.reading import Fetched, Refusal
from crawler.reading.dates import parse_date
from crawler.reading.page import joined
from crawler.source import Source, Step
from crawler.urls import registrable

MOST_SITEMAPS = 500
MOST_INDEX_PARTS = 50
_DEEPEST = 3  # indexes within indexes
SITEMAPS, INDEX = "backfill", "cdx"  # what the ways are called
# Without anything between them all three are of full length: 2013123 is the number of an article.
_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:([-/_.])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))(?!\d)"
)
# What a sitemap's name says of its time: sitemap-2026-11.xml.
_PERIOD = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_/]?(0[1-9]|1[0-2])(?!\d))?(?!\d)")

AskFor = Callable[[str], Awaitable[Fetched | Refusal]]


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(slots=True)
class Answer:
    """What one request gave: how many URLs of articles in the days, or the reason why none."""

    url: str
    links: int = 0
    undated: int = 0
    problem: str | None = None


@dataclass(slots=True)
class Listing:
    """Asks for what lists the source's past. `answers` tell what came of each request so far."""

    source: Source
    days: Days
    ask: AskFor
    answers: list[Answer] = field(default_factory=list)
    captures: dict[str, Capture] = field(default_factory=dict)  # by the article's URL, the earliest of each

    async def from_sitemaps(self) -> AsyncIterator[list[Found]]:
        """The articles that the recipe's sitemaps and those of robots.txt name, a reply at a time."""
        waiting = [(url, 0) for url in dict.fromkeys([*self._of_recipe(), *await self._of_robots()])]
        seen = {url for url, _ in waiting}
        while waiting:
            url, depth = waiting.pop(0)
            found, parts = await self._sitemap(url)
            if found:
                yield found
            further = [part for part in parts if part not in seen][: MOST_SITEMAPS - len(seen)]
            seen.update(further)
            waiting = [(part, depth + 1) for part in further if depth < _DEEPEST] + waiting

    async def from_index(self, address: str) -> AsyncIterator[list[Found]]:
        """The articles that a web archive has copies of, a reply at a time."""
        days = (f"{self.days.first:%Y%m%d}", f"{self.days.last:%Y%m%d}")
        following: str | None = cdx.within(address, *days)
        asked = set[str]()
        while following and following not in asked and len(asked) < MOST_INDEX_PARTS:
            asked.add(following)
            found, following = await self._index(following)
            if found:
                yield found

    # --- sitemaps ---

    def _of_recipe(self) -> list[str]:
        return [step.url for step in self.source.discovery if step.kind == "sitemap" and "{" not in step.url]

    async def _of_robots(self) -> list[str]:
        parts = urlsplit(self.source.home)
        url = f"{parts.scheme}://{parts.netloc}/robots.txt"
        reply = await self.ask(url)
        if isinstance(reply, Refusal) or reply.status != 200:
            return []
        return [one for one in robots_sitemaps(reply.body, url) if self._is_own(one)]

    async def _sitemap(self, url: str) -> tuple[list[Found], list[str]]:
        """The articles of a sitemap, or the parts of an index that may reach into the days."""
        reply = await self._reply(url)
        if reply is None:
            return [], []
        step = Step(kind="sitemap", url=url, name=SITEMAPS)
        try:
            listed = sitemap.read(reply, step)
            if listed.parts is not None:
                self.answers.append(Answer(url))
                return [], list(self._parts(listed.parts, reply))
            links = find(reply, Ask(url, is_part=True), step, self.source).links
        except DiscoveryError as error:
            self.answers.append(Answer(url, problem=str(error)))
            return [], []
        return self._noted(url, links), []

    def _parts(self, named: tuple[tuple[str, str | None], ...], reply: Reply) -> Iterator[str]:
        for stated, lastmod in named:
            url = joined(reply.url, stated)
            if url and self._is_own(url) and self._may_reach(url, lastmod):
                yield url

    def _may_reach(self, url: str, lastmod: str | None) -> bool:
        """May a sitemap that last changed then, and is called so, name articles of the days?"""
        changed = parse_date(lastmod, self.source.zone, datetime.now(UTC)) if lastmod else None
        if changed is not None and changed.date() < self.days.first:
            return False
        named = _PERIOD.search(urlsplit(url).path)
        if named is None:
            return True
        first, last = int(named[2] or 1), int(named[2] or 12)
        year = int(named[1])
        return (year, first) <= _month(self.days.last) and (year, last) >= _month(self.days.first)

    def _noted(self, url: str, links: tuple[Link, ...]) -> list[Found]:
        dated = [(link, _day_of(link)) for link in links]
        kept = [link for link, day in dated if day is None or self.days.holds(day)]
        undated = sum(day is None for _, day in dated)
        self.answers.append(Answer(url, len(kept), undated))
        return [self._found(link) for link in kept]

    def _found(self, link: Link) -> Found:
        identity = self.source.identify(link.url)
        return Found(
            identity.url if identity else link.url, self.source.name, link.title, link.published_at, SITEMAPS
        )

    # --- a web archive's index ---

    async def _index(self, address: str) -> tuple[list[Found], str | None]:
        reply = await self._reply(address)
        if reply is None:
            return [], None
        try:
            index = cdx.read(reply.body)
        except DiscoveryError as error:
            self.answers.append(Answer(address, problem=str(error)))
            return [], None
        fresh = dict(self._articles(index.captures))
        self.captures |= fresh
        self.answers.append(Answer(address, len(fresh)))
        found = [Found(url, self.source.name, found_by=INDEX) for url in fresh]
        key = index.resume_key
        return found, cdx.next_address(address, key) if key else None

    def _articles(self, captures: tuple[Capture, ...]) -> Iterator[tuple[str, Capture]]:
        for capture in sorted(captures, key=lambda one: one.at):
            identity = self.source.identify(capture.url)
            if identity is None or identity.page > 1 or identity.url in self.captures:
                continue
            if self.days.holds(_day_in(capture.url) or capture.at.date()):
                self.captures.setdefault(identity.url, capture)
                yield identity.url, capture

    # --- shell ---

    async def _reply(self, url: str) -> Reply | None:
        """What is answered; None, and noted why, where it is of no use."""
        fetched = await self.ask(url)
        problem = f"{fetched.state}: {fetched.reason}" if isinstance(fetched, Refusal) else None
        if isinstance(fetched, Fetched) and fetched.status != 200:
            problem = f"it answers {fetched.status}"
        if problem is not None or isinstance(fetched, Refusal):
            self.answers.append(Answer(url, problem=problem))
            return None
        return Reply(fetched.body, fetched.url, fetched.content_type, fetched.fetched_at)

    def _is_own(self, url: str) -> bool:
        domains = {registrable(f"https://{host}/") for host in self.source.hosts} | {
            registrable(self.source.home)
        }
        return registrable(url) in domains


def _day_of(link: Link) -> date | None:
    return _day_in(link.url) or (link.published_at.date() if link.published_at else None)


def _day_in(url: str) -> date | None:
    """The day that an address states."""
    for found in _DAY.finditer(urlsplit(url).path):
        month, day = found[3] or found[5], found[4] or found[6]
        try:
            return date(int(found[1]), int(month), int(day))
        except ValueError:  # 2024-02-31
            continue
    return None


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
