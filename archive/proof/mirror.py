"""Backup: a copy of the whole archive, made while others write to it, and whole or marked as not whole."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from archive import database
from archive.document import utc
from archive.errors import ArchiveError, DiskError
from archive.files import HOUSEHOLD
from archive.proof.lying import is_draft
from archive.proof.marker import Marker, mark, marker
from archive.proof.replica import named_files
from archive.sqlite_copy import copy_sqlite
from archive.writing.ledger import Ledger
from archive.writing.store import Store

Progress = Callable[[int, int], None]
_RACY_NS = (
    2_000_000_000  # a file that was changed so lately may have been changed again within its time stamp
)
_NOT_COPIED = ("lock", "pending.json", "ledger.new", "ledger.old", "backup.json", "leases")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What a backup came to. `kept`: files the archive has lost, of which the copy keeps the earlier one."""

    path: Path
    files: int
    copied: int
    removed: int
    kept: tuple[str, ...]
    has_catalog: bool


@dataclass(slots=True)
class _Pass:
    """What has been copied so far. Only what is older than `before` is trusted to be as its time stamp says."""

    source: Path
    target: Path
    before: int
    copied: set[str] = field(default_factory=set)


def backup(
    root: Path, database_url: str | None, target: Path, now: datetime, progress: Progress | None = None
) -> Copy:
    """Makes the folder a copy of the archive; an earlier copy is brought up to date. Raises ArchiveError."""
    root, target = root.resolve(), target.resolve()
    if not (root / HOUSEHOLD).is_dir():
        raise ArchiveError(f"no archive in {root}; --config or BROADSHEET_ARCHIVE names one")
    engine = database.writable(root, database_url)
    try:
        store = Store(root, engine)
        store.check()
        _check_target(root, target, store.ledger)
        return _copy_all(root, target, store, now, progress or (lambda _done, _all: None))
    except OSError as error:
        raise DiskError(error, target) from error
    finally:
        engine.dispose()


def _copy_all(root: Path, target: Path, store: Store, now: datetime, tell: Progress) -> Copy:
    has_catalog = store.engine.dialect.name == "sqlite"
    note = Marker(
        archive_id=store.ledger.first_id() or "", at=utc(now) or "", has_catalog=has_catalog, is_whole=False
    )
    mark(target, note)
    work = _Pass(root, target, int(now.timestamp() * 1e9) - _RACY_NS)
    # Most of it while others write; what they changed meanwhile is copied while they wait.
    _copy_changed(work, sorted(_files(root)), tell)
    with store.writing():
        paths = set(_files(root))
        _copy_changed(work, sorted(paths), lambda _done, _all: None)
        _drop_catalog(target)
        if has_catalog:
            copy_sqlite(Path(str(store.engine.url.database)), target / database.SQLITE_FILE)
        gone = sorted(set(_files(target)) - paths)
        lost = named_files(store.engine)
        archive_id = store.ledger.first_id() or ""
    kept = tuple(path for path in gone if path in lost)
    removed = [path for path in gone if path not in lost]
    for path in removed:
        (target / path).unlink(missing_ok=True)
    _drop_empty(target)
    os.sync()
    mark(target, Marker(archive_id=archive_id, at=note.at, has_catalog=has_catalog, is_whole=True))
    return Copy(
        path=target,
        files=len(paths),
        copied=len(work.copied),
        removed=len(removed),
        kept=kept,
        has_catalog=has_catalog,
    )


def _check_target(root: Path, target: Path, ledger: Ledger) -> None:
    if target == root or target.is_relative_to(root) or root.is_relative_to(target):
        raise ArchiveError(f"{target}: a copy can't lie in the archive, nor around it; name another folder")
    if not target.exists() or (target.is_dir() and not _is_in_use(target)):
        return
    note = marker(target) if target.is_dir() else None
    if note is None:
        raise ArchiveError(f"{target} is there and is no backup; name a new folder, or an earlier backup")
    if note.archive_id not in ("", ledger.first_id()):
        raise ArchiveError(f"{target} is another archive's backup; name another folder")
    last = Ledger(target).last_id()
    if note.is_whole and last is not None and not ledger.knows(last):
        raise ArchiveError(
            f"{target} was written to since it was copied, and that would be lost; name another folder"
        )


def _is_in_use(folder: Path) -> bool:
    """Does it hold more than what a copy leaves that found no room for its first file?"""
    return any(not path.is_dir() or path.name != HOUSEHOLD for path in folder.iterdir()) or any(
        not is_draft(path.name) for path in (folder / HOUSEHOLD).glob("*")
    )


def _files(root: Path) -> Iterator[str]:
    """Every file and link of the archive, a person's own too; not the catalog, nor what a moment leaves."""
    for folder, names, files in os.walk(root):
        here = Path(folder).relative_to(root)
        is_household = here.as_posix() == HOUSEHOLD
        links = [name for name in names if (Path(folder) / name).is_symlink()]
        if is_household:
            names[:] = [name for name in names if name not in _NOT_COPIED]
        for name in (*files, *links):
            if not _is_passing(name, here, is_household=is_household):
                yield (here / name).as_posix()


def _is_passing(name: str, here: Path, *, is_household: bool) -> bool:
    if is_household and (name in _NOT_COPIED or name.startswith("before-")):
        return True
    return is_draft(name) or (not here.parts and name.startswith(database.SQLITE_FILE))


def _copy_changed(work: _Pass, paths: list[str], tell: Progress) -> None:
    for done, path in enumerate(paths, 1):
        with suppress(FileNotFoundError):  # another process has just removed it
            if not _is_same(work, path):
                _copy(work.source / path, work.target / path)
                work.copied.add(path)
        tell(done, len(paths))


def _is_same(work: _Pass, path: str) -> bool:
    old = (work.source / path).lstat()
    try:
        new = (work.target / path).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    is_alike = (old.st_size, old.st_mtime_ns) == (new.st_size, new.st_mtime_ns)
    return is_alike and old.st_mtime_ns < work.before


def _copy(source: Path, target: Path) -> None:
    """A file or link with its time; in place whole or not at all."""
    draft = target.with_name(".0000000000000000.tmp")
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copy2(source, draft, follow_symlinks=False)
        draft.replace(target)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        if isinstance(error, FileNotFoundError):
            raise
        raise OSError(error.errno, error.strerror, str(target)) from error


def _drop_catalog(target: Path) -> None:
    """That of an earlier copy, or one that was made when that was opened: it may know what is forgotten since."""
    for side in ("", "-wal", "-shm"):
        (target / f"{database.SQLITE_FILE}{side}").unlink(missing_ok=True)


def _drop_empty(target: Path) -> None:
    for folder, _, _ in os.walk(target, topdown=False):
        with suppress(OSError):  # it holds something
            if Path(folder) != target:
                Path(folder).rmdir()
