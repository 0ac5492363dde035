"""Post: has letters delivered, each at least once and by every carrier, however often the process is killed.

What is in no letter yet is what `told_at` says in the alarms' rows. A letter that one carrier took, and others did not,
waits for those in a mark. A letter that nobody took is not kept: it is written anew, from the rows as they are by then.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from archive import Archive, ArchiveError
from scheduler.aside import aside
from scheduler.telling.carriers import Carrier, NotTakenError
from scheduler.telling.letters import Letter, letter_from

CARRY_SECONDS = 45.0
GIVES_UP = timedelta(days=3)
ALARMS_AFTER = timedelta(hours=1)  # for so long a carrier took nothing: the others tell of it
KIND = "letters"  # of that alarm
_SHORTEST_REST = timedelta(minutes=1)
_LONGEST_REST = timedelta(minutes=15)
_MOST_WAITING = 20  # letters
_WAITING = "letters"  # the mark

Say = Callable[[str], None]
# Keys of carriers that have a letter in hand, whichever desk gave it to them: a reload does not give it twice.
_BUSY: set[str] = set()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter that somebody took, and for whom it still is."""

    letter: Letter
    left: tuple[str, ...]  # keys of carriers; none: the alarms' rows do not say yet that it was taken


@dataclass(frozen=True, slots=True)
class Rest:
    """A carrier that failed: since when, how often in a row, and when it is tried again."""

    since: datetime
    failures: int
    until: datetime


class Post:
    """Speaks of a carrier that fails once, and once more when it works again. Raises ArchiveError."""

    def __init__(self, carriers: Sequence[Carrier], archive: Archive, say: Say) -> None:
        self._carriers = {carrier.key: carrier for carrier in carriers}
        self._archive = archive
        self._say = say
        self._rests: dict[str, Rest] = {}
        self._has_looked = False

    def is_ready(self, now: datetime) -> bool:
        """Is there anybody who would take a letter now?"""
        return bool(self._ready(self._carriers, now))

    async def send(self, letter: Letter, now: datetime, taken: Callable[[], None]) -> bool:
        """Gives the letter to every carrier that is ready; `taken` is called once, when the first one took it.

        The others get it later. False where nobody took it.
        """
        if any(one.letter.id == letter.id for one in self._waiting()):
            # The process was killed before it noted what somebody had taken.
            taken()
            self._strike(letter.id)
            return True
        ready = self._ready(self._carriers, now)
        results = [self._carry(carrier, letter, now) for carrier in ready]
        is_taken = False
        for result in asyncio.as_completed(results):
            key = await result
            if key is None:
                continue
            if not is_taken:
                is_taken = True
                others = tuple(other for other in self._carriers if other != key)
                self._put([*self._waiting(), Parcel(letter, others)])
                taken()
            self._strike(letter.id, key)
        return is_taken

    async def send_waiting(self, now: datetime) -> None:
        """Tries what waits for a carrier that failed."""
        if not self._has_looked:
            self._clear_gone(now)
            self._has_looked = True
        self._drop(now)
        for parcel in self._waiting():
            ready = self._ready(parcel.left, now)
            keys = await asyncio.gather(*(self._carry(carrier, parcel.letter, now) for carrier in ready))
            for key in filter(None, keys):
                self._strike(parcel.letter.id, key)

    def _ready(self, keys: Iterable[str], now: datetime) -> list[Carrier]:
        return [
            self._carriers[key]
            for key in keys
            if key in self._carriers and key not in _BUSY and self._is_rested(key, now)
        ]

    def _is_rested(self, key: str, now: datetime) -> bool:
        rest = self._rests.get(key)
        # A clock that was set back makes nobody wait for longer.
        return rest is None or now >= rest.until or rest.until - now > _LONGEST_REST

    def _carry(self, carrier: Carrier, letter: Letter, now: datetime) -> asyncio.Task[str | None]:
        """Gives the carrier's key where it took the letter. It is busy from this moment on."""
        _BUSY.add(carrier.key)
        return asyncio.create_task(self._carried(carrier, letter, now))

    async def _carried(self, carrier: Carrier, letter: Letter, now: datetime) -> str | None:
        def carry() -> None:
            # Until the thread is done, however long it hangs: there is one a carrier at most.
            try:
                carrier.carry(letter)
            finally:
                _BUSY.discard(carrier.key)

        try:
            await aside(carry, CARRY_SECONDS)
        except NotTakenError as error:
            self._failed(carrier, str(error), now)
        except TimeoutError:
            self._failed(carrier, f"it was not done within {CARRY_SECONDS:g} s", now)
        except Exception as error:  # noqa: BLE001  a letter that can't be carried ends nothing; what it says may be secret
            self._failed(carrier, type(error).__name__, now)
        else:
            if self._rests.pop(carrier.key, None) is not None:
                self._say(f"{carrier.name}: letters go again")
            with contextlib.suppress(ArchiveError):  # the next letter clears it
                self._archive.alarms.clear("", KIND, carrier.name, now)
            return carrier.key
        return None

    def _failed(self, carrier: Carrier, why: str, now: datetime) -> None:
        before = self._rests.get(carrier.key)
        failures, since = (before.failures + 1, before.since) if before else (1, now)
        wait = min(_SHORTEST_REST * 2 ** min(failures - 1, 10), _LONGEST_REST)
        self._rests[carrier.key] = Rest(since, failures, now + wait)
        if before is None:
            self._say(f"{carrier.name}: a letter was not taken: {why}; it is tried again")
        if now - since >= ALARMS_AFTER:
            with contextlib.suppress(ArchiveError):  # the next failure raises it
                self._archive.alarms.raise_("", KIND, carrier.name, f"no letter is taken: {why}", since, now)

    def _clear_gone(self, now: datetime) -> None:
        """An address that is not in the settings any more is nothing to be alarmed of."""
        names = {carrier.name for carrier in self._carriers.values()}
        for alarm in self._archive.alarms.open(""):
            if alarm.kind == KIND and alarm.subject not in names:
                self._archive.alarms.clear("", KIND, alarm.subject, now)

    # --- what waits ---

    def _waiting(self) -> list[Parcel]:
        text = self._archive.marks.get(_WAITING)
        return [Parcel(letter_from(one["letter"]), tuple(one["left"])) for one in json.loads(text or "[]")]

    def _put(self, parcels: Iterable[Parcel]) -> None:
        rows = [{"letter": one.letter.as_json(), "left": list(one.left)} for one in parcels]
        self._archive.marks.put(_WAITING, json.dumps(rows, ensure_ascii=False))

    def _strike(self, letter_id: str, key: str | None = None) -> None:
        """The letter is not for this carrier any more; one that is for nobody goes."""
        struck = [
            replace(one, left=tuple(other for other in one.left if other != key))
            if one.letter.id == letter_id
            else one
            for one in self._waiting()
        ]
        self._put(one for one in struck if one.left or one.letter.id != letter_id)

    def _drop(self, now: datetime) -> None:
        """What is too old, too much, or for nobody any more."""
        waiting = self._waiting()
        if not waiting:
            return
        kept = [
            replace(one, left=left)
            for one in waiting
            if now - one.letter.written_at <= GIVES_UP
            # One that is for nobody says that its letter was taken, until the alarms' rows do.
            and ((left := tuple(key for key in one.left if key in self._carriers)) or not one.left)
        ][-_MOST_WAITING:]
        if len(kept) < len(waiting):
            names = sorted(_names(self._carriers, waiting, kept))
            if names:
                self._say(f"{', '.join(names)}: {len(waiting) - len(kept)} letters are given up")
        if kept != waiting:
            self._put(kept)


def _names(carriers: Mapping[str, Carrier], before: Iterable[Parcel], after: Sequence[Parcel]) -> set[str]:
    """Of those who lose a letter."""
    kept = {one.letter.id for one in after}
    gone = [one for one in before if one.letter.id not in kept]
    return {carriers[key].name for one in gone for key in one.left if key in carriers}
