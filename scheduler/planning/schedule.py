"""Schedule: when each source is crawled next, from what the archive knows of it. The shell of `plan`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from archive import Archive, PollRow
from crawler.config import Settings
from crawler.politeness.manners import is_ahead
from crawler.source import Source
from scheduler import plan
from scheduler.plan import Floors, Spread
from scheduler.planning.pace import Bounds
from scheduler.planning.rates import HALF_LIFE, HOUR, Habits, Seen, as_text, habits_from, learn, moved


class Schedule:
    """One for a daemon. `domains` names those that a crawl of each source asks. Raises ArchiveError."""

    def __init__(
        self,
        settings: Settings,
        sources: Mapping[str, Source],
        archive: Archive,
        domains: Mapping[str, frozenset[str]],
    ) -> None:
        self._settings = settings
        self._sources = sources
        self._archive = archive
        self._domains = domains

    def bounds(self, name: str) -> Bounds:
        """As the settings have it, else the recipe; a mean interval that was set is within them."""
        poll, asked = self._sources[name].poll, self._settings.interval_of(name)
        mean = poll.default if asked is None else asked
        if self._settings.schedule == "fixed":
            return Bounds(mean, mean, mean)
        return Bounds(mean, min(poll.min, mean), max(poll.max, mean))

    def longest_wait(self, name: str, failures: int) -> timedelta:
        return plan.longest_wait(self.bounds(name), failures, self._settings.jitter)

    def after_failure(self, name: str, started_at: datetime, failures: int, chance: float) -> datetime:
        """When it is crawled again, with so many failures in a row behind it; a fixed schedule knows no other time."""
        spread = Spread(self._settings.jitter, chance)
        return plan.next_due(started_at, self.bounds(name).default, failures, spread)

    def after_answer(self, name: str, started_at: datetime, now: datetime, chance: float) -> datetime:
        """When it is crawled again that answered the crawl that began then and is over now; it is learned from."""
        habits = self._learned(name, started_at, now)
        if self._settings.schedule == "fixed":
            return self.after_failure(name, started_at, 0, chance)
        spread = Spread(self._settings.jitter, chance)
        return plan.next_poll(habits, self._floors(name, started_at), self.bounds(name), started_at, spread)

    def _learned(self, name: str, started_at: datetime, now: datetime) -> Habits:
        """What is known now; a fixed schedule learns too, lest who changes it begins with nothing."""
        arrivals, zone = self._archive.arrivals, self._sources[name].zone
        before = moved(habits_from(arrivals.learned(name), zone), zone, started_at)
        # Who knows nothing yet learns from what the archive found in the last weeks.
        since = before.noted_at or started_at - HALF_LIFE * HOUR
        listed, new = _answer(self._polled(name, started_at))
        published = tuple(arrivals.since(name, since))
        after = learn(before, Seen(at=started_at, published=published, listed=listed))
        after = replace(after, new=new if before.at else 0, noted_at=now)
        arrivals.learn(name, as_text(after))
        return after

    def _floors(self, name: str, started_at: datetime) -> Floors:
        rows = [self._archive.domains.get(domain) for domain in self._domains[name]]
        rests = [row.rests_until for row in rows if row is not None and row.rests_until is not None]
        ahead = [until for until in rests if is_ahead(until, started_at)]
        fresh = [row.fresh_seconds or 0 for row in self._polled(name, started_at)]
        return Floors(max(ahead, default=None), started_at + timedelta(seconds=min(fresh, default=0)))

    def _polled(self, name: str, started_at: datetime) -> list[PollRow]:
        """The feeds and lists that the crawl asked for."""
        rows = self._archive.polls.of(name)
        since = started_at.replace(microsecond=0)
        return [row for row in rows if row.items and datetime.fromisoformat(row.asked_at) >= since]


def _answer(polled: list[PollRow]) -> tuple[int, int]:
    """How many articles the busiest answer named, and how many of these were new to it."""
    counts = [tuple(map(int, row.answers[-1].split()[2:4])) for row in polled if row.answers]
    listed, new = max(counts, key=lambda count: (count[1], count[0]), default=(0, 0))
    return listed, new
