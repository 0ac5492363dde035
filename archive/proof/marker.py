"""The note that a folder is a backup: of which archive, since when, and whether it is whole."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from archive.errors import ArchiveError
from archive.files import HOUSEHOLD, write_whole

_FILE = "backup.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """Written first as not whole, and last as whole: a copy that was broken off never passes for one."""

    archive_id: str
    at: str
    has_catalog: bool  # a PostgreSQL catalog is left out
    is_whole: bool


def marker(root: Path) -> Marker | None:
    """The folder's marker; None where it is no backup. Raises ArchiveError where it can't be read."""
    file = root / HOUSEHOLD / _FILE
    try:
        return Marker(**json.loads(file.read_bytes()))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError) as error:
        raise ArchiveError(f"{file}: not a backup's note; make the backup anew in another folder") from error


def mark(root: Path, note: Marker) -> None:
    write_whole(root / HOUSEHOLD / _FILE, json.dumps(asdict(note)).encode())


def check_whole(root: Path) -> None:
    """Raises ArchiveError for a backup that was broken off: it must not pass for the archive."""
    note = marker(root)
    if note is not None and not note.is_whole:
        raise ArchiveError(
            f"{root} is a backup that was broken off at {note.at}; run `broadsheet backup {root}` again to complete it"
        )
