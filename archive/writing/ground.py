"""What an archive stands on: its folder, the disk, the rights. Only looks."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from archive.database import SQLITE_FILE
from archive.files import HOUSEHOLD
from archive.tables import REVISION
from archive.writing.household import Household


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """`free_files` is None where the disk counts none. `shut` are paths that this user can't write to."""

    exists: bool
    free_bytes: int
    free_files: int | None
    shut: tuple[Path, ...]
    is_at_work: bool  # a write is under way, or was one when its process was killed
    schema: str = REVISION  # that this Broadsheet has


def premises(root: Path) -> Premises:
    """Of the folder, whether there is an archive in it or not yet."""
    root = root.absolute()
    ground = next(folder for folder in (root, *root.parents) if folder.is_dir())
    is_there = (root / HOUSEHOLD).is_dir() or (root / SQLITE_FILE).exists()
    own = [ground, root / HOUSEHOLD, root / "ledger", *sorted(root.glob(f"{SQLITE_FILE}*"))]
    return Premises(
        exists=is_there,
        free_bytes=shutil.disk_usage(ground).free,
        free_files=_free_files(ground),
        shut=tuple(path for path in own if path.exists() and not _is_open(path)),
        is_at_work=Household(root).is_at_work,
    )


def _free_files(folder: Path) -> int | None:
    facts = os.statvfs(folder)
    return facts.f_favail if facts.f_files else None


def _is_open(path: Path) -> bool:
    return os.access(path, os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0))
