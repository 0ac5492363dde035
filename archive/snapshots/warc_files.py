"""What a WARC file of ours holds, read from end to end."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from archive.document import utc
from archive.snapshots.index import SnapshotRow
from archive.snapshots.warc import ARTICLE, RESPONSES, Damage, Record, record_at, records
from archive.urls.keys import url_key


@dataclass(slots=True)
class Scan:
    """The responses between two bytes of a file, and what is wrong there.

    `end` is where the last whole response (or warcinfo) ends. `is_unfinished`: what follows is a record that was
    begun and never finished, as a killed process leaves it.
    """

    end: int
    rows: list[SnapshotRow] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    is_unfinished: bool = False


def scan(stream: BinaryIO, file: str, start: int, end: int, *, before: int = 0) -> Scan:
    """Reads the records between two bytes; what is damaged is told and stepped over.

    `before`: so many bytes of the file come before the stream.
    """
    found = Scan(start)
    for one in records(stream, start, end):
        if isinstance(one, Damage):
            found.is_unfinished = one.is_torn
            found.damage.append(f"bytes {one.offset} to {one.end}: no record that can be read")
        elif one.kind == "request":
            # It comes before its response: alone at the end it is a rest.
            found.is_unfinished = True
        else:
            found.end, found.is_unfinished = one.end, False
            _take(one, file, before, found)
    return found


def read_record(path: Path, offset: int) -> Record | None:
    """The record that begins at a byte of a file; None where there is none that can be read."""
    try:
        with path.open("rb") as stream:
            return record_at(stream, offset)
    except (OSError, ValueError, EOFError):
        return None


def _take(record: Record, file: str, before: int, found: Scan) -> None:
    if record.kind not in RESPONSES:
        return
    try:
        found.rows.append(_row(record, file, before))
    except (ValueError, IndexError):
        found.damage.append(f"bytes {record.offset} to {record.end}: no response that can be read")


def _row(record: Record, file: str, before: int) -> SnapshotRow:
    url = record.get("WARC-Target-URI")
    return SnapshotRow(
        record_id=record.record_id,
        url_key=url_key(record.get(ARTICLE) or url),
        url=url,
        file=file,
        offset=before + record.offset,
        length=record.length,
        at=utc(record.at) or "",
        status=record.status_and_headers()[0],
        digest=record.get("WARC-Payload-Digest"),
        kind=record.kind,
    )
