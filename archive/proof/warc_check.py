"""Each record of a WARC file against its own digests."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from archive.proof.findings import Finding, Kind
from archive.snapshots import warc

_THREADS = 4
_LOST = "what is lost there can't be made anew: take the file back from a backup"
_CUT = "the next crawl, or `broadsheet repair`, cuts it"


@dataclass(frozen=True, slots=True)
class Checked:
    """What one file holds: its responses as (file, offset, record id), and what is wrong with it."""

    responses: tuple[tuple[str, int, str], ...]
    findings: tuple[Finding, ...]


def check_all(root: Path, files: Iterable[str]) -> Iterator[Checked]:
    """Several files at once, in order."""
    with ThreadPoolExecutor(_THREADS) as pool:
        yield from pool.map(lambda file: check(root, file), files)


def check(root: Path, file: str) -> Checked:
    """Reads the file from end to end."""
    try:
        size = (root / file).stat().st_size
        with (root / file).open("rb") as stream:
            return _checked(file, warc.records(stream, 0, size))
    except OSError as error:
        return Checked((), (Finding(Kind.SNAPSHOT, file, f"can't be read: {error.strerror}", _LOST),))


def _checked(file: str, records: Iterable[warc.Record | warc.Damage]) -> Checked:
    responses, findings = list[tuple[str, int, str]](), list[Finding]()
    for one in records:
        if isinstance(one, warc.Damage):
            findings.append(_damage(file, one))
            continue
        if one.kind in warc.RESPONSES:
            responses.append((file, one.offset, one.record_id))
        if not _is_sound(one):
            what = f"record {one.record_id} ({one.get('WARC-Target-URI')}) is not as its digest says"
            findings.append(Finding(Kind.SNAPSHOT, f"{file}, byte {one.offset}", what, _LOST))
    return Checked(tuple(responses), tuple(findings))


def _damage(file: str, damage: warc.Damage) -> Finding:
    where = f"{file}, bytes {damage.offset} to {damage.end}"
    if damage.is_torn:
        return Finding(Kind.UNFINISHED, where, "a record that was begun and never finished", _CUT)
    return Finding(Kind.SNAPSHOT, where, "no record that can be read", _LOST)


def _is_sound(record: warc.Record) -> bool:
    if record.get("WARC-Block-Digest") not in ("", warc.digest(record.block)):
        return False
    stated = record.get("WARC-Payload-Digest")
    # A revisit's payload lies elsewhere.
    return record.kind == "revisit" or stated in ("", warc.digest(record.payload))
