"""Pulse: is the daemon well? It is where it looks what is due, its database answers, and its disk has room."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from archive import Archive, ArchiveError

SILENT_SECONDS = 60.0  # without a look at what is due
LEAST_ROOM = 50 * 1024 * 1024  # bytes


@dataclass(slots=True)
class Pulse:
    """`beat` is called at each look at what is due."""

    clock: Callable[[], float] = monotonic
    _beaten: float | None = field(default=None, init=False)

    def beat(self) -> None:
        self._beaten = self.clock()

    @property
    def silent_seconds(self) -> float | None:
        """Since the last look; None: there was none yet."""
        return None if self._beaten is None else self.clock() - self._beaten


PULSE = Pulse()


def examine(pulse: Pulse, archive: Archive) -> dict[str, Any]:
    """The state of health as /healthz has it: `ok`, and the `causes` where it is not. Takes its time."""
    silent = pulse.silent_seconds
    free = _free(archive)
    causes = [*_of_pulse(silent), *_of_database(archive)]
    if free is None:
        causes.append("the archive's disk can't be looked at")
    elif free < LEAST_ROOM:
        causes.append(f"{free // 2**20} MB are left on the archive's disk; make room")
    facts = {"looked_seconds_ago": None if silent is None else round(silent, 1), "free_bytes": free}
    return {"ok": not causes, "causes": causes, **facts}


def _of_pulse(silent: float | None) -> list[str]:
    if silent is None:
        return ["the daemon has not begun to look what is due"]
    return [f"the daemon has not looked what is due for {silent:.0f} s"] if silent > SILENT_SECONDS else []


def _of_database(archive: Archive) -> list[str]:
    try:
        archive.marks.get("pulse")
    except ArchiveError as error:
        return [str(error)]
    return [] if archive.is_in_place else ["the catalog was deleted; the next crawl makes a new one"]


def _free(archive: Archive) -> int | None:
    try:
        return shutil.disk_usage(archive.root).free
    except OSError:
        return None
