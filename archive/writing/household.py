"""The archive's `.broadsheet` folder: the advisory lock, and the note of a write under way."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from archive.errors import ArchiveError
from archive.files import HOUSEHOLD, sweep, write_whole

LOCK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Pending:
    """What a process was about to do: put `path` in place, write `event`, then remove `removes`.

    `removes` pairs a path with the SHA-256 its file must still have: a person's edit stays.
    """

    event: Mapping[str, Any]
    path: str | None
    removes: tuple[tuple[str, str], ...] = ()


class Household:
    """Lock and pending note below one archive folder."""

    def __init__(self, root: Path) -> None:
        self._folder = root / HOUSEHOLD
        self._note = self._folder / "pending.json"
        self._lock = FileLock(self._folder / "lock", timeout=LOCK_SECONDS, poll_interval=0.01)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the archive's lock; re-entrant within a thread."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire()
        except Timeout as error:
            raise ArchiveError(
                f"{self._folder.parent} has been locked by another process for {LOCK_SECONDS:.0f} seconds; try again"
            ) from error
        try:
            yield
        finally:
            self._lock.release()

    @property
    def is_at_work(self) -> bool:
        """Is a write under way, or was one when its process was killed?"""
        return self._note.exists()

    def note(self, *pending: Pending) -> None:
        """Writes that are about to be done, in the order of their ledger lines."""
        content = [{"event": dict(one.event), "path": one.path, "removes": one.removes} for one in pending]
        write_whole(self._note, json.dumps(content, ensure_ascii=False).encode())

    def pending(self) -> list[Pending]:
        """The writes another process did not finish. A note that was never whole is swept."""
        sweep(self._note)
        try:
            content = json.loads(self._note.read_bytes())
        except FileNotFoundError:
            return []
        except ValueError:  # not whole: the write had not begun
            return []
        noted = [content] if isinstance(content, dict) else content  # an earlier edition noted one alone
        return [
            Pending(one["event"], one["path"], tuple((path, key) for path, key in one["removes"]))
            for one in noted
        ]

    def clear(self) -> None:
        self._note.unlink(missing_ok=True)
