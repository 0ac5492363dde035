"""Desk: what every part of the daemon works with. On a reload they are all made anew, from another one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from archive import Archive
from crawler.config import Settings
from crawler.source import Source

Say = Callable[[str], None]


def clock() -> datetime:
    """The time of day."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """`sources` are those that the daemon crawls, by name; `say` gets one line a time."""

    settings: Settings
    sources: Mapping[str, Source]
    archive: Archive
    say: Say
    now: Callable[[], datetime] = clock
