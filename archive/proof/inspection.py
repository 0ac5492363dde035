"""One look at everything the archive holds: what the ledger says, and what catalog, folder and snapshots are like."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive import database
from archive.errors import ArchiveError
from archive.files import HOUSEHOLD, LEDGER
from archive.proof import warc_check
from archive.proof.files_check import FilesCheck
from archive.proof.findings import MEND_LEDGER, Finding, Kept, Kind, Progress, Proof, Role
from archive.proof.lying import Lying, look
from archive.proof.marker import check_whole, marker
from archive.proof.replica import Difference, Replica, Rows, differences, rows_of, sqlite_damage
from archive.writing.ledger import Ledger

_SIGNS = (HOUSEHOLD, LEDGER, database.SQLITE_FILE)
_FINISH = "the next verb that writes, or `broadsheet repair`, finishes or drops it"
_REINDEX = "`broadsheet repair` makes the index anew from the files"
_TAKE_IN = "the next verb that writes, or `broadsheet repair`, takes it into the index"
_ANEW = "`broadsheet repair` builds it anew"
_FROM_BACKUP = "take its file back from a backup"


@dataclass(slots=True)
class Inspection:
    """What was seen. Whoever asked for it closes the replica."""

    replica: Replica
    rows: Rows | None  # None: there is no catalog that can be read
    lying: Lying
    kept: list[Kept] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    broken: list[Kept] = field(default_factory=list)  # recorded files that are not as they were
    suspects: frozenset[str] = frozenset()  # the paths of these, and of those that were moved
    differences: list[Difference] = field(default_factory=list)
    ledger_problems: list[str] = field(default_factory=list)
    is_cut: bool = False  # the catalog knows of lines that the ledger has no more
    snapshots: int = 0

    @property
    def proof(self) -> Proof:
        roles = [kept.role for kept in self.kept]
        return Proof(
            findings=tuple(self.findings),
            articles=roles.count(Role.ARTICLE),
            versions=roles.count(Role.VERSION),
            pictures=roles.count(Role.PICTURE),
            snapshots=self.snapshots,
            lines=self.replica.lines,
            rows=self.rows.number if self.rows else 0,
        )


def inspect(
    root: Path,
    database_url: str | None,
    progress: Progress | None = None,
    suspects: frozenset[str] | None = None,
) -> Inspection:
    """One look at everything, or of the recorded files only at the suspects. Changes nothing."""
    if not any((root / name).exists() for name in _SIGNS):
        raise ArchiveError(f"no archive in {root}; --config or BROADSHEET_ARCHIVE names one")
    check_whole(root)
    # The catalog first: the ledger is ahead of it, and the files are ahead of both.
    rows, findings = _catalog(root, database_url)
    seen = Inspection(Replica(), rows, Lying(), findings=findings)
    _ledger(root, seen)
    seen.kept, seen.lying = seen.replica.kept(), look(root)
    tell = progress or (lambda _done, _all: None)
    files = FilesCheck(root, seen.kept, seen.lying)
    total = files.number(suspects) + len(seen.lying.snapshots)
    for done in files.run(suspects):
        tell(done, total)
    seen.findings += files.findings
    seen.broken, seen.suspects = files.broken, frozenset(files.suspects)
    _snapshots(root, seen, lambda done: tell(total - len(seen.lying.snapshots) + done, total))
    for path in seen.lying.unfinished:
        seen.findings.append(Finding(Kind.UNFINISHED, path, "what a killed write left", _FINISH))
    return seen


def _catalog(root: Path, database_url: str | None) -> tuple[Rows | None, list[Finding]]:
    if database_url is None and not (root / database.SQLITE_FILE).exists():
        note = marker(root)
        if note is not None and not note.has_catalog:
            return None, []
        do = "the next crawl, or `broadsheet reindex`, builds it from the files and the ledger"
        return None, [Finding(Kind.CATALOG, database.SQLITE_FILE, "is not there", do)]
    try:
        engine = database.readable(root, database_url)
        try:
            damage = sqlite_damage(engine)
            rows = None if damage else rows_of(engine)
        finally:
            engine.dispose()
    except ArchiveError as error:
        return None, [Finding(Kind.CATALOG, "catalog", str(error), _ANEW)]
    return rows, [Finding(Kind.CATALOG, database.SQLITE_FILE, line, _ANEW) for line in damage]


def _ledger(root: Path, seen: Inspection) -> None:
    ledger, rows = Ledger(root), seen.rows
    lines = ledger.lines(seen.ledger_problems)
    if rows is not None and rows.archive_id is not None:
        seen.is_cut = not seen.replica.advance(lines, rows.position)
        seen.differences = list(differences(rows.digests, seen.replica.digests()))
        seen.findings += _cut(rows) if seen.is_cut else []
    seen.replica.advance(lines)
    seen.findings += [_broken_line(root, problem) for problem in seen.ledger_problems]
    seen.findings += [difference.as_finding() for difference in seen.differences]
    for path in ledger.torn():
        seen.findings.append(Finding(Kind.UNFINISHED, path, "its last line is torn", _FINISH))


def _cut(rows: Rows) -> list[Finding]:
    day = rows.position.day
    what = "the catalog knows of a later line: lines at the end of the ledger are missing"
    return [Finding(Kind.LEDGER, f"{LEDGER}/{day[:4]}/{day}.jsonl", what, MEND_LEDGER)]


def _broken_line(root: Path, problem: str) -> Finding:
    where, _, what = problem.removeprefix(f"{root}/").rpartition(": ")
    if what.startswith("does not follow"):
        what += ": that one was changed, or lines between the two are missing"
    return Finding(Kind.LEDGER, where, what, MEND_LEDGER)


def _snapshots(root: Path, seen: Inspection, tell: Callable[[int], None]) -> None:
    found = set[tuple[str, int, str]]()
    for done, one in enumerate(warc_check.check_all(root, seen.lying.snapshots), 1):
        found |= set(one.responses)
        seen.findings += one.findings
        tell(done)
    seen.snapshots = len(found)
    seen.findings += _index(seen.rows, seen.lying.snapshots, found)
    ids = {record_id for _, _, record_id in found}
    for record_id, path in seen.replica.snapshots().items():
        if record_id not in ids:
            what = f"the response that {path} was read from is in no file"
            seen.findings.append(Finding(Kind.SNAPSHOT, record_id, what, _FROM_BACKUP))


def _index(rows: Rows | None, files: Iterable[str], found: set[tuple[str, int, str]]) -> Iterator[Finding]:
    """The index of snapshots against the files."""
    if rows is None:
        return
    for file in sorted(rows.snapshot_files - set(files)):
        yield Finding(Kind.SNAPSHOT, file, "is not there", _FROM_BACKUP)
    for file, offset, record_id in sorted(rows.snapshots - found):
        if file in files:
            name = f"catalog, snapshots: {record_id}"
            yield Finding(Kind.ROW, name, f"there is no such record at byte {offset} of {file}", _REINDEX)
    known = {record_id for _, _, record_id in rows.snapshots}
    for file, _, record_id in sorted(found):
        if record_id not in known:
            yield Finding(
                Kind.ROW, f"catalog, snapshots: {record_id}", f"is missing; it lies in {file}", _TAKE_IN
            )
