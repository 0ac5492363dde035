"""Who may hold a lease: a process, and how it is known again."""

import json
import os
import secrets
import socket
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Self

DAEMON = "daemon"
_KERNEL = Path("/proc/sys/kernel/random/boot_id")
SOURCE = "source:"


def source_lease(name: str) -> str:
    """The lease of a source while it is crawled."""
    return SOURCE + name


def steady() -> float:
    """Seconds that no setting of the clock changes; the time that the machine was asleep counts where it can be known."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@cache
def _kernel() -> str:
    try:
        return _KERNEL.read_text(encoding="ascii").strip()
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process. Those of one `kernel` see each other's file locks, in whatever containers they are."""

    command: str
    host: str
    pid: int
    kernel: str
    token: str  # of this holder alone: pids come again

    @classmethod
    def here(cls, command: str) -> Self:
        return cls(command, socket.gethostname(), os.getpid(), _kernel(), secrets.token_hex(6))

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(**json.loads(text))

    @property
    def text(self) -> str:
        return json.dumps(asdict(self))

    def is_neighbour(self, other: "Holder") -> bool:
        """Does the other run on the same machine, since it was last started?"""
        return (self.kernel or self.host) == (other.kernel or other.host)


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """A lease as its row says. `until` is for people and other machines' eyes; nobody decides by it alone."""

    name: str
    holder: Holder
    since: datetime
    until: datetime

    def __str__(self) -> str:
        who, since = self.holder, self.since.astimezone(UTC)
        return f"`broadsheet {who.command}` (pid {who.pid} on {who.host}, since {since:%Y-%m-%d %H:%M} UTC)"
