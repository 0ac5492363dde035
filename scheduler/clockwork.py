"""Clockwork: chores done in time, whatever is done to the clock. APScheduler ticks; when a source is due is ours."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from archive import steady
from scheduler.chores import Chore, Doing
from scheduler.desk import Say
from scheduler.plan import in_words

LOOK_SECONDS = 1.0
SLACK = 2.0  # seconds: a clock that is only being put right by its time server goes no further at once
ASLEEP = 60.0  # seconds between two looks

OnBack = Callable[[timedelta], None]


class Clockwork:
    """`on_back` is told when the clock was set back, and by how much."""

    def __init__(self, say: Say, on_back: OnBack) -> None:
        self._say = say
        self._on_back = on_back
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._guard: asyncio.Task[None] | None = None

    def start(self, chores: Iterable[Chore]) -> None:
        self._scheduler.start()
        self.change(chores)
        self._guard = asyncio.create_task(self._look())

    def change(self, chores: Iterable[Chore]) -> None:
        """These chores from now on. One that is being done is done to its end."""
        self._scheduler.remove_all_jobs()
        for chore in chores:
            Doing(chore, self._say).join(self._scheduler)

    def stop(self) -> None:
        if self._guard is not None:
            self._guard.cancel()
        self._scheduler.shutdown(wait=False)

    async def _look(self) -> None:
        seen = Moment.now()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            before, seen = seen, Moment.now()
            self.compare(before, seen)

    def compare(self, before: "Moment", now: "Moment") -> None:
        """Both clocks a moment ago and now: says what is odd, and goes on by the new time."""
        gone = now.steady - before.steady
        set_by = (now.wall - before.wall).total_seconds() - gone
        if gone > ASLEEP:
            self._say(
                f"nothing was done for {in_words(timedelta(seconds=gone))}: the machine was asleep, or too busy"
            )
        if abs(set_by) <= SLACK:
            return
        by = timedelta(seconds=abs(set_by))
        self._say(f"the clock was set {'forward' if set_by > 0 else 'back'} by {in_words(by)}")
        if set_by < 0:
            self._on_back(by)
            # APScheduler would wait until the clock is where it was.
            for job in self._scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))


class Moment:
    """What two clocks say at once: the time of day, and a clock that nobody sets."""

    def __init__(self, wall: datetime, steady: float) -> None:
        self.wall = wall
        self.steady = steady

    @classmethod
    def now(cls) -> "Moment":
        return cls(datetime.now(UTC), steady())
