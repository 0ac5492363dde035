"""A daemon that is killed at any statement, again and again: each due run happens once it can, none twice at once.

The rows, leases and due times are the real ones, and so is what begins crawls and puts down what came of them. Played
are the crawls, the clock, and the kills.
"""

import asyncio
import os
import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from archive import DAEMON, Archive, ArchiveError, Held, Holder
from crawler.job import Job
from crawler.politeness.turn import turn
from crawler.report import Answer, CrawlReport
from crawler.source import Source
from scheduler.desk import Desk
from scheduler.place import Claim, Place, take_place
from scheduler.rounds import Rounds
from scheduler.runner import LocalRunner, Outcome
from tests.builders import NOW
from tests.site import settings, tech

HOUR = timedelta(hours=1)
INTERVAL = HOUR
NAMES = tuple(f"s{number}" for number in range(3))
KILLS = 150  # `bench/kills_daemon.py --simulated` has a thousand and more


class Killed(BaseException):
    """From here on the process does nothing."""


@dataclass
class World:
    """What outlives every daemon: the archive, the time, and what is known of the crawls."""

    archive: Archive
    chance: random.Random
    now: datetime = NOW
    statements_left: int = 10**9
    under_way: set[str] = field(default_factory=set)
    due: dict[str, datetime] = field(default_factory=dict)  # as rows have it, where no clock was set since
    begun: list[str] = field(default_factory=list)
    kills: int = 0
    late: int = 0

    def statement(self, *_about: Any) -> None:
        """One more goes to the database, or is about to be committed; the killed process sends none."""
        self.statements_left -= 1
        if self.statements_left < 0:
            raise Killed

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def remember(self) -> None:
        self.due = {name: due.next_at for name, due in self.archive.runs.due().items()}


class Played(LocalRunner):
    """Crawls that take some time and come to this or that."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.holder = Holder.here("daemon")

    async def run(self, job: Job) -> Outcome:
        name, world = job.source.name, self.world
        try:
            with turn(world.archive.leases, name, self.holder, lambda: None):
                return await self.crawl(job)
        except Held as held:
            return Outcome(name, problem=str(held), is_busy=True)
        except ArchiveError as error:
            return Outcome(name, problem=str(error), is_ours=True)

    async def crawl(self, job: Job) -> Outcome:
        name, world, runs = job.source.name, self.world, self.world.archive.runs
        assert name not in world.under_way, f"{name} is crawled twice at once"
        world.under_way.add(name)
        assert job.due_at is not None
        assert job.due_at <= world.now
        noted = world.due.get(name, job.due_at)
        assert noted == job.due_at or noted > world.now, f"{name}: a due time was lost"
        world.begun.append(name)
        world.late += world.now - job.due_at > HOUR
        began = world.now
        run = runs.start(name, job.by, world.now, job.due_at)
        for _ in range(world.chance.randrange(4)):
            await asyncio.sleep(0)
            world.pass_time(world.chance.uniform(0, 60))
        self.try_twice(name)
        answered = world.chance.random() < 0.9
        answer = Answer("http://news.example/feed", 3, None if answered else "it answers 503")
        report = CrawlReport(source=name, started_at=began, finished_at=world.now, discovery=(answer,))
        runs.finish(run, report.as_json(), "ok" if report.ok else "failed", world.now)
        world.under_way.discard(name)
        world.due.pop(name, None)
        return Outcome(name, report)

    def try_twice(self, name: str) -> None:
        """Somebody types `broadsheet crawl`, or starts another daemon, meanwhile."""
        leases = self.world.archive.leases
        wanted = self.world.chance.choice((f"source:{name}", DAEMON))
        with suppress(Held):
            leases.take(wanted, Holder.here("crawl"), self.world.now)
            raise AssertionError(f"{wanted} is held twice")


def live(world: World, sources: dict[str, Source], looks: int) -> Rounds | None:
    """A daemon's life, of so many looks at what is due; None where it was killed.

    The system takes back its locks either way.
    """
    config = settings(world.archive.root, sources=NAMES, interval=INTERVAL.total_seconds(), crawls_at_once=3)
    desk = Desk(config, sources, world.archive, lambda _line: None, lambda: world.now)
    place: Place | None = None
    try:
        place = _done(take_place(world.archive, Claim(), desk.say))
        world.archive.runs.abandon(world.now)
        rounds = Rounds(desk, Played(world), place)
        with asyncio.Runner() as runner:  # the crawls of one that was killed end with it
            runner.get_loop().set_exception_handler(lambda _loop, _context: None)
            runner.run(_look(rounds, world, looks))
    except Killed:
        world.kills += 1
        world.under_way.clear()
        return None
    finally:
        world.statements_left = 10**9
        if place is not None:
            os.close(place._lease.file)
        world.remember()
    return rounds


def _done(coroutine: Any) -> Any:
    """What comes of one that has nothing to wait for."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits")


async def _look(rounds: Rounds, world: World, looks: int) -> None:
    for _ in range(looks):
        rounds.begin(world.now)
        while rounds.running:
            done, _ = await asyncio.wait(rounds._running.values())
            for task in done:
                task.result()
        world.pass_time(world.chance.uniform(600, 3600))


def simulated(root: Path, kills: int, seed: int) -> World:
    """Daemons that live and are killed so often on an archive, and a last one that is left alone."""
    with Archive.open(root) as archive:
        world = World(archive, random.Random(seed))
        engine = archive.leases.engine
        sa.event.listen(engine, "before_cursor_execute", world.statement)
        sa.event.listen(engine, "commit", world.statement)
        sources = {name: tech().model_copy(update=own(name)) for name in NAMES}
        while world.kills < kills:
            world.statements_left = world.chance.randrange(45)
            live(world, sources, 2)
            world.pass_time(world.chance.choice((0, 0, 5, 5000, 40000)))
            if world.chance.random() < 0.02:  # somebody sets the clock
                world.pass_time(world.chance.choice((-86400, -3600, 3600, 86400)))
                world.due.clear()
        calm(world, sources)
        return world


def own(name: str) -> dict[str, Any]:
    return {"name": name, "home": f"http://{name}.example/", "hosts": (f"{name}.example",), "discovery": ()}


def calm(world: World, sources: dict[str, Source]) -> None:
    """Left alone, a daemon crawls what was missed, and each once."""
    now, before = world.now, len(world.begun)
    rounds = live(world, sources, 1)
    assert rounds is not None
    assert rounds.due(now) == [], "what was due was crawled once it could be"
    assert len(set(world.begun[before:])) == len(world.begun[before:]), "what was missed is crawled once"
    assert world.under_way == set()
    states = {run.state for run in world.archive.runs.recent(10**6)}
    assert states <= {"ok", "failed", "abandoned"}


def test_kills_at_any_statement_lose_no_run_and_double_none(tmp_path: Path) -> None:
    world = simulated(tmp_path / "archive", KILLS, seed=7)
    assert world.kills == KILLS
    assert len(world.begun) > KILLS / 2
    assert world.late > KILLS / 20
