"""Once: what is due now is crawled, and then it ends. For who would rather have cron keep the time."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from archive import RENEW, Archive, ArchiveError
from crawler.config import Settings
from crawler.crawl import Crawls
from crawler.source import Source
from scheduler.chores import Chore, Doing, chores
from scheduler.clockwork import Clockwork
from scheduler.desk import Desk, Say
from scheduler.place import Claim, Place, take_place
from scheduler.rounds import BUSY_SECONDS, Rounds
from scheduler.runner import LocalRunner, Outcome

_BUSY_ROUNDS = 3  # so often is asked for a source that somebody else is crawling


@dataclass(frozen=True, slots=True)
class Done:
    """What came of the sources that were due, and which is due next."""

    outcomes: Mapping[str, Outcome]
    next_at: datetime | None
    next_name: str | None
    left: tuple[str, ...] = ()

    @property
    def is_ok(self) -> bool:
        """Was every source crawled that was due, and did each answer?"""
        return not self.left and all(one.answered for one in self.outcomes.values())


async def run_due(settings: Settings, sources: Mapping[str, Source], say: Say) -> Done:
    """Crawls what is due of `settings.sources`. Cancelled, it ends as a daemon does.

    Raises ArchiveError where there is no archive to write to, or somebody else crawls into it already.
    """
    chosen = {name: sources[name] for name in settings.sources}
    with Archive.open(settings.archive, settings.database_url) as archive, Crawls(settings) as crawls:
        place = await take_place(archive, Claim("run-due"), say)
        try:
            archive.runs.abandon(datetime.now(UTC))
            desk = Desk(settings, chosen, archive, say)
            rounds = Rounds(desk, LocalRunner(crawls), place, "run-due")
            clockwork = Clockwork(say, rounds.clock_went_back)
            clockwork.start([Chore(RENEW, _keeping(place, rounds), "keeping the place")])
            try:
                left = await _all_due(rounds)
            finally:
                clockwork.stop()
                await rounds.end()
            for chore in chores(desk, once=True):
                await Doing(chore, say).do()
        finally:
            place.leave()
        return Done(rounds.outcomes, *rounds.next(), left)


async def _all_due(rounds: Rounds) -> tuple[str, ...]:
    """Crawls them; gives those that could not be."""
    now = datetime.now(UTC)
    names = list(rounds.due(now))
    for attempt in range(_BUSY_ROUNDS):
        while True:
            rounds.begin(datetime.now(UTC), names)
            if not rounds.running:
                break
            await rounds.one_over()
        names = [name for name in names if name in rounds.due(now)]
        if not names:
            break
        if attempt + 1 < _BUSY_ROUNDS:
            await asyncio.sleep(BUSY_SECONDS)
    return tuple(names)


def _keeping(place: Place, rounds: Rounds) -> Callable[[datetime], Awaitable[None]]:
    async def keep(now: datetime) -> None:
        try:
            place.renew(now)
        except ArchiveError as error:
            rounds.trouble.meet(error)

    return keep
