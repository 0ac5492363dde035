"""Pure: which sources are due, and when each is due next."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from archive import Due

LONGEST_REST = 86400.0  # seconds; a failing source is asked at least this often, for ever
AFTER_NO_CONNECTION = 120.0  # seconds
_MOST_DOUBLINGS = 64


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


def longest_wait(interval: float, failures: int, jitter: float) -> timedelta:
    """The most `next_due` gives."""
    return rest(interval, failures) * (1 + jitter)


def next_due(started_at: datetime, interval: float, failures: int, jitter: float, chance: float) -> datetime:
    """When a source that was crawled from `started_at` on is crawled again.

    `chance`, from 0 to 1, says where between the interval less and plus `jitter` (a share of it) the time lies, so
    that a site is not asked by the clock.
    """
    return started_at + rest(interval, failures) * (1 + jitter * (2 * chance - 1))


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
