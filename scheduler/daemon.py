"""The daemon: crawls each source when it is due until it is told to stop."""

import asyncio
import random
from collections.abc import Mapping
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from archive import Archive, ArchiveError, Due
from crawler.config import Settings
from crawler.crawl import Crawls, Job
from crawler.line import LINE
from crawler.source import Source
from crawler.urls import registrable
from scheduler import plan
from scheduler.chores import Chore, Doing, chores
from scheduler.desk import Desk, Say
from scheduler.logs import run_lines
from scheduler.runner import LocalRunner, Outcome
from scheduler.schedule import Schedule
from scheduler.watch import Watch

TICK_SECONDS = 0.5
DEADLINE_SECONDS = 9.0  # of the 10 s in which a stop has to be over


async def serve(
    settings: Settings, sources: Mapping[str, Source], say: Say, stop: asyncio.Event | None = None
) -> None:
    """Crawls `settings.sources` until `stop` is set or the task is cancelled; `say` gets a line for each crawl.

    Raises ArchiveError where there is no archive to write to, KeyError for a name that is no source.
    """
    chosen = {name: sources[name] for name in settings.sources}
    with Archive.open(settings.archive, settings.database_url) as archive, Crawls(settings) as crawls:
        archive.runs.abandon(datetime.now(UTC))
        daemon = _Daemon(Desk(settings, chosen, archive, say), LocalRunner(crawls))
        say(_opening(settings, archive, {name: daemon.interval(name) for name in chosen}))
        try:
            await daemon.until(stop or asyncio.Event())
        finally:
            say("stopping")
            await daemon.end()
            say("stopped")


class _Daemon:
    def __init__(self, desk: Desk, runner: LocalRunner) -> None:
        self._desk = desk
        self._settings, self._sources, self._archive, self._say = (
            desk.settings,
            desk.sources,
            desk.archive,
            desk.say,
        )
        self._watch = Watch(desk)
        self._runner = runner
        self._due = desk.archive.runs.due()
        self._domains = {name: _domains(source) for name, source in desk.sources.items()}
        self._schedule = Schedule(desk.settings, desk.sources, desk.archive, self._domains)
        self._running: dict[str, asyncio.Task[None]] = {}

    def interval(self, name: str) -> float:
        """Seconds between two crawls of the source, on the mean."""
        return self._schedule.bounds(name).default

    async def until(self, stop: asyncio.Event) -> None:
        """Looks what is due, twice a second. APScheduler only ticks: when is ours, and survives a restart."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        for chore in (Chore(TICK_SECONDS, self._tick, "looking what is due"), *chores(self._desk)):
            Doing(chore, self._say).join(scheduler)
        scheduler.start()
        try:
            await stop.wait()
        except asyncio.CancelledError:
            # A signal, which is how a daemon ends.
            pass
        finally:
            scheduler.shutdown(wait=False)

    async def end(self) -> None:
        """Lets crawls that are under way finish what they have begun, for as long as the deadline allows."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=DEADLINE_SECONDS)

    async def _tick(self, now: datetime) -> None:
        waits = {name: self._schedule.longest_wait(name, self._failures(name)) for name in self._sources}
        names = plan.due(waits, self._due, now)
        for name in plan.startable(names, self._running, self._settings.crawls_at_once, self._domains):
            self._running[name] = asyncio.create_task(self._crawl(name))

    async def _crawl(self, name: str) -> None:
        started_at = datetime.now(UTC)
        try:
            outcome = await self._runner.run(Job(self._sources[name], by="daemon"))
            for line in run_lines(outcome):
                self._say(line)
            self._put_down(outcome, started_at)
            self._look_at(outcome, started_at)
        finally:
            self._running.pop(name, None)

    def _look_at(self, outcome: Outcome, started_at: datetime) -> None:
        try:
            self._watch.after(outcome, started_at, datetime.now(UTC))
        except ArchiveError as error:
            self._say(f"{outcome.source}: its run can't be judged: {error}")

    def _put_down(self, outcome: Outcome, started_at: datetime) -> None:
        name = outcome.source
        if outcome.is_offline:
            self._forgive(name, started_at)
            return
        failures = 0 if outcome.answered else self._failures(name) + 1
        self._note(name, self._next_at(name, started_at, failures), failures)

    def _next_at(self, name: str, started_at: datetime, failures: int) -> datetime:
        chance = random.random()  # noqa: S311  spreads requests, guards nothing
        if failures == 0:
            try:
                return self._schedule.after_answer(name, started_at, datetime.now(UTC), chance)
            except ArchiveError as error:
                self._say(f"{name}: nothing is learned from its crawl: {error}")
        return self._schedule.after_failure(name, started_at, failures, chance)

    def _forgive(self, name: str, started_at: datetime) -> None:
        """Our line is down: the source is asked again soon, and so are those that it was held against before we knew."""
        self._note(name, self._soon(name, started_at), self._failures(name))
        for other in self._sources.keys() - self._running.keys():
            if self._failures(other) and self._domains[other] & LINE.missed:
                self._note(other, self._soon(other, started_at), 0)

    def _note(self, name: str, next_at: datetime, failures: int) -> None:
        self._due[name] = Due(next_at, failures)
        try:
            self._archive.runs.set_due(name, next_at, failures)
        except ArchiveError as error:
            # Known to this process all the same; a restart would only crawl too early.
            self._say(f"{name}: its next crawl can't be noted: {error}")

    def _failures(self, name: str) -> int:
        return self._due[name].failures if name in self._due else 0

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


def _opening(settings: Settings, archive: Archive, intervals: Mapping[str, float]) -> str:
    if not settings.sources:
        return f'no sources to crawl; name some in broadsheet.toml (sources = ["huxiu"]). Archive: {archive.root}'
    crawled = ", ".join(f"{name} every {seconds:g} s" for name, seconds in intervals.items())
    unsigned = "; sites are not told whom to write to: set `contact` in broadsheet.toml"
    return f"crawling {crawled} into {archive.root}{unsigned if settings.contact is None else ''}"
