"""Pure: how complete a source's finds are, from what its ways of discovery saw of each other's.

Two ways that look at the same articles are a capture and a recapture: what share of one's finds the other made too
says how many neither made.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from math import lgamma

from archive.document import utc
from archive.rows import SeenUrl

# Chapman's estimate is too low by a share of exp(-x), where x is the overlap to be expected. Who counts 7 can be sure,
# at 95 %, that x is over 3.28 (Poisson), so that the bias is under 4 %. The bound of Robson and Regier 1964.
LEAST_OVERLAP = 7
# Half the 95 % quantile of chi-squared with one degree of freedom: how much less likely than the best number a number
# may be that is still within the interval.
_LESS_LIKELY = 1.9207
# A feed may hold a few pinned or reworked old items, which would open the window to years: of the oldest finds, one
# in twenty is set aside, and at most five.
_PINNED_SHARE, _MOST_PINNED = 20, 5
# Never articles, whichever way names them.
_NO_ARTICLES = ("excluded", "not_an_article")


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many articles there were, and the share of them that was found.

    `expected` is the likely number, `fewest` and `most` its bounds at 95 %.
    """

    found: int
    expected: float
    fewest: int
    most: int

    @property
    def recall(self) -> float:
        return self.found / self.expected


def estimate(first: AbstractSet[str], second: AbstractSet[str]) -> Estimate | None:
    """What two independent looks at the same articles say of their number; None where they share under seven."""
    return chapman(len(first), len(second), len(first & second))


def chapman(first: int, second: int, both: int) -> Estimate | None:
    """The estimate from the counts alone. Chapman 1951, with the interval of the likelihood ratio (Cormack 1992).

    In simulations of independent looks the interval holds the true number 93 to 100 times in 100; that of Chapman's
    variance does so 65 to 99 times, and may reach below what was found.
    """
    if both < LEAST_OVERLAP:
        return None
    found = first + second - both
    expected = (first + 1) * (second + 1) / (both + 1) - 1
    return Estimate(found, expected, *_interval(first, second, both))


def _interval(first: int, second: int, both: int) -> tuple[int, int]:
    """The least and the largest number of articles that would make this overlap likely enough."""
    found = first + second - both
    best = first * second // both

    def likelihood(number: int) -> float:
        """Of the overlap: hypergeometric, its logarithm, less what does not depend on `number`."""
        shares = lgamma(number - first + 1) + lgamma(number - second + 1)
        return shares - lgamma(number - found + 1) - lgamma(number + 1)

    least = likelihood(best) - _LESS_LIKELY
    beyond, step = best + 1, 1
    while likelihood(beyond) >= least:
        beyond, step = beyond + step, step * 2
    low, high = best, beyond
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if likelihood(middle) >= least else (low, middle)
    most, low, high = low, found - 1, best
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if likelihood(middle) >= least else (middle, high)
    return high, most


# --- what both ways could have seen ---


@dataclass(frozen=True, slots=True)
class Sight:
    """An article as its addresses were found. Times are ISO 8601 in UTC; `stated_at` is None where nobody states one."""

    addresses: tuple[SeenUrl, ...]
    stated_at: str | None
    discovered_at: str
    ways: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two ways, and which articles each saw of those that both could have seen (by URL key)."""

    ways: tuple[str, str]
    since: str
    until: str
    seen: tuple[frozenset[str], frozenset[str]]

    @property
    def both(self) -> int:
        return len(self.seen[0] & self.seen[1])

    @property
    def estimate(self) -> Estimate | None:
        return estimate(*self.seen)


@dataclass(frozen=True, slots=True)
class _Reach:
    """What one way saw, and from when to when that was published.

    `stated` and `unstated` are URL keys with the time that somebody states, else that of the discovery.
    """

    stated: dict[str, str]
    unstated: dict[str, str]
    first_find_at: str
    since: str
    until: str


def sights(urls: Iterable[SeenUrl]) -> dict[str, Sight]:
    """Articles by URL key: the addresses of one are taken together, what is no article is left out."""
    found: dict[str, Sight] = {}
    for url in urls:
        if url.state not in _NO_ARTICLES:
            sight = Sight((url,), _utc(url.stated_at), url.discovered_at, url.ways)
            same = found.get(url.article)
            found[url.article] = sight if same is None else _joined(same, sight)
    return found


def pairs(articles: Mapping[str, Sight], first_finds: Mapping[str, str]) -> tuple[Pair, ...]:
    """Every two ways that name articles, those that share most first. `first_finds` says when each began to."""
    reaches = _reaches(articles, first_finds)
    found = [_pair(two, reaches[two[0]], reaches[two[1]]) for two in combinations(sorted(reaches), 2)]
    return tuple(sorted(found, key=lambda pair: (-pair.both, pair.ways)))


def _joined(one: Sight, other: Sight) -> Sight:
    stated = [moment for moment in (one.stated_at, other.stated_at) if moment]
    return Sight(
        one.addresses + other.addresses,
        min(stated, default=None),
        min(one.discovered_at, other.discovered_at),
        one.ways | other.ways,
    )


def _reaches(articles: Mapping[str, Sight], first_finds: Mapping[str, str]) -> dict[str, _Reach]:
    stated: dict[str, dict[str, str]] = {}
    unstated: dict[str, dict[str, str]] = {}
    for key, sight in articles.items():
        told = unstated if sight.stated_at is None else stated
        for way in sight.ways:
            told.setdefault(way, {})[key] = sight.stated_at or sight.discovered_at
    ways = (stated.keys() | unstated.keys()) & first_finds.keys()
    return {way: _reach(stated.get(way, {}), unstated.get(way, {}), first_finds[way]) for way in ways}


def _reach(stated: dict[str, str], unstated: dict[str, str], first_find_at: str) -> _Reach:
    moments = sorted(stated.values())
    if not moments:
        return _Reach(stated, unstated, first_find_at, first_find_at, max(unstated.values()))
    oldest = moments[min(len(moments) // _PINNED_SHARE, _MOST_PINNED)]
    return _Reach(stated, unstated, first_find_at, oldest, moments[-1])


def _pair(ways: tuple[str, str], first: _Reach, second: _Reach) -> Pair:
    """A sitemap reaches back years where a feed holds forty items: only what lies in the reach of both is fair."""
    since, until = max(first.since, second.since), min(first.until, second.until)
    # Without a stated time that of the discovery counts, once both ways are asked: what was there before may be old.
    begun = max(since, first.first_find_at, second.first_find_at)

    def fair(reach: _Reach) -> frozenset[str]:
        stated = [key for key, moment in reach.stated.items() if since <= moment <= until]
        unstated = [key for key, moment in reach.unstated.items() if begun < moment <= until]
        return frozenset(stated + unstated)

    return Pair(ways=ways, since=since, until=until, seen=(fair(first), fair(second)))


def _utc(stated: str | None) -> str | None:
    """A stated time as sortable text; a feed may state the year 1, which has no UTC."""
    if stated is None or stated.endswith("+00:00"):
        return stated
    moment = datetime.fromisoformat(stated)
    try:
        return utc(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except OverflowError:
        return None
