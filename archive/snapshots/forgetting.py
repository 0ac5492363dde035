"""Takes responses out of the WARC files for good. What others refer to them for is given to the first that stays."""

from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from archive.files import sync_folder, write_pieces
from archive.snapshots import warc
from archive.snapshots.index import SnapshotIndex, SnapshotRow
from archive.snapshots.warc_files import read_record, scan

_PIECE = 1024 * 1024


@dataclass(slots=True)
class _Plan:
    """What is to become of records, by id: other bytes, or nothing."""

    gone: dict[str, SnapshotRow]
    amended: dict[str, bytes] = field(default_factory=dict)
    amended_in: set[str] = field(default_factory=set)  # files


def forget(root: Path, index: SnapshotIndex, keys: Collection[str]) -> None:
    """Removes the responses of these URL keys with their requests. Done again, after a kill too, it ends the same.

    The caller holds the archive's lock, and index and files are in step.
    """
    plan = _Plan({row.record_id: row for row in index.of_any(keys)})
    for digest in {row.digest for row in plan.gone.values() if row.kind == "response"}:
        _bequeath(root, index.with_payload(digest), plan)
    # First what is needed of the records that go, then these: a kill between the two loses nothing.
    for file in sorted(plan.amended_in):
        _rewrite(root, index, file, plan.amended, ())
    for file in sorted({row.file for row in plan.gone.values()}):
        _rewrite(root, index, file, {}, plan.gone.keys())


def _bequeath(root: Path, rows: list[SnapshotRow], plan: _Plan) -> None:
    """The payload goes to the first revisit that stays, unless a response has it; the rest refer to that."""
    staying = [row for row in rows if row.record_id not in plan.gone]
    holder = next((row for row in staying if row.kind == "response"), None)
    for row in staying:
        record = read_record(root / row.file, row.offset) if row.kind == "revisit" else None
        if record is None:
            continue
        if holder is None:
            payload = _payload(root, rows)
            if payload is None:
                return  # it can't be read any more, whoever holds it
            holder = row
            plan.amended[row.record_id] = warc.with_payload(record, payload)
        else:
            original = (holder.record_id, holder.url, holder.at)
            plan.amended[row.record_id] = warc.referring_to(record, original)
        plan.amended_in.add(row.file)


def _payload(root: Path, rows: list[SnapshotRow]) -> bytes | None:
    for row in rows:
        record = read_record(root / row.file, row.offset) if row.kind == "response" else None
        if record is not None and warc.digest(record.payload) == row.digest:
            return record.payload
    return None


def _rewrite(
    root: Path, index: SnapshotIndex, file: str, amended: Mapping[str, bytes], gone: Container[str]
) -> None:
    path = root / file
    size = path.stat().st_size
    index.drop(file)  # from here on to the end the file is one that is to be read anew
    with path.open("rb") as stream:
        write_pieces(path, _pieces(stream, size, amended, gone))
    size = path.stat().st_size
    with path.open("rb") as stream:
        rows = scan(stream, file, 0, size).rows
    if rows:
        index.replace(file, rows, size)
    else:
        path.unlink()
        sync_folder(path.parent)


def _pieces(
    stream: BinaryIO, size: int, amended: Mapping[str, bytes], gone: Container[str]
) -> Iterator[bytes]:
    """The file's content less the records that go; damaged stretches stay as they are."""
    for one in warc.records(stream, 0, size):
        if isinstance(one, warc.Record):
            of = one.record_id if one.kind != "request" else warc.bare(one.get("WARC-Concurrent-To"))
            if of in gone:
                continue
            if one.record_id in amended:
                yield amended[one.record_id]
                continue
        yield from _copied(stream, one.offset, one.end)


def _copied(stream: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    stream.seek(start)
    while start < end:
        piece = stream.read(min(_PIECE, end - start))
        start += len(piece)
        yield piece
