"""Leases: what only one process may hold at a time, like the daemon's place, and each source while it is crawled.

A lease is a lock on a file, which ends with its process however that ends, and a row, which says who holds it and
counts for those on other machines that share the database. Whose row has stayed the same for TERM is gone. That is
measured by the steady clock of who wants it: no time of day, here or elsewhere, makes two holders.
"""

import fcntl
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from archive.database import naming
from archive.errors import ArchiveError, DiskError
from archive.files import HOUSEHOLD
from archive.memory.holders import SOURCE, Holder, LeaseRow, steady
from archive.working_tables import leases

TERM = 30.0  # seconds without a renewal after which others may take it
RENEW = 5.0  # seconds between two renewals


class Held(ArchiveError):  # noqa: N818  it says how things are
    """Somebody else has the lease; `row` says who, where that is known. `is_far`: on another machine, if it lives."""

    def __init__(self, name: str, row: LeaseRow | None, *, is_far: bool = False) -> None:
        who = str(row) if row is not None else "another process, which has just begun"
        what = (
            f"{name.removeprefix(SOURCE)} is being crawled by {who}"
            if name.startswith(SOURCE)
            else f"{who} crawls into this archive already"
        )
        super().__init__(what)
        self.row = row
        self.is_far = is_far


@dataclass(slots=True, eq=False)
class Lease:
    """A lease that is held. `renewed_at` is by the steady clock."""

    name: str
    holder: Holder
    file: int
    renewed_at: float

    def is_fresh(self, at: float) -> bool:
        """Can nobody else have it yet, by the steady clock?"""
        return at - self.renewed_at < TERM * 0.8


@dataclass(slots=True)
class _Sighting:
    row: LeaseRow
    at: float


@dataclass(slots=True)
class Leases:
    """The leases of one archive. Raises Held where somebody else has one, ArchiveError where none can be had."""

    root: Path
    engine: Engine
    clock: Callable[[], float] = steady
    _seen: dict[str, _Sighting] = field(default_factory=dict)

    def take(self, name: str, holder: Holder, now: datetime) -> Lease:
        """The lease, at once or not at all. Who wants one of another machine's asks again, until TERM has gone by."""
        began = self.clock()
        file = self._locked(name)
        try:
            self._write(name, holder, now)
        except BaseException:
            os.close(file)
            raise
        return Lease(name, holder, file, began)

    def retake(self, lease: Lease, now: datetime) -> None:
        """Takes the row of a lease again that was lost; its file was locked all the time."""
        began = self.clock()
        self._write(lease.name, lease.holder, now)
        lease.renewed_at = began

    def renew(self, held: Iterable[Lease], now: datetime) -> list[Lease]:
        """Holds them for another TERM; gives those that somebody else has taken meanwhile."""
        began, lost = self.clock(), []
        for lease in held:
            try:
                with naming(self.engine), self.engine.begin() as connection:
                    _renew(connection, lease, now)
                lease.renewed_at = began
            except Held:
                lost.append(lease)
        return lost

    def free(self, lease: Lease) -> None:
        """Lets go of it, for this machine even where the row can't be had."""
        own = (leases.c.name == lease.name, leases.c.holder == lease.holder.text)
        try:
            with naming(self.engine), self.engine.begin() as connection:
                connection.execute(leases.delete().where(*own))
        finally:
            os.close(lease.file)

    def hand_on(self, lease: Lease) -> str:
        """A word by which the program that this process turns into adopts the lease, without a moment's gap."""
        os.set_inheritable(lease.file, True)
        return f"{lease.file} {lease.holder.text}"

    def adopt(self, name: str, word: str, now: datetime) -> Lease:
        """The lease that was handed on. Raises Held where it is lost by now."""
        file, _, text = word.partition(" ")
        lease = Lease(name, Holder.parse(text), int(file), self.clock())
        os.set_inheritable(lease.file, False)
        fcntl.flock(lease.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.retake(lease, now)
        return lease

    def of(self, name: str) -> LeaseRow | None:
        """The row, whether its holder lives or not."""
        with naming(self.engine), self.engine.connect() as connection:
            return _row(connection, name)

    def holder(self, name: str, now: datetime) -> LeaseRow | None:
        """Who holds it now, as far as can be told at a glance. Nothing is written."""
        row = self.of(name)
        if row is None or self._is_locked(name):
            return row
        is_gone = self._is_here(row, Holder.here("")) or row.until <= now
        return None if is_gone else row

    # --- the file ---

    def _path(self, name: str) -> Path:
        return self.root / HOUSEHOLD / "leases" / quote(name, safe=":")

    def _locked(self, name: str) -> int:
        path = self._path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise DiskError(error, path, "let this user write to it") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(file)
            raise Held(name, self.of(name)) from error
        except BaseException:
            os.close(file)
            raise
        return file

    def _is_locked(self, name: str) -> bool:
        try:
            file = os.open(self._path(name), os.O_RDONLY)
        except OSError:
            return False
        try:
            # Shared, so that two who look do not see each other.
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(file)
        return False

    # --- the row ---

    def _write(self, name: str, holder: Holder, now: datetime) -> None:
        """Puts our row in the place of none, or of one whose holder is gone."""
        with naming(self.engine):
            try:
                with self.engine.begin() as connection:
                    self._put(connection, name, holder, now)
            except IntegrityError as error:  # somebody was quicker
                raise Held(name, self.of(name)) from error
        self._seen.pop(name, None)

    def _put(self, connection: Connection, name: str, holder: Holder, now: datetime) -> None:
        row = _row(connection, name)
        ours = {"holder": holder.text, "since": now.isoformat(), "until": _until(now)}
        if row is None:
            connection.execute(leases.insert().values(ours | {"name": name}))
            return
        if row.holder != holder and not self._is_gone(row, holder):
            raise Held(name, row, is_far=True)
        same = (leases.c.holder == row.holder.text, leases.c.until == row.until.isoformat())
        done = connection.execute(leases.update().where(leases.c.name == name, *same).values(ours))
        if done.rowcount == 0:
            raise Held(name, _row(connection, name))

    def _is_gone(self, row: LeaseRow, holder: Holder) -> bool:
        """Is the holder of this row no more, now that the file's lock is ours?"""
        if self._is_here(row, holder):
            return True
        seen = self._seen.get(row.name)
        if seen is None or seen.row != row:
            self._seen[row.name] = _Sighting(row, self.clock())
            return False
        return self.clock() - seen.at >= TERM

    def _is_here(self, row: LeaseRow, holder: Holder) -> bool:
        # Several machines do not write to one SQLite file: its locks do not reach that far either.
        return self.engine.dialect.name == "sqlite" or row.holder.is_neighbour(holder)


def _until(now: datetime) -> str:
    # To the microsecond: that it changed is the sign of life.
    return (now + timedelta(seconds=TERM)).isoformat()


def _row(connection: Connection, name: str) -> LeaseRow | None:
    found = connection.execute(sa.select(leases).where(leases.c.name == name)).mappings().first()
    if found is None:
        return None
    since, until = datetime.fromisoformat(found["since"]), datetime.fromisoformat(found["until"])
    return LeaseRow(name, Holder.parse(found["holder"]), since, until)


def _renew(connection: Connection, lease: Lease, now: datetime) -> None:
    own = (leases.c.name == lease.name, leases.c.holder == lease.holder.text)
    if connection.execute(leases.update().where(*own).values(until=_until(now))).rowcount:
        return
    row = _row(connection, lease.name)
    if row is not None:
        raise Held(lease.name, row)
    # The database was lost, and is another one now.
    ours = {"name": lease.name, "holder": lease.holder.text, "since": now.isoformat()}
    connection.execute(leases.insert().values(ours | {"until": _until(now)}))
