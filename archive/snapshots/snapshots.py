"""Snapshots: each response as it was received, in WARC files inside the archive."""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path

from sqlalchemy.engine import Engine

from archive.document import utc
from archive.files import SNAPSHOTS, append
from archive.snapshots import warc
from archive.snapshots.exchange import Exchange, Stored
from archive.snapshots.forgetting import forget
from archive.snapshots.index import SnapshotIndex, SnapshotRow
from archive.snapshots.unpacking import unpacked
from archive.snapshots.warc_files import read_record, scan
from archive.urls.keys import url_key

__all__ = ["Exchange", "Snapshots", "Stored"]

FILE_BYTES = 256 * 1024 * 1024  # a file that is larger is followed by the next
_MOST_AT_ONCE = 16 * 1024 * 1024  # bytes of several responses, before they are packed
_SUFFIX = ".warc.gz"

logger = logging.getLogger(__name__)


class Snapshots:
    """`snapshots/<yyyy>/<yyyy-mm-dd>-<number>.warc.gz` below the archive (WARC 1.1, ISO 28500:2017).

    The day is the UTC day of the response, or of its import. All writing takes the archive's lock. Raises ArchiveError.
    """

    def __init__(
        self,
        root: Path,
        engine: Engine,
        locked: Callable[[], AbstractContextManager[None]],
        file_bytes: int = FILE_BYTES,
    ) -> None:
        self._root = root
        self._index = SnapshotIndex(engine)
        self._locked = locked
        self._file_bytes = file_bytes
        self._written: tuple[str, int] | None = None  # the file this process wrote last, and its size then

    # --- what comes in ---

    def put(self, exchange: Exchange) -> str:
        """The record id of the stored response, or of what a browser made of it; durable when this returns.

        An identical payload is kept once (`revisit`).
        """
        with self._locked():
            return self._append([exchange], exchange.at)[0]

    def put_all(self, exchanges: Sequence[Exchange], now: datetime) -> list[str]:
        """The same of several that are brought from elsewhere, in the file of today: they may be of any day."""
        ids, start = list[str](), 0
        with self._locked():
            for end in range(1, len(exchanges) + 1):
                if (
                    end == len(exchanges)
                    or sum(len(one.body) for one in exchanges[start:end]) > _MOST_AT_ONCE
                ):
                    ids += self._append(exchanges[start:end], now)
                    start = end
        return ids

    def has(self, exchange: Exchange) -> bool:
        """Is there a response of this URL, UTC day and status already?"""
        return self.has_each([exchange])[0]

    def has_each(self, exchanges: Sequence[Exchange]) -> list[bool]:
        """The same of several."""
        told = [
            (url_key(one.article or one.url), one.url, one.status or 200, (utc(one.at) or "")[:10])
            for one in exchanges
        ]
        rows = self._index.of_any({key for key, *_ in told})
        held = {(row.url_key, row.url, row.status, row.at[:10]) for row in rows}
        return [one in held for one in told]

    def forget(self, urls: Iterable[str]) -> None:
        """Removes every response of these URLs; doing it again changes nothing."""
        with self._locked():
            self.check()
            self._written = None
            forget(self._root, self._index, {url_key(url) for url in urls})

    def check(self) -> list[str]:
        """Brings index and files in step where they are not; gives what was wrong, a line each.

        What a killed process left unfinished at the end of a file is cut. Cheap where nothing is wrong.
        """
        with self._locked():
            for rest in (self._root / SNAPSHOTS).glob("[0-9]*/.*.tmp"):
                rest.unlink()  # of a file that was being written anew
            notes = []
            sizes, lying = self._index.sizes(), dict(self._lying())
            for file in sizes.keys() - lying.keys():
                self._index.drop(file)
                notes.append(f"{file}: gone, with the snapshots in it")
            for file in sorted(file for file, size in lying.items() if sizes.get(file) != size):
                notes += self._mend(file)
        return notes

    def rebuild(self) -> list[str]:
        """The index anew from all files; gives what was wrong, a line each."""
        with self._locked():
            self._index.clear()
            return self.check()

    # --- what is asked ---

    def get(self, record_id: str) -> Stored | None:
        """The response; None where there is none, or none that can be read."""
        row = self._index.get(record_id)
        stored = None if row is None else self._stored(row)
        again = self._index.get(record_id) if row is not None and stored is None else row
        # Its file may have been rewritten between the two looks.
        return stored if again in (row, None) else self._stored(again)

    def of(self, url: str) -> list[str]:
        """The record ids of what came for an article, the latest first. Any URL of the article will do."""
        return [row.record_id for row in self.rows(url)]

    def rows(self, url: str) -> list[SnapshotRow]:
        """The same with what the index says of each."""
        return self._index.of_article(url_key(url))

    def each(self, since: datetime | None = None) -> Iterator[Stored]:
        """Every stored response that can be read, in the order it was received.

        Of a page that was rendered only what the browser made of it.
        """
        for row in _as_shown(self._index.each(utc(since) or "")):
            stored = self._stored(row)
            if stored is not None:
                yield stored

    # --- files ---

    def _file_of(self, at: datetime) -> tuple[str, int]:
        """The file that takes a response of this moment, and its size."""
        day = (utc(at) or "")[:10]
        number = max(self._numbers(day), default=0)
        if number == 0:
            return _name(day, 1), 0
        file = _name(day, number)
        size = self._size(file)
        if (file, size) != self._written and self._index.size(file) != size:
            self._mend(file)
            size = self._size(file)
        # After a damaged end nothing is written: other programs read no further than that.
        is_fit = size < self._file_bytes and ((file, size) == self._written or self._index.end(file) == size)
        return (file, size) if is_fit else (_name(day, number + 1), 0)

    def _numbers(self, day: str) -> Iterator[int]:
        with suppress(FileNotFoundError):
            for name in os.listdir(self._root / SNAPSHOTS / day[:4]):
                middle = name.removeprefix(f"{day}-").removesuffix(_SUFFIX)
                if middle.isdecimal() and name == Path(_name(day, int(middle))).name:
                    yield int(middle)

    def _lying(self) -> Iterator[tuple[str, int]]:
        for path in sorted((self._root / SNAPSHOTS).glob(f"[0-9]*/[0-9]*{_SUFFIX}")):
            yield path.relative_to(self._root).as_posix(), path.stat().st_size

    def _size(self, file: str) -> int:
        return (self._root / file).stat().st_size

    def _mend(self, file: str) -> list[str]:
        """Takes what the index does not have of a file; cuts what was never finished."""
        self._written = None
        size, known = self._size(file), self._index.size(file)
        start = known if known is not None and known <= size else 0
        with (self._root / file).open("rb") as stream:
            found = scan(stream, file, start, size)
        notes = [f"{file}, {damage}" for damage in found.damage]
        if known is not None and size < known:
            notes.append(f"{file}: {known - size} bytes are missing at its end")
        if found.end < size and (found.is_unfinished or start > 0):
            notes = [f"{file}: cut {size - found.end} bytes of a record that was never finished"]
            size = found.end
            os.truncate(self._root / file, size)
        if start > 0:
            self._index.extend(file, found.rows, size)
        else:
            self._index.replace(file, found.rows, size)
        for note in notes:
            logger.warning("%s", note)
        return notes

    # --- records ---

    def _append(self, exchanges: Sequence[Exchange], now: datetime) -> list[str]:
        """Adds them to the file of this moment; gives the id of the last record of each."""
        file, size = self._file_of(now)
        content = warc.warcinfo(Path(file).name, now, _software()) if size == 0 else b""
        ids = list[str]()
        digests = [warc.digest(one.body) if one.body else "" for one in exchanges]
        originals = self._index.originals(set(filter(None, digests)))
        for exchange, digest in zip(exchanges, digests, strict=True):
            records, record_id = self._records(exchange, originals.get(digest))
            content += records
            ids.append(record_id)
        append(self._root / file, content, size)
        rows = scan(BytesIO(content), file, 0, len(content), before=size).rows
        self._index.extend(file, rows, rows[-1].end)
        self._written = file, rows[-1].end
        return ids

    def _records(self, exchange: Exchange, held: SnapshotRow | None) -> tuple[bytes, str]:
        """The records of an exchange, and the id of the last of them; `held` is said to have its payload already."""
        record_id = last = warc.new_id()
        if exchange.status == 0:
            return warc.resource(exchange, record_id), record_id
        original = self._original(exchange, held)
        content = warc.request(exchange, record_id) if exchange.method else b""
        if original is None:
            content += warc.response(exchange, record_id)
        else:
            content += warc.revisit(exchange, record_id, (original.record_id, original.url, original.at))
        if exchange.rendered is not None:
            last = warc.new_id()
            content += warc.conversion(exchange, last, record_id)
        return content, last

    def _original(self, exchange: Exchange, row: SnapshotRow | None) -> SnapshotRow | None:
        """The row of a response with this very payload; of one that can no longer be read, none."""
        record = None if row is None else self._record(row)
        return row if record is not None and record.payload == exchange.body else None

    def _record(self, row: SnapshotRow) -> warc.Record | None:
        record = read_record(self._root / row.file, row.offset)
        return record if record is not None and record.record_id == row.record_id else None

    def _stored(self, row: SnapshotRow) -> Stored | None:
        record = self._record(row)
        holder = self._holder(row, record)
        if record is None or holder is None:
            return None
        try:
            status, headers = record.status_and_headers()
            packed = [value for name, value in headers if name.lower() == "content-encoding"]
            body = unpacked(holder.payload, packed)
        except (ValueError, IndexError):
            return None
        at = datetime.fromisoformat(row.at)
        return Stored(record_id=row.record_id, url=row.url, status=status, headers=headers, body=body, at=at)

    def _holder(self, row: SnapshotRow, record: warc.Record | None) -> warc.Record | None:
        """The record that holds the payload: of responses the same, of revisits an earlier one."""
        if row.kind != "revisit":
            return record
        for original in self._index.with_payload(row.digest, "response"):
            found = self._record(original)
            if found is not None:
                return found
        return None


def _as_shown(rows: Iterable[SnapshotRow]) -> Iterator[SnapshotRow]:
    """The rows, less those whose next is what a browser made of them."""
    before: SnapshotRow | None = None
    for row in rows:
        is_made_of_it = before is not None and row.kind == "conversion" and row.offset == before.end
        if before is not None and not is_made_of_it:
            yield before
        before = row
    if before is not None:
        yield before


def _name(day: str, number: int) -> str:
    return f"{SNAPSHOTS}/{day[:4]}/{day}-{number:04d}{_SUFFIX}"


def _software() -> str:
    try:
        return f"Broadsheet/{version('broadsheet')}"
    except PackageNotFoundError:  # a checkout that was not installed
        return "Broadsheet"
