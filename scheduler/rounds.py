"""Rounds: crawls begin when they are due, and what each came to is put down."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from archive import LATE, ArchiveError, steady
from crawler.job import Job
from scheduler import plan
from scheduler.desk import Desk
from scheduler.health.watch import Watch
from scheduler.orders import Inbox
from scheduler.place import Place
from scheduler.planning.due_times import DueTimes
from scheduler.runner import LocalRunner, Outcome
from scheduler.trouble import Trouble
from scheduler.watching.logs import run_lines
from scheduler.watching.metrics import METERS

DEADLINE_SECONDS = 9.0  # of the 10 s in which a stop has to be over
BUSY_SECONDS = 3.0  # until a source is asked for again that somebody else was crawling

By = Literal["daemon", "run-due"]


class Rounds:
    """The crawls of one process. A reload gives them another desk."""

    def __init__(self, desk: Desk, runner: LocalRunner, place: Place, by: By = "daemon") -> None:
        self.trouble = Trouble(desk.say)
        self.inbox = Inbox(desk.archive)
        self.begun = 0
        self.outcomes: dict[str, Outcome] = {}  # of each source the last
        self._runner = runner
        self._place = place
        self._by: By = by
        self._running: dict[str, asyncio.Task[None]] = {}
        self._asked: dict[str, frozenset[str]] = {}  # domains of what is under way
        self._busy_until: dict[str, float] = {}
        self._is_ending = False
        self.change(desk, DueTimes(desk, desk.now()))

    def change(self, desk: Desk, times: DueTimes) -> None:
        """From now on for this desk; what is under way is finished."""
        self._desk = desk
        self.times = times
        self._watch = Watch(desk)

    def clock_went_back(self, by: timedelta) -> None:
        self.times.clock_went_back(by)

    @property
    def running(self) -> frozenset[str]:
        return frozenset(self._running)

    def due(self, now: datetime) -> list[str]:
        """The sources whose time has come and that nobody paused."""
        return [name for name in self.times.due(now) if name not in self.inbox.paused]

    def begin(self, now: datetime, only: Iterable[str] | None = None) -> None:
        """Begins what is due and may begin; of these only, where some are named."""
        room = self._desk.settings.crawls_at_once
        if self._is_ending or len(self._running) >= room or self.trouble.rests or not self._place.is_held:
            return
        ordered = [name for name in self.inbox.wanted if name in self._desk.sources]
        due = self.due(now)
        if only is not None:
            due = [name for name in due if name in set(only)]
        names = [name for name in dict.fromkeys([*ordered, *due]) if not self._is_busy(name)]
        domains = self.times.domains | self._asked
        for name in plan.startable(names, self._running, room, domains) if names else ():
            self._asked[name] = domains[name]
            self._running[name] = asyncio.create_task(self._crawl(name, now))

    def next(self) -> tuple[datetime | None, str | None]:
        """When which source is due next, or was."""
        waiting = [name for name in self._desk.sources if name not in self.inbox.paused]
        return min(((self.times.due_at(name), name) for name in waiting), default=(None, None))

    async def one_over(self) -> None:
        """Until one of those under way is over."""
        await asyncio.wait(self._running.values(), return_when=asyncio.FIRST_COMPLETED)

    async def rest(self) -> None:
        """Until what is under way is over."""
        while self._running:
            await asyncio.wait(self._running.values())

    def hold(self) -> None:
        """Nothing begins any more."""
        self._is_ending = True

    async def end(self) -> None:
        """Lets crawls that are under way finish what they have begun, for as long as the deadline allows."""
        self.hold()
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=DEADLINE_SECONDS)

    async def _crawl(self, name: str, now: datetime) -> None:
        self.begun += 1
        try:
            # A person's order is carried out as a whole: what failed a short while ago is tried, too.
            is_ordered, due_at = name in self.inbox.wanted, self.times.due_at(name)
            due = due_at if due_at <= now else None
            job = Job(self._desk.sources[name], by="run" if is_ordered else self._by, due_at=due)
            outcome = await self._runner.run(job)
            late = now - due if due is not None and now - due >= LATE else None
            self._take_down(replace(outcome, late=late), now)
        finally:
            self._running.pop(name, None)
            self._asked.pop(name, None)
        if self._by == "daemon":
            self.begin(self._desk.now())

    def _take_down(self, outcome: Outcome, started_at: datetime) -> None:
        name = outcome.source
        self.outcomes[name] = outcome
        if outcome.is_busy:
            self._wait_for(outcome)
            return
        self._busy_until.pop(name, None)
        if outcome.is_ours:
            self.trouble.meet(self._cause(outcome))
        else:
            self.trouble.end()
        if outcome.report is None and outcome.is_ours:
            self._judge(outcome, started_at)
            return  # it never began, and stays due
        METERS.after(outcome)
        for line in run_lines(outcome):
            self._desk.say(line)
        self.times.take_down(outcome, started_at, self.running)
        self._judge(outcome, started_at)
        self.inbox.answer(outcome)

    def _judge(self, outcome: Outcome, started_at: datetime) -> None:
        try:
            self._watch.after(outcome, started_at, self._desk.now())
        except ArchiveError as error:
            self._desk.say(f"{outcome.source}: its run can't be judged: {error}")

    def _cause(self, outcome: Outcome) -> str:
        return (outcome.report.problem if outcome.report is not None else None) or outcome.problem or ""

    # --- somebody else crawls it ---

    def _wait_for(self, outcome: Outcome) -> None:
        if outcome.source not in self._busy_until:
            self._desk.say(f"{outcome.problem}; its crawl waits for that")
        self._busy_until[outcome.source] = steady() + BUSY_SECONDS

    def _is_busy(self, name: str) -> bool:
        return steady() < self._busy_until.get(name, 0.0)
