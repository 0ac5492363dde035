"""The ledger: every decision of the archive as one JSON line, each chained to the line before."""

import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from archive.errors import LedgerError
from archive.files import LEDGER, sync_folder

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


class Ledger:
    """`ledger/<yyyy>/<yyyy-mm-dd>.jsonl` below the archive, one file a UTC day.

    Writers hold the archive's lock; this class does not take it.
    """

    def __init__(self, root: Path) -> None:
        self._folder = root / LEDGER

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
        self._write(day, offset, content)
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

    def is_empty(self) -> bool:
        return not self._files()

    def rewrite(self, events: Sequence[Event]) -> None:
        """Writes the whole ledger anew, chained anew (after `forget`); the events keep id, time and day."""
        raise NotImplementedError

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("[0-9]*/[0-9]*.jsonl"), key=lambda file: file.stem)

    def _file(self, day: str) -> Path:
        return self._folder / day[:4] / f"{day}.jsonl"

    def _write(self, day: str, offset: int, content: bytes) -> None:
        file = self._file(day)
        is_new = not file.exists()
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab", buffering=0) as stream:
            try:
                stream.write(content)
                os.fsync(stream.fileno())
            except OSError:  # a full disk: nothing half-written stays
                stream.truncate(offset)
                raise
        if is_new:
            sync_folder(file.parent)
            sync_folder(self._folder)


def _line(event: Event, now: datetime, prev: str) -> bytes:
    head = {"v": VERSION, "id": secrets.token_hex(8), "prev": prev, "at": now.isoformat()}
    return json.dumps(head | dict(event), ensure_ascii=False, separators=(",", ":")).encode()


def _read(file: Path, start: int, before: Position) -> Iterator[Line]:
    offset = start
    content = file.read_bytes()
    number = content.count(b"\n", 0, start)
    for raw in content[start:].split(b"\n")[:-1]:
        number += 1
        offset += len(raw) + 1
        try:
            event = json.loads(raw)
            known = event["v"] == VERSION
            end = Position(file.stem, offset, sha256(raw).hexdigest(), event["id"])
        except (ValueError, KeyError, TypeError) as error:
            raise LedgerError(file, number, "not a ledger line") from error
        if not known:
            raise LedgerError(file, number, f"version {event['v']} is newer than this Broadsheet")
        if event["prev"] != before.digest:
            raise LedgerError(file, number, "does not follow from the line before")
        before = end
        yield Line(event, end)
