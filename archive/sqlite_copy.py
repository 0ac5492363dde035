"""A copy of an SQLite catalog that is in use, whole or not at all."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from archive.errors import ArchiveError
from archive.files import HOUSEHOLD, sync_folder

KEPT_COPIES = 2


def copy_sqlite(source: Path, target: Path) -> None:
    """The database as its last commit left it, in one file; durable when this returns. Raises ArchiveError."""
    draft = target.with_name(f".{target.name}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        with closing(sqlite3.connect(source, timeout=30)) as old, closing(sqlite3.connect(draft)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")  # one file, without side files
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(target)
        sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        draft.unlink(missing_ok=True)
        what = getattr(error, "strerror", None) or str(error)
        raise ArchiveError(
            f"{target}: the catalog {source} can't be copied there: {what}; make room on its disk, or let this user write there"
        ) from error


def copy_before(source: Path, root: Path, revision: str) -> None:
    """Keeps the catalog as it was before its schema became `revision`; of such copies the last two."""
    copy_sqlite(source, root / HOUSEHOLD / f"before-{revision}.sqlite3")
    for old in copies(root)[:-KEPT_COPIES]:
        old.unlink(missing_ok=True)


def copies(root: Path) -> list[Path]:
    """The catalogs that were kept before their schema changed, the oldest first."""
    return sorted((root / HOUSEHOLD).glob("before-*.sqlite3"))
