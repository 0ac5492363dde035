"""Verify: everything the archive holds is looked at, and nothing is changed."""

from pathlib import Path

from archive.errors import ArchiveError
from archive.proof.findings import Finding, Kind, Progress, Proof
from archive.proof.inspection import Inspection, inspect
from archive.writing.household import Household
from archive.writing.ledger import Ledger

_OF_FILES = (Kind.CHANGED, Kind.DAMAGED, Kind.MISSING, Kind.MOVED, Kind.STRAY)


def verify(root: Path, database_url: str | None = None, progress: Progress | None = None) -> Proof:
    """Everything against its digest. A crawl may go on meanwhile: what seems wrong is looked at a second time."""
    root = root.absolute()
    first = _seen(root, database_url, progress)
    if not first.findings or _stood_still(root, first):
        return first.proof
    again = _seen(root, database_url, None, first.suspects)
    lasting = [one for one in again.findings if one in first.findings]
    first.findings = _without_writer(root, lasting)
    return first.proof


def _seen(
    root: Path, database_url: str | None, progress: Progress | None, suspects: frozenset[str] | None = None
) -> Inspection:
    seen = inspect(root, database_url, progress, suspects)
    seen.replica.close()
    return seen


def _stood_still(root: Path, seen: Inspection) -> bool:
    """Has nobody written meanwhile? What is found of files is true then; pages are stored without a ledger line."""
    if any(one.kind not in _OF_FILES for one in seen.findings):
        return False
    return Ledger(root).is_at(seen.replica.end) and not Household(root).is_at_work


def _without_writer(root: Path, findings: list[Finding]) -> list[Finding]:
    """The findings, less the notes of a writer that is at work and not killed."""
    if not any(one.kind is Kind.UNFINISHED for one in findings):
        return findings
    try:
        with Household(root).locked():
            return [one for one in findings if one.kind is not Kind.UNFINISHED or _is_there(root, one)]
    except (ArchiveError, OSError):  # a disk that can't be written has no writer
        return findings


def _is_there(root: Path, finding: Finding) -> bool:
    return "," in finding.path or (root / finding.path).exists()
