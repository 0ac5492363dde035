"""The ledger of completeness: what became of every URL, by source and day, and what may have been missed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Engine

from archive.catalog import Catalog
from archive.memory.polls import Polls
from archive.recall import Estimate, Pair, Sight, chapman, pairs, sights
from archive.rows import OpenUrl, PollRow, SeenUrl, UrlRow
from archive.urls.found import FoundUrls

# In the order of a table's columns; what a later edition may add comes after them.
STATES = (
    *("discovered", "archived", "duplicate", "blocked", "walled", "gone", "not_an_article", "failed"),
    *("excluded", "removed"),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """URLs by their state, and how many of them each way named. Every URL has one state, and may have many ways."""

    states: Mapping[str, int]
    ways: Mapping[str, int]

    @property
    def discovered(self) -> int:
        """All URLs there are: never counted apart from their states."""
        return sum(self.states.values())

    @classmethod
    def total(cls, tallies: Iterable["Tally"]) -> "Tally":
        """All of them together."""
        return sum(tallies, cls({}, {}))

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            _ordered(_sum(self.states, other.states)), dict(sorted(_sum(self.ways, other.ways).items()))
        )


@dataclass(frozen=True, slots=True)
class Day:
    """The URLs discovered on one UTC day, as they stand now."""

    day: str
    tally: Tally
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class Missed:
    """An article that one way saw and another did not; its stated time is ISO 8601 in UTC."""

    url: UrlRow
    published_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What one way saw and another, which could have, did not: articles by URL key, the latest first."""

    seen_by: str
    missed_by: str
    since: str
    until: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCoverage:
    """What is known of one source. `days` are in order; `pairs` those first whose ways share most."""

    source: str
    days: tuple[Day, ...]
    pairs: tuple[Pair, ...]
    articles: Mapping[str, Sight]
    overflowed_at: str | None  # when a poll last shared no item with the one before
    lying: tuple[str, ...]  # discovery URLs whose validators are not to be trusted

    @property
    def tally(self) -> Tally:
        return Tally.total(day.tally for day in self.days)

    @property
    def estimate(self) -> Estimate | None:
        """By the two ways that share most."""
        return self.pairs[0].estimate if self.pairs else None

    def gaps(self) -> list[Gap]:
        """By pair and side; none is empty."""
        sides = [(pair, side) for pair in self.pairs for side in (0, 1)]
        return [gap for pair, side in sides if (gap := self._gap(pair, side)).articles]

    def _gap(self, pair: Pair, side: int) -> Gap:
        def age(key: str) -> tuple[str, str]:
            sight = self.articles[key]
            return sight.stated_at or sight.discovered_at, key

        keys = sorted(pair.seen[side] - pair.seen[1 - side], key=age, reverse=True)
        return Gap(
            seen_by=pair.ways[side],
            missed_by=pair.ways[1 - side],
            since=pair.since,
            until=pair.until,
            articles=tuple(keys),
        )


class Coverage:
    """What is asked of all sources' URLs. Only looks. Raises ArchiveError."""

    def __init__(self, engine: Engine) -> None:
        self._catalog = Catalog(engine)
        self._found = FoundUrls(engine)
        self._polls = Polls(engine)

    def sources(self) -> list[str]:
        """Every source of which a URL is known, by name."""
        return sorted(self._catalog.counts())

    def of(self, source: str) -> SourceCoverage:
        first_finds = self._found.first_finds(source)
        return cover(source, self._found.seen(source), first_finds, self._polls.of(source))

    def open_urls(self, source: str, limit: int | None = None) -> list[OpenUrl]:
        """What is still wanted, the latest change first, and what is given up after it."""
        return self._found.open_urls(source, limit)

    def count_open(self, source: str) -> int:
        return self._found.count_open(source)

    def missed(self, covered: SourceCoverage, gap: Gap, limit: int | None = None) -> list[Missed]:
        """The articles of a gap, by the address that was seen."""
        shown = [covered.articles[key] for key in gap.articles[:limit]]
        keys = [next(url.url_key for url in one.addresses if gap.seen_by in url.ways) for one in shown]
        rows = self._catalog.urls(keys)
        found = zip(keys, shown, strict=True)
        # What was forgotten a moment ago is not there any more.
        return [Missed(rows[key], one.stated_at) for key, one in found if key in rows]


def cover(
    source: str, urls: Iterable[SeenUrl], first_finds: Mapping[str, str], polls: Iterable[PollRow]
) -> SourceCoverage:
    """Pure: what a source's URLs and polls come to. `first_finds` says when each way first named one."""
    by_day: dict[str, list[SeenUrl]] = {}
    for url in urls:
        by_day.setdefault(url.discovered_at[:10], []).append(url)
    articles = sights(url for day in by_day.values() for url in day)
    found = pairs(articles, first_finds)
    estimates = _estimates(found[0], articles) if found else {}
    polled = list(polls)
    return SourceCoverage(
        source=source,
        days=tuple(Day(day, _tally(by_day[day]), estimates.get(day)) for day in sorted(by_day)),
        pairs=found,
        articles=articles,
        overflowed_at=max((poll.overflowed_at for poll in polled if poll.overflowed_at), default=None),
        lying=tuple(poll.address for poll in polled if poll.lies),
    )


def _tally(urls: Iterable[SeenUrl]) -> Tally:
    states, ways = Counter[str](), Counter[str]()
    for url in urls:
        states[url.state] += 1
        ways.update(url.ways)
    return Tally(_ordered(states), dict(sorted(ways.items())))


def _estimates(pair: Pair, articles: Mapping[str, Sight]) -> dict[str, Estimate | None]:
    """By the day of discovery."""
    first, second = pair.seen
    counts = [
        Counter(articles[key].discovered_at[:10] for key in keys) for keys in (first, second, first & second)
    ]
    return {day: chapman(*(count[day] for count in counts)) for day in counts[2]}


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}


def _ordered(states: Mapping[str, int]) -> dict[str, int]:
    known = [state for state in STATES if state in states]
    return {state: states[state] for state in (*known, *sorted(states.keys() - set(STATES)))}
