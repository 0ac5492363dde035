"""Repair: what is damaged is put right from the rest. What it replaces is put aside first; killed, it is run again."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from archive import database
from archive.errors import ArchiveError, DocumentError
from archive.files import Files, sha256, write_whole
from archive.markdown import parse
from archive.proof import mending
from archive.proof.findings import Finding, Kept, Kind, Progress
from archive.proof.inspection import Inspection, inspect
from archive.proof.marker import check_whole
from archive.proof.sources import DAMAGED, Found, Reader, Sources
from archive.writing import events
from archive.writing.household import Household
from archive.writing.ledger import Position
from archive.writing.store import Store

_DERIVED = (Kind.ROW, Kind.CATALOG, Kind.LEDGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairWish:
    """How to repair. `reader` reads stored pages; with `restore` files that may be a person's edits are put back, too."""

    reader: Reader | None = None
    restore: bool = False
    dry_run: bool = False
    front_matter: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RepairAct:
    """One thing that was put right, or would be."""

    kind: Kind
    path: str
    what: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was put right, and what is left."""

    acts: tuple[RepairAct, ...]
    left: tuple[Finding, ...]


def repair(
    root: Path, database_url: str | None, wanted: RepairWish, now: datetime, progress: Progress | None = None
) -> Repaired:
    """Puts right what can be. Raises ArchiveError where there is no archive, or no database to write to."""
    root = root.absolute()
    check_whole(root)
    seen = inspect(root, database_url, progress)
    seen.replica.close()
    if wanted.dry_run or seen.proof.ok:
        return _foreseen(root, database_url, seen, wanted)
    acts = _catalog_aside(root, database_url)
    engine = database.writable(root, database_url)
    try:
        with closing(_Repairing(root, database_url, Store(root, engine), wanted, now)) as work:
            with work.store.locked():
                acts += work.run()
            return Repaired(tuple(acts), tuple(work.seen.findings))
    finally:
        engine.dispose()


class _Repairing:
    """One repair, under the archive's lock."""

    def __init__(
        self, root: Path, database_url: str | None, store: Store, wanted: RepairWish, now: datetime
    ) -> None:
        self.store = store
        self._root = root
        self._url = database_url
        self._wanted = wanted
        self._now = now
        self._snapshots = store.snapshots
        self._is_mended = False
        self._seen: Inspection | None = None

    @property
    def seen(self) -> Inspection:
        """What is there now: looked at anew after each change."""
        if self._seen is None:
            self._seen = inspect(self._root, self._url)
        return self._seen

    def close(self) -> None:
        if self._seen is not None:
            self._seen.replica.close()
        self._seen = None

    def run(self) -> list[RepairAct]:
        acts = []
        for step in (self._finish, self._ledger, self._adopt, self._snapshot_index, self._files):
            done = list(step())
            if done:
                self.close()
            acts += done
        return acts

    def _finish(self) -> Iterator[RepairAct]:
        """What killed writes left."""
        findings = self.seen.findings
        self.store.ledger.finish_rewrite()
        self.store.ledger.trim()
        for one in findings:
            if one.kind is Kind.UNFINISHED:
                if one.path in self.seen.lying.unfinished and one.path.endswith(".tmp"):
                    (self._root / one.path).unlink(missing_ok=True)
                yield RepairAct(one.kind, one.path, f"{one.what}: finished or swept")

    def _ledger(self) -> Iterator[RepairAct]:
        """The ledger, then the rows that it gives."""
        is_damaged = mending.is_needed(self.seen)
        derived = [one for one in self.seen.findings if one.kind in _DERIVED]
        if is_damaged:
            rows = mending.mend(self._root, self.store, self.seen, self._now)
            aside = "as it was it lies in .broadsheet/damaged"
            yield RepairAct(
                Kind.LEDGER, "ledger", f"chained anew, {rows} rows carried over from the catalog; {aside}"
            )
        if is_damaged or derived or self._is_behind():
            self._replay()
        self.store.finish_pending()
        for one in derived:
            if one.kind is not Kind.LEDGER:
                yield RepairAct(one.kind, one.path, f"{one.what}: made anew from the ledger")
        self._is_mended = is_damaged

    def _is_behind(self) -> bool:
        return not self.store.ledger.is_at(self.store.catalog.position()[0])

    def _replay(self) -> None:
        self.store.catalog.clear()
        for _ in self.store.replay(self.store.ledger.since(Position()), self.store.ledger.first_id()):
            pass
        for _ in self.store.neighbours.catch_up():
            pass

    def _adopt(self) -> Iterator[RepairAct]:
        """Articles of which the lines are lost, and no row is left."""
        if not self._is_mended:
            return
        files, adopted = Files(self._root), []
        for one in self.seen.findings:
            content = files.read(one.path) if one.kind is Kind.STRAY else None
            with suppress(DocumentError):
                if content is not None and "no ledger line names" in one.what:
                    folders = PurePosixPath(one.path).parts[:-1]
                    source = folders[0] if folders else "unknown"
                    adopted.append(events.adopted(parse(content), one.path, content, source, self._now))
        self.store.record(adopted, self._now)
        for event in adopted:
            yield RepairAct(Kind.LEDGER, str(event["path"]), "its line was lost: taken in anew, as a file is")

    def _snapshot_index(self) -> Iterator[RepairAct]:
        notes = self._snapshots.check()
        if any(
            one.kind is Kind.ROW and one.path.startswith("catalog, snapshots") for one in self.seen.findings
        ):
            notes += self._snapshots.rebuild()
            yield RepairAct(Kind.ROW, "catalog, snapshots", "the index made anew from the files")
        for note in dict.fromkeys(notes):
            yield RepairAct(Kind.SNAPSHOT, note.partition(":")[0], note.partition(": ")[2])

    def _files(self) -> Iterator[RepairAct]:
        sources = _sources(self._root, self.store, self._wanted)
        sources.survey(self.seen.kept, self.seen.broken, self.seen.lying)
        for kept in _to_restore(self.seen, self._wanted):
            found = sources.find(kept)
            if found is not None:
                aside = self._put_aside(kept.path)
                self._put(kept, found)
                yield RepairAct(_kind(self.seen, kept), kept.path, f"restored {found.whence}{aside}")

    def _put(self, kept: Kept, found: Found) -> None:
        if found.event is None:
            write_whole(self._root / kept.path, found.content)
        else:
            self.store.keep(found.event, found.content, (), self._now)

    def _put_aside(self, path: str) -> str:
        content = Files(self._root).read(path)
        if content is None:
            return ""
        aside = f"{DAMAGED}/{path}.{sha256(content)[:8]}"
        write_whole(self._root / aside, content)
        return f"; what lay there is in {aside}"


def _sources(root: Path, store: Store, wanted: RepairWish) -> Sources:
    return Sources(root, store, store.snapshots, wanted.reader, wanted.front_matter)


def _to_restore(seen: Inspection, wanted: RepairWish) -> list[Kept]:
    """The recorded files that are damaged or gone. What still reads may be a person's edit: it stays, unless asked."""
    kinds = {one.path: one.kind for one in seen.findings}
    return [kept for kept in seen.broken if wanted.restore or kinds.get(kept.path) is not Kind.CHANGED]


def _kind(seen: Inspection, kept: Kept) -> Kind:
    return next((one.kind for one in seen.findings if one.path == kept.path), Kind.DAMAGED)


def _foreseen(root: Path, database_url: str | None, seen: Inspection, wanted: RepairWish) -> Repaired:
    """What a repair would do, and what it would leave; nothing is written."""
    acts = [
        RepairAct(one.kind, one.path, f"{one.what}: would be mended")
        for one in seen.findings
        if _is_mendable(one)
    ]
    # Without a catalog that can be read, files are looked for when it is there again.
    with suppress(ArchiveError), closing(Store(root, database.readable(root, database_url))) as store:
        acts += _foreseen_files(root, store, seen, wanted)
    done = {one.path for one in acts}
    return Repaired(tuple(acts), tuple(one for one in seen.findings if one.path not in done))


def _foreseen_files(root: Path, store: Store, seen: Inspection, wanted: RepairWish) -> Iterator[RepairAct]:
    sources = _sources(root, store, wanted)
    sources.survey(seen.kept, seen.broken, seen.lying)
    for kept in _to_restore(seen, wanted):
        found = sources.find(kept)
        if found is not None:
            yield RepairAct(_kind(seen, kept), kept.path, f"would be restored {found.whence}")


def _is_mendable(finding: Finding) -> bool:
    return finding.kind in (*_DERIVED, Kind.UNFINISHED)


def _catalog_aside(root: Path, database_url: str | None) -> list[RepairAct]:
    """Puts a catalog aside that is no database any more; a new one takes its place."""
    file = root / database.SQLITE_FILE
    if database_url is not None or not file.exists() or not _is_damaged(file):
        return []
    aside = root / DAMAGED / database.SQLITE_FILE
    with Household(root).locked():
        aside.parent.mkdir(parents=True, exist_ok=True)
        for side in ("-wal", "-shm"):
            file.with_name(file.name + side).unlink(missing_ok=True)
        file.replace(aside)
    what = f"built anew; runs and due times begin anew, what lay there is in {DAMAGED}/{database.SQLITE_FILE}"
    return [RepairAct(Kind.CATALOG, database.SQLITE_FILE, what)]


def _is_damaged(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(file, timeout=30)) as connection:
            return bool(connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",))
    except sqlite3.OperationalError:  # it is locked, or its disk is full
        return False
    except sqlite3.DatabaseError:
        return True
