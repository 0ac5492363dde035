"""Teller: looks what there is to tell, and has it told. The shell of `telling` and `summary`."""

import asyncio
import json
import os
import shutil
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from tzlocal import get_localzone

from archive import AlarmRow, Archive
from crawler.config import Settings
from scheduler.aside import aside
from scheduler.desk import Desk
from scheduler.telling import telling
from scheduler.telling.carriers import Carrier
from scheduler.telling.letters import Letter, of_alarms, of_day
from scheduler.telling.post import Post
from scheduler.telling.summary import Day, last_moment, since_when, source_days

EVERY_SECONDS = 5.0
_COUNTS_FOR_SECONDS = 60.0  # the files of an archive, to say how large it is
_LOOKS_SECONDS = 300.0
_HISTORY = 200  # alarms of a source
_SUMMARY = "summary"  # the mark: which summary was the last, and where it ended


class Teller:
    """One for a desk; `gathers` is how long it waits for more to tell."""

    def __init__(self, desk: Desk, carriers: Sequence[Carrier], gathers: timedelta = telling.GATHERS) -> None:
        self._gathers = gathers
        self._settings = desk.settings
        self._names = tuple(desk.sources)
        self._archive = desk.archive
        self._post = Post(carriers, desk.archive, desk.say)
        self._is_deaf = not carriers

    async def tell(self, now: datetime) -> None:
        """Tells what there is to tell now. Raises ArchiveError."""
        if self._is_deaf:
            return
        await asyncio.gather(self._post.send_waiting(now), self._tell_new(now))

    async def _tell_new(self, now: datetime) -> None:
        if self._post.is_ready(now):
            await self._tell_alarms(now)
        if self._post.is_ready(now):
            await self._tell_summary(now)

    async def _tell_alarms(self, now: datetime) -> None:
        alarms = self._archive.alarms
        raised, cleared = alarms.untold()
        if not raised and not cleared:
            return
        told = telling.decide(raised, cleared, self._history([*raised, *cleared]), now, self._gathers)
        if told.silent or told.silent_clear:
            alarms.told((row.id for row in told.silent), now)
            alarms.clear_told((row.id for row in told.silent_clear), now)

        def taken() -> None:
            alarms.told((one.alarm.id for one in told.raised), now)
            alarms.clear_told((one.alarm.id for one in told.cleared), now)

        if told.is_letter:
            letter = of_alarms(told, now, zone_of(self._settings), where(self._archive))
            await self._post.send(letter, now, taken)

    def _history(self, rows: Iterable[AlarmRow]) -> list[AlarmRow]:
        sources = dict.fromkeys(row.source for row in rows)
        return [row for source in sources for row in self._archive.alarms.recent(source, _HISTORY)]

    async def _tell_summary(self, now: datetime) -> None:
        at = self._settings.daily_summary
        if at is None:
            return
        due_at = last_moment(now, at, zone_of(self._settings))
        last = self._archive.marks.get(_SUMMARY)
        if last is None:
            # The first one comes when its hour comes, not when the daemon is first started.
            self._note(due_at, due_at)
            return
        before = json.loads(last)
        if datetime.fromisoformat(before["due_at"]) >= due_at:
            return
        since = datetime.fromisoformat(before["until"])
        letter = await aside(lambda: self._summary(since, due_at, now), _LOOKS_SECONDS)
        await self._post.send(letter, now, lambda: self._note(due_at, now))

    def _summary(self, since: datetime, due_at: datetime, now: datetime) -> Letter:
        day = look_at_day(self._archive, self._names, since_when(since, now), now)
        return of_day(day, due_at, now, zone_of(self._settings))

    def _note(self, due_at: datetime, until: datetime) -> None:
        self._archive.marks.put(
            _SUMMARY, json.dumps({"due_at": due_at.isoformat(), "until": until.isoformat()})
        )


def look_at_day(archive: Archive, names: Sequence[str], since: datetime, now: datetime) -> Day:
    """What there is to tell of the time since then. Takes its time; raises ArchiveError."""
    days = archive.days
    return Day(
        since=since,
        until=now,
        sources=source_days(names, days.changes(since), days.runs(since), days.last_success()),
        alarms=tuple(archive.alarms.open()),
        used_bytes=used_bytes(archive.root, _COUNTS_FOR_SECONDS),
        free_bytes=shutil.disk_usage(archive.root).free,
        root=where(archive),
    )


def zone_of(settings: Settings) -> tzinfo:
    """The zone that times are told in: the one that is set, or the machine's."""
    return settings.time_zone or get_localzone()


def where(archive: Archive) -> str:
    """Which archive on which machine a letter is about."""
    return f"{archive.root} on {socket.gethostname()}"


def used_bytes(folder: Path, seconds: float) -> int | None:
    """What the folder takes up on its disk; None where counting takes longer than that."""
    end = time.monotonic() + seconds
    total = 0
    for entry in _walk(folder):
        if time.monotonic() > end:
            return None
        try:
            facts = entry.stat(follow_symlinks=False)
        except OSError:  # it went meanwhile
            continue
        # Windows has no blocks; a hole in a file takes no room.
        total += getattr(facts, "st_blocks", -(-facts.st_size // 512)) * 512
    return total


def _walk(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    folders: list[Path | str] = [folder]
    while folders:
        entries = _listed(folders.pop())
        yield from entries
        folders += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]


def _listed(folder: Path | str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:  # it went meanwhile, or is not ours to read
        return []
