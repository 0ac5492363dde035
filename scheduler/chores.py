"""Chores: what the daemon does beside crawling, again and again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.base import BaseScheduler

from scheduler.desk import Desk, Say
from scheduler.health import watch
from scheduler.health.watch import Watch
from scheduler.telling import teller
from scheduler.telling.carriers import carriers_of
from scheduler.telling.teller import Teller
from scheduler.telling.telling import GATHERS


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to be done every so many seconds, never twice at a time. `name` says in the log what failed."""

    every: float
    act: Callable[[datetime], Awaitable[None]]
    name: str


def chores(desk: Desk, *, once: bool = False) -> tuple[Chore, ...]:
    """All of them, in order; made anew when settings or recipes change. What one remembers beyond that is a row.

    `once`: each is done once, and what is to be told does not wait for more. Raises ConfigError where somebody is to be
    told who can't be.
    """
    gathers = timedelta(0) if once else GATHERS
    return (
        Chore(watch.LOOK_SECONDS, Watch(desk).look_round, "looking after the sources"),
        Chore(teller.EVERY_SECONDS, Teller(desk, carriers_of(desk.settings), gathers).tell, "telling"),
    )


@dataclass(slots=True)
class Doing:
    """A chore as it is done: one that fails is said, once for each cause, and does not end the daemon."""

    chore: Chore
    say: Say
    _said: str = field(default="", init=False)

    async def do(self) -> None:
        try:
            await self.chore.act(datetime.now(UTC))
        except Exception as error:  # noqa: BLE001  the daemon outlives whatever a chore runs into
            cause = f"{self.chore.name}: {str(error) or type(error).__name__}"
            if cause != self._said:
                self.say(cause)
            self._said = cause
        else:
            self._said = ""

    def join(self, scheduler: BaseScheduler) -> None:
        """Has it done from now on."""
        scheduler.add_job(
            self.do,
            "interval",
            seconds=self.chore.every,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
