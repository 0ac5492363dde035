"""Machine: the alarms that are no source's. What can't be written, since it is the archive that fails, is kept and written later."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from archive import Archive, ArchiveError
from scheduler.health.health import Fault
from scheduler.health.symptoms import span
from scheduler.watching.logs import alarm_line

LONG_OFFLINE = timedelta(minutes=30)
_CLOCK_OFF = 300.0  # seconds
_AGREE = 120.0  # so far apart are clocks that go alike
_LEAST_ROOM = 200 * 1024 * 1024  # bytes

Say = Callable[[str], None]


class Machine:
    """One for a watch. It says each alarm and its end once, also where the archive can't remember it."""

    def __init__(self, archive: Archive, say: Say) -> None:
        self._archive = archive
        self._say = say
        self._open: dict[str, Fault] = {}  # by kind
        self._is_read = False
        self._unwritten: set[str] = set()
        self._offline_since: datetime | None = None
        self._clocks: dict[str, float] = {}  # source → seconds its clock is ahead, when it last answered

    @property
    def faults(self) -> list[Fault]:
        """What is wrong now, written or not."""
        return list(self._open.values())

    def is_offline(self, since: datetime, now: datetime) -> None:
        """No host could be reached."""
        self._offline_since = min(self._offline_since or since, since)
        if now - self._offline_since >= LONG_OFFLINE:
            cause = "no host can be reached: the sources are asked again as soon as one can"
            self.raise_(Fault("line", "", cause, self._offline_since), now)

    def answers(self, now: datetime) -> None:
        """A host did."""
        self._offline_since = None
        self.clear("line", now)

    def is_clock_ours(self, source: str, ahead: float | None, now: datetime) -> bool:
        """Is it our clock that is off? It is where that of every other site is, and by as much."""
        if ahead is None:
            return False
        self._clocks[source] = ahead
        others = [other for name, other in self._clocks.items() if name != source]
        alike = [other for other in others if abs(other - ahead) <= _AGREE]
        is_ours = abs(ahead) > _CLOCK_OFF and len(alike) >= 2 and len(alike) * 2 > len(others)
        if is_ours:
            how = "behind" if ahead > 0 else "ahead of"
            cause = (
                f"this machine's clock is {span(abs(ahead))} {how} those of {len(alike) + 1} sites: set it"
            )
            self.raise_(Fault("clock", "", cause, now), now)
        elif len(alike) * 2 > len(others):
            self.clear("clock", now)
        return is_ours

    def has_room(self, free: int, now: datetime) -> None:
        """So many bytes are left on the archive's disk."""
        if free < _LEAST_ROOM:
            cause = f"{free // 2**20} MB are left on the archive's disk: make room before it is full"
            self.raise_(Fault("disk", "", cause, now), now)
        elif free > 2 * _LEAST_ROOM:
            self.clear("disk", now)

    def raise_(self, fault: Fault, now: datetime) -> None:
        held = self._read().setdefault(fault.kind, fault)
        if held is fault:
            self._say(alarm_line("", fault.kind, fault.subject, fault.cause))
            self._unwritten.add(fault.kind)
        self._write(now)

    def clear(self, kind: str, now: datetime) -> None:
        """It is over, if it was."""
        fault = self._read().get(kind)
        if fault is None:
            return
        self._write(now)  # what was wrong while nothing could be written is told all the same
        with suppress(ArchiveError):
            self._archive.alarms.clear("", kind, fault.subject, now)
            del self._read()[kind]
            self._say(f"over: {fault.cause}")

    def _write(self, now: datetime) -> None:
        for kind in list(self._unwritten):
            fault = self._read()[kind]
            with suppress(ArchiveError):
                self._archive.alarms.raise_("", kind, fault.subject, fault.cause, fault.since, now)
                self._unwritten.discard(kind)

    def _read(self) -> dict[str, Fault]:
        """What is open, with what an earlier process left so, once that can be read."""
        if not self._is_read:
            with suppress(ArchiveError):
                for row in self._archive.alarms.open(""):
                    self._open.setdefault(row.kind, Fault(row.kind, row.subject, row.cause, row.since))
                self._is_read = True
        return self._open
