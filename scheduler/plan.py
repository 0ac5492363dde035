"""Pure: which sources are due, and when each is due next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive import Due
from scheduler.planning.pace import Bounds, interval
from scheduler.planning.rates import Habits

LONGEST_REST = 86400.0  # seconds; a failing source is asked at least this often, for ever
AFTER_NO_CONNECTION = 120.0  # seconds
_MOST_DOUBLINGS = 64


@dataclass(frozen=True, slots=True)
class Floors:
    """Before what a source is not asked again, by its own word: an order to wait, and how long its answer is good."""

    rests_until: datetime | None = None
    fresh_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """A wait differs by at most the share `jitter`; `chance`, from 0 to 1, says where between less and more it lies."""

    jitter: float = 0.0
    chance: float = 0.5


def due(waits: Mapping[str, timedelta], history: Mapping[str, Due], now: datetime) -> list[str]:
    """The sources whose time has come, the longest overdue first; a source without a history is due at once.

    `waits` is the longest a source may have to wait for its next crawl. A due time further off than that was set
    by another clock or under a longer interval, and does not hold.
    """
    at = {name: history[name].next_at if name in history else now for name in waits}
    return sorted(
        (name for name in waits if at[name] <= now or at[name] - now > waits[name]),
        key=lambda name: min(at[name], now),
    )


def rest(interval: float, failures: int) -> timedelta:
    """How long a source rests: its interval, twice as long after each failure in a row, up to a day."""
    if failures == 0:
        return timedelta(seconds=interval)
    doubled = interval * 2.0 ** min(failures, _MOST_DOUBLINGS)
    return timedelta(seconds=max(interval, min(doubled, LONGEST_REST)))


def longest_wait(bounds: Bounds, failures: int, jitter: float) -> timedelta:
    """The most that `next_poll` and `next_due` give."""
    return max(timedelta(seconds=bounds.most), rest(bounds.default, failures) * (1 + jitter))


def next_poll(habits: Habits, floors: Floors, bounds: Bounds, now: datetime, spread: Spread) -> datetime:
    """When a source that answered a crawl at `now`, which was learned from, is crawled again.

    Within the bounds, jitter included; and not before it is to be asked again, as far as the bounds allow: an order to
    wait for longer is kept by whoever asks.
    """
    fresh = (floors.fresh_until - now).total_seconds() if floors.fresh_until else 0.0
    wait = interval(habits, bounds, now, fresh)
    least, most = timedelta(seconds=bounds.least), timedelta(seconds=bounds.most)
    early, late = max(wait * (1 - spread.jitter), least), min(wait * (1 + spread.jitter), most)
    at = now + early + (late - early) * spread.chance
    return max(at, min(floors.rests_until, now + most)) if floors.rests_until else at


def next_due(started_at: datetime, wait: float, failures: int, spread: Spread) -> datetime:
    """When a source is crawled again that did not answer, or whose schedule is fixed: after its rest, give or take."""
    return started_at + rest(wait, failures) * (1 + spread.jitter * (2 * spread.chance - 1))


def soon(started_at: datetime, interval: float) -> datetime:
    """When a source is crawled again that could not be asked because our own line was down."""
    return started_at + timedelta(seconds=min(interval, AFTER_NO_CONNECTION))


def startable(
    names: Iterable[str], running: Iterable[str], at_once: int, domains: Mapping[str, frozenset[str]]
) -> list[str]:
    """Those of the due sources that may start now, no more than `at_once` in all.

    None that is still under way, and none that shares a domain with another: they would only wait for one another.
    """
    busy = set(running)
    taken = set[str]().union(*(domains[name] for name in busy))
    chosen: list[str] = []
    for name in names:
        if len(busy) >= at_once:
            break
        if name not in busy and not domains[name] & taken:
            chosen.append(name)
            busy.add(name)
            taken |= domains[name]
    return chosen


def in_words(span: timedelta) -> str:
    """A span as a person says it: 40 s, 12 min, 3 h, 2 days."""
    seconds = span.total_seconds()
    for unit, length, up_to in (("s", 1, 120), ("min", 60, 120 * 60), ("h", 3600, 48 * 3600)):
        if seconds < up_to:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / 86400:.0f} days"
