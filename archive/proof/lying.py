"""What lies in the archive's folder, by what it is."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from archive.files import ASSETS, HOUSEHOLD, LEDGER, SNAPSHOTS
from archive.versions.versions import FOLDER as VERSIONS

# Ours alone: what else ends in .tmp is a person's.
_DRAFT = re.compile(r"\.(?:[0-9a-f]{16}|before-[0-9]+\.sqlite3|catalog\.sqlite3)\.tmp\Z")
_NOTES = ("pending.json", "ledger.new", "ledger.old")


@dataclass(slots=True)
class Lying:
    """Paths, POSIX and relative to the archive. A person's other files and hidden folders are left out."""

    articles: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    snapshots: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        return len(self.articles) + len(self.versions) + len(self.pictures) + len(self.snapshots)


def look(root: Path) -> Lying:
    """Walks the folder; follows no links to folders."""
    lying = Lying()
    lying.unfinished += [f"{HOUSEHOLD}/{name}" for name in _NOTES if (root / HOUSEHOLD / name).exists()]
    for folder, names, files in os.walk(root):
        here = Path(folder).relative_to(root).as_posix()
        names[:] = sorted(name for name in names if _is_ours(name, here))
        for name in sorted(files):
            _sort(lying, here, name)
    return lying


def is_draft(name: str) -> bool:
    """Is this the name of a file that was being written and did not come into place?"""
    return bool(_DRAFT.match(name))


def _is_ours(name: str, here: str) -> bool:
    if here == ".":
        return not name.startswith(".") or name == HOUSEHOLD
    return not name.startswith(".") or name == VERSIONS


def _sort(lying: Lying, here: str, name: str) -> None:
    path = name if here == "." else f"{here}/{name}"
    top = here.partition("/")[0]
    if is_draft(name):
        lying.unfinished.append(path)
    elif top in (HOUSEHOLD, LEDGER) or name.startswith("."):
        return
    elif top == SNAPSHOTS:
        if name.endswith(".warc.gz"):
            lying.snapshots.append(path)
    elif top == ASSETS:
        lying.pictures.append(path)
    elif name.endswith(".md"):
        (lying.versions if here.rpartition("/")[2] == VERSIONS else lying.articles).append(path)
