"""The ledger: every decision of the archive as one JSON line, each chained to the line before."""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from archive.document import utc
from archive.errors import LedgerError
from archive.files import HOUSEHOLD, LEDGER, append, sync_folder, write_whole

VERSION = 1
Event = Mapping[str, Any]  # a ledger line, parsed: the one place where JSON meets the catalog


@dataclass(frozen=True, slots=True)
class Position:
    """The end of a line: the UTC day's file, the offset in bytes, the line's SHA-256 and event id."""

    day: str = ""
    offset: int = 0
    digest: str = ""
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One parsed line and the position after it."""

    event: Event
    end: Position


@dataclass(frozen=True, slots=True)
class More:
    """Lines that a rewritten ledger is to have besides its own."""

    before: tuple[Event, ...] = ()
    after: tuple[Event, ...] = ()


class Ledger:
    """`ledger/<yyyy>/<yyyy-mm-dd>.jsonl` below the archive, one file a UTC day.

    Writers hold the archive's lock; this class does not take it.
    """

    def __init__(self, root: Path) -> None:
        self._folder = root / LEDGER
        self._new = root / HOUSEHOLD / "ledger.new"
        self._old = root / HOUSEHOLD / "ledger.old"

    def append(self, events: Sequence[Event], now: datetime, tail: Position) -> tuple[Line, ...]:
        """The events as lines after `tail`, durable when this returns; `id` is kept where given."""
        # A clock set back must not put a line before the one it follows.
        day = max(now.astimezone(UTC).date().isoformat(), tail.day)
        offset = tail.offset if day == tail.day else 0
        lines, content = [], b""
        for event in events:
            raw = _line(event, now, tail.digest)
            content += raw + b"\n"
            tail = Position(day, offset + len(content), sha256(raw).hexdigest(), json.loads(raw)["id"])
            lines.append(Line(json.loads(raw), tail))
        append(self._file(day), content, offset)
        return tuple(lines)

    def since(self, position: Position) -> Iterator[Line]:
        """The lines after a position, oldest first. Raises LedgerError where the chain is broken."""
        for file in self._files():
            if file.stem >= position.day:
                start = position.offset if file.stem == position.day else 0
                for line in _read(file, start, position):
                    position = line.end
                    yield line

    def holds(self, position: Position) -> bool:
        """Is this the end of a line of this ledger? (False where ledger and database do not belong together.)"""
        if not position.day:
            return True
        file = self._file(position.day)
        if not file.exists() or file.stat().st_size < position.offset:
            return False
        lines = file.read_bytes()[: position.offset].split(b"\n")
        return len(lines) > 1 and lines[-1] == b"" and sha256(lines[-2]).hexdigest() == position.digest

    def trim(self) -> int:
        """Cuts a torn last line, as a killed writer leaves it; gives the bytes cut."""
        files = self._files()
        if not files:
            return 0
        content = files[-1].read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(files[-1], whole)
        return len(content) - whole

    def torn(self) -> list[str]:
        """The files whose last line is not whole, relative to the archive."""
        return [
            file.relative_to(self._folder.parent).as_posix()
            for file in self._files()
            if file.stat().st_size and not file.read_bytes().endswith(b"\n")
        ]

    def is_at(self, position: Position) -> bool:
        """Is this where the ledger ends? Cheap: looks at names and sizes only."""
        newest = self._newest()
        if newest is None or not position.day:
            return newest is None and not position.day
        return newest.stem == position.day and newest.stat().st_size == position.offset

    def first_id(self) -> str | None:
        """The first line's event id, which names the archive for good."""
        line = next(self.lines([]), None)
        return None if line is None else str(line.event["id"])

    def last_id(self) -> str | None:
        """The event id of the last line that can be read."""
        for file in reversed(self._files()):
            ids = [str(line.event["id"]) for line in _read(file, 0, Position(), lambda _problem: None)]
            if ids:
                return ids[-1]
        return None

    def knows(self, event_id: str) -> bool:
        """Is there a line of this event? It keeps its id when the ledger is rewritten."""
        return any(line.event["id"] == event_id for line in self.lines([]))

    def lines(self, problems: list[str]) -> Iterator[Line]:
        """Every readable line, oldest first; what is damaged is told in `problems` and passed over."""
        before = Position()
        for file in self._files():
            for line in _read(file, 0, before, problems.append):
                before = line.end
                yield line

    def rewrite(
        self, amend: Callable[[Event], Event], more: More | None = None, now: datetime | None = None
    ) -> Position:
        """Writes every line anew as `amend` gives it, chained anew, and swaps the ledgers; gives the new end.

        `more` are lines to put before and after, said to be of `now`. `finish_rewrite` completes what a kill interrupts.
        """
        shutil.rmtree(self._new, ignore_errors=True)
        more, tail = more or More(), Position()
        for day, lines in self._amended(amend, more, now):
            tail = self._rewrite_day(day, lines, tail)
        self.finish_rewrite(is_whole=True)
        return tail

    def finish_rewrite(self, *, is_whole: bool = False) -> None:
        """Puts a rewritten ledger in the old one's place; one that was not whole yet is dropped."""
        if is_whole and self._new.exists():
            sync_folder(self._new)
            if self._folder.exists():
                self._folder.rename(self._old)
        if not self._folder.exists() and self._new.exists():
            self._new.rename(self._folder)
            sync_folder(self._folder.parent)
        for leftover in (self._new, self._old):
            if leftover.exists():
                shutil.rmtree(leftover)

    def _amended(
        self, amend: Callable[[Event], Event], more: More, now: datetime | None
    ) -> Iterator[tuple[str, list[Event]]]:
        """The lines of each day, as they are to be."""
        days = [file.stem for file in self._files()]
        if not days and now is None:
            return
        today = now.astimezone(UTC).date().isoformat() if now else ""
        last = max([*days, today])
        for day in sorted({*days, last} if more.after or not days else days):
            lines = [*(_headed(event, now) for event in more.before)] if day == min([*days, last]) else []
            if day in days:
                lines += [amend(line.event) for line in _read(self._file(day), 0, Position(), lambda _: None)]
            if day == last:
                lines += [_headed(event, now) for event in more.after]
            yield day, lines

    def _rewrite_day(self, day: str, lines: Sequence[Event], tail: Position) -> Position:
        content = b""
        for line in lines:
            raw = _dump(dict(line) | {"prev": tail.digest})
            content += raw + b"\n"
            tail = Position(day, len(content), sha256(raw).hexdigest(), str(line["id"]))
        write_whole(self._new / day[:4] / f"{day}.jsonl", content)
        return tail

    def _newest(self) -> Path | None:
        for year in sorted(self._folder.glob("[0-9]*"), reverse=True):
            newest = max(year.glob("[0-9]*.jsonl"), default=None)
            if newest is not None:
                return newest
        return None

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("[0-9]*/[0-9]*.jsonl"), key=lambda file: file.stem)

    def _file(self, day: str) -> Path:
        return self._folder / day[:4] / f"{day}.jsonl"


def _line(event: Event, now: datetime, prev: str) -> bytes:
    return _dump(_headed(event, now, prev))


def _headed(event: Event, now: datetime | None, prev: str = "") -> Event:
    return {"v": VERSION, "id": secrets.token_hex(8), "prev": prev, "at": utc(now)} | dict(event)


def _dump(event: Event) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _read(
    file: Path, start: int, before: Position, tell: Callable[[str], None] | None = None
) -> Iterator[Line]:
    """The file's lines from a byte on. Damage raises LedgerError, or is told and passed over."""
    offset = start
    content = file.read_bytes()
    number = content.count(b"\n", 0, start)
    for raw in content[start:].split(b"\n")[:-1]:
        number += 1
        offset += len(raw) + 1
        try:
            event = _parse(raw, before.digest, must_follow=tell is None)
        except ValueError as error:
            if tell is None:
                raise LedgerError(file, number, str(error)) from error
            tell(f"{file}, line {number}: {error}")
            continue
        if tell is not None and event["prev"] != before.digest:
            tell(f"{file}, line {number}: does not follow from the line before")
        before = Position(file.stem, offset, sha256(raw).hexdigest(), event["id"])
        yield Line(event, before)


def _parse(raw: bytes, digest_before: str, *, must_follow: bool) -> Event:
    try:
        event = json.loads(raw)
        version, _id, prev = event["v"], event["id"], event["prev"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("not a ledger line") from error
    if version != VERSION:
        raise ValueError(f"version {version} is newer than this Broadsheet")
    if must_follow and prev != digest_before:
        raise ValueError("does not follow from the line before")
    return dict(event)
