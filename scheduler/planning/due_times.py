"""DueTimes: when each source is crawled, noted in rows. The shell of the agenda and the schedule."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from archive import ArchiveError, Due
from crawler.politeness.line import LINE
from crawler.source import Source
from crawler.urls import registrable
from scheduler import plan
from scheduler.desk import Desk
from scheduler.planning.agenda import Agenda
from scheduler.planning.schedule import Schedule
from scheduler.runner import Outcome


class DueTimes:
    """One for a desk. Made from the rows; raises ArchiveError where they can't be had."""

    def __init__(self, desk: Desk, now: datetime) -> None:
        self.domains = {name: _domains(source) for name, source in desk.sources.items()}
        self._desk = desk
        self._schedule = Schedule(desk.settings, desk.sources, desk.archive, self.domains)
        known = desk.archive.runs.due()
        self._agenda = Agenda(desk.sources, known, now)
        self._agenda.distrust(self._waits(), now)
        # Since when a new source is due is known from now on, whatever becomes of this process.
        self._unwritten = dict.fromkeys(name for name in desk.sources if name not in known)
        self.catch_up()

    def interval(self, name: str) -> float:
        """Seconds between two crawls of the source, on the mean."""
        return self._schedule.bounds(name).default

    def due(self, now: datetime) -> list[str]:
        """The sources whose time has come, the longest overdue first."""
        return self._agenda.due(now)

    def due_at(self, name: str) -> datetime:
        return self._agenda.of(name).next_at

    def take_down(self, outcome: Outcome, started_at: datetime, others: frozenset[str]) -> None:
        """When the source is crawled next, now that a crawl is over; `others` are under way."""
        name = outcome.source
        if name not in self.domains:
            return
        if outcome.is_ours:
            self._note(name, self._soon(name, started_at), self._failures(name))
        elif outcome.is_offline:
            self._forgive(name, started_at, others)
        else:
            failures = 0 if outcome.answered else self._failures(name) + 1
            self._note(name, self._next_at(name, started_at, failures), failures)

    def clock_went_back(self, by: timedelta) -> None:
        """Nobody waits the longer for it."""
        self._agenda.shift(-by)
        self._unwritten |= dict.fromkeys(self.domains)

    def catch_up(self) -> None:
        """Writes what could not be written when it was known. Raises ArchiveError."""
        while self._unwritten:
            name = next(iter(self._unwritten))
            due = self._agenda.of(name)
            self._desk.archive.runs.set_due(name, due.next_at, due.failures)
            del self._unwritten[name]

    def _waits(self) -> Mapping[str, timedelta]:
        return {name: self._schedule.longest_wait(name, self._failures(name)) for name in self.domains}

    def _next_at(self, name: str, started_at: datetime, failures: int) -> datetime:
        chance = random.random()  # noqa: S311  spreads requests, guards nothing
        if failures == 0:
            try:
                return self._schedule.after_answer(name, started_at, self._desk.now(), chance)
            except ArchiveError as error:
                self._desk.say(f"{name}: nothing is learned from its crawl: {error}")
        return self._schedule.after_failure(name, started_at, failures, chance)

    def _forgive(self, name: str, started_at: datetime, others: frozenset[str]) -> None:
        """Our line is down: the source is asked again soon, and so are those that it was held against before we knew."""
        self._note(name, self._soon(name, started_at), self._failures(name))
        for other in self.domains.keys() - others - {name}:
            if self._failures(other) and self.domains[other] & LINE.missed:
                self._note(other, self._soon(other, started_at), 0)

    def _note(self, name: str, next_at: datetime, failures: int) -> None:
        self._agenda.put(name, Due(next_at, failures))
        self._unwritten[name] = None
        try:
            self.catch_up()
        except ArchiveError as error:
            # Known to this process all the same; killed before it is written, the next one only crawls too early.
            self._desk.say(f"{name}: its next crawl can't be noted yet: {error}")

    def _failures(self, name: str) -> int:
        return self._agenda.of(name).failures

    def _soon(self, name: str, started_at: datetime) -> datetime:
        return plan.soon(started_at, self._schedule.bounds(name).default)


def _domains(source: Source) -> frozenset[str]:
    """The registrable domains that a crawl of the source asks."""
    urls = [
        source.home,
        *(f"https://{host}/" for host in source.hosts),
        *(step.url for step in source.discovery),
    ]
    return frozenset(filter(None, map(registrable, urls)))
