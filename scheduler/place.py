"""Place: one daemon an archive. Who has it knows at any time whether it still does."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from archive import DAEMON, TERM, Archive, ArchiveError, Held, Holder, Lease, LeaseRow, steady
from scheduler.desk import Say
from scheduler.trouble import Trouble

_LOOK_SECONDS = 0.25
_ATTEMPTS = 4  # who only asks who has the place takes it for a moment


@dataclass(frozen=True, slots=True)
class Claim:
    """How the place is taken: as what, waiting for it or not, or handed on by this process's former self."""

    command: str = "daemon"
    stands_by: bool = False
    handed_on: str | None = None


async def take_place(archive: Archive, claim: Claim, say: Say) -> "Place":
    """The place at once, or once it is free for who stands by. Raises Held where somebody else has it."""
    if claim.handed_on:
        try:
            lease = archive.leases.adopt(DAEMON, claim.handed_on, datetime.now(UTC))
            return Place(archive, lease, say)
        except (Held, OSError, ValueError, TypeError) as error:
            say(f"the place could not be kept: {error}")
    holder, trouble = Holder.here(claim.command), Trouble(say)
    waiting = _Waiting(claim, say)
    while True:
        try:
            lease = archive.leases.take(DAEMON, holder, datetime.now(UTC))
            return Place(archive, lease, say)
        except Held as held:
            waiting.meet(held)
        except ArchiveError as error:
            if not claim.stands_by:
                raise
            trouble.meet(error)
        await asyncio.sleep(_LOOK_SECONDS)


class _Waiting:
    """For how long it is worth to ask again."""

    def __init__(self, claim: Claim, say: Say) -> None:
        self._claim = claim
        self._say = say
        self._attempts = 0
        self._since = steady()
        self._met: LeaseRow | None = None

    def meet(self, held: Held) -> None:
        """Raises `held` where it is not."""
        is_new = self._met is None or (held.row is not None and held.row.holder != self._met.holder)
        if self._claim.stands_by:
            if is_new:
                self._say(f"standing by: {held}")
        elif (
            held.is_far and (self._met is None or held.row == self._met) and steady() - self._since < TERM + 1
        ):
            if is_new:
                self._say(f"{held}; waiting {TERM:g} s for a sign of life")
        elif self._attempts >= _ATTEMPTS or held.is_far:
            raise held
        self._attempts += 1
        self._met = held.row or self._met


class Place:
    """The daemon's place, once it is taken."""

    def __init__(self, archive: Archive, lease: Lease, say: Say) -> None:
        self._archive = archive
        self._lease = lease
        self._say = say
        self._taken_by: LeaseRow | None = None

    @property
    def is_held(self) -> bool:
        """Is it sure that nobody else has it? Not where it could not be renewed for long, as after a sleep."""
        return self._taken_by is None and self._lease.is_fresh(self._archive.leases.clock())

    def renew(self, now: datetime) -> None:
        """To be done every RENEW seconds. Raises ArchiveError where it can't be."""
        leases = self._archive.leases
        try:
            if self._taken_by is not None or leases.renew([self._lease], now):
                leases.retake(self._lease, now)
        except Held as held:
            if self._taken_by is None:
                self._say(f"no crawl begins for now: {held}")
            self._taken_by = held.row
            return
        if self._taken_by is not None:
            self._say("the place is free again: crawls go on")
        self._taken_by = None

    def hand_on(self) -> str:
        """For who this process is about to become."""
        return self._archive.leases.hand_on(self._lease)

    def leave(self) -> None:
        try:
            self._archive.leases.free(self._lease)
        except ArchiveError as error:
            self._say(f"the place is free, though its row says otherwise: {error}")
