"""The index of snapshots: where each stored response lies. Rebuilt from the WARC files at any time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from archive.database import naming, portions
from archive.tables import aliases, snapshots
from archive.tables import snapshot_files as files

_ROWS_AT_ONCE = 500
_IN_ORDER = (snapshots.c.at, snapshots.c.file, snapshots.c.offset)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRow:
    """A stored response: `file` is POSIX and relative to the archive, `at` ISO 8601 in UTC."""

    record_id: str
    url_key: str  # of the article it was asked for
    url: str
    file: str
    offset: int
    length: int
    at: str
    status: int
    digest: str  # of the payload
    kind: str  # response | revisit | resource | conversion

    @property
    def end(self) -> int:
        return self.offset + self.length


class SnapshotIndex:
    """Queries, each its own transaction. Raises ArchiveError where the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # --- what changes ---

    def extend(self, file: str, rows: Sequence[SnapshotRow], size: int) -> None:
        """These are the file's next records, and this is its size with them."""
        with naming(self._engine), self._engine.begin() as connection:
            _add(connection, file, rows, size)

    def replace(self, file: str, rows: Sequence[SnapshotRow], size: int) -> None:
        """These are all of the file's records."""
        with naming(self._engine), self._engine.begin() as connection:
            connection.execute(snapshots.delete().where(snapshots.c.file == file))
            _add(connection, file, rows, size)

    def drop(self, file: str) -> None:
        """The file is gone."""
        with naming(self._engine), self._engine.begin() as connection:
            connection.execute(snapshots.delete().where(snapshots.c.file == file))
            connection.execute(files.delete().where(files.c.file == file))

    def clear(self) -> None:
        with naming(self._engine), self._engine.begin() as connection:
            for table in (snapshots, files):
                connection.execute(table.delete())

    # --- what is asked ---

    def sizes(self) -> dict[str, int]:
        """File → the size up to which it is in the index."""
        with naming(self._engine), self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(sa.select(files.c.file, files.c.size))}

    def size(self, file: str) -> int | None:
        with naming(self._engine), self._engine.connect() as connection:
            return connection.scalar(sa.select(files.c.size).where(files.c.file == file))

    def end(self, file: str) -> int:
        """Where the file's last response ends; 0 where it holds none."""
        query = sa.select(snapshots).where(snapshots.c.file == file).order_by(snapshots.c.offset.desc())
        last = next(iter(self._rows(query.limit(1))), None)
        return 0 if last is None else last.end

    def get(self, record_id: str) -> SnapshotRow | None:
        return next(iter(self._rows(sa.select(snapshots).where(snapshots.c.record_id == record_id))), None)

    def of_any(self, keys: Iterable[str]) -> list[SnapshotRow]:
        """What came for any of the URLs."""
        queries = (sa.select(snapshots).where(snapshots.c.url_key.in_(some)) for some in portions(keys))
        return [row for query in queries for row in self._rows(query)]

    def of_article(self, key: str) -> list[SnapshotRow]:
        """What came for any of the URLs of the article that has this one, the latest first."""
        is_url = aliases.c.kind == "url"
        home = sa.func.coalesce(
            sa.select(aliases.c.url_key).where(is_url, aliases.c.key == key).scalar_subquery(), key
        )
        others = sa.select(aliases.c.key).where(is_url, aliases.c.url_key == home)
        mine = snapshots.c.url_key
        return self._latest_first(sa.or_(mine == key, mine == home, mine.in_(others)))

    def in_file(self, file: str) -> list[SnapshotRow]:
        """A file's responses, in order."""
        query = sa.select(snapshots).where(snapshots.c.file == file)
        return self._rows(query.order_by(snapshots.c.offset))

    def with_payload(self, digest: str, kind: str | None = None) -> list[SnapshotRow]:
        """The responses with this payload, the earliest first."""
        query = sa.select(snapshots).where(snapshots.c.digest == digest)
        if kind is not None:
            query = query.where(snapshots.c.kind == kind)
        return self._rows(query.order_by(*_IN_ORDER))

    def originals(self, digests: Iterable[str]) -> dict[str, SnapshotRow]:
        """Payload → the earliest response that holds it."""
        found = dict[str, SnapshotRow]()
        for some in portions(digests):
            query = sa.select(snapshots).where(snapshots.c.digest.in_(some), snapshots.c.kind == "response")
            for row in self._rows(query.order_by(*_IN_ORDER)):
                found.setdefault(row.digest, row)
        return found

    def each(self, since: str = "") -> Iterator[SnapshotRow]:
        """Every response from a moment on, in the order they were received; no transaction stays open."""
        after: tuple[str, str, int] = (since, "", -1)
        while rows := self._rows(_following(after).order_by(*_IN_ORDER).limit(_ROWS_AT_ONCE)):
            yield from rows
            after = rows[-1].at, rows[-1].file, rows[-1].offset

    def _latest_first(self, which: sa.ColumnElement[bool]) -> list[SnapshotRow]:
        query = sa.select(snapshots).where(which)
        return self._rows(query.order_by(*(column.desc() for column in _IN_ORDER)))

    def _rows(self, query: sa.Select[tuple[object, ...]]) -> list[SnapshotRow]:
        with naming(self._engine), self._engine.connect() as connection:
            return [SnapshotRow(**row) for row in connection.execute(query).mappings()]


def _following(after: tuple[str, str, int]) -> sa.Select[tuple[object, ...]]:
    return sa.select(snapshots).where(sa.tuple_(*_IN_ORDER) > sa.tuple_(*map(sa.literal, after)))


def _add(connection: Connection, file: str, rows: Sequence[SnapshotRow], size: int) -> None:
    for some in portions(rows):
        held = _held(connection, [row.record_id for row in some])
        # A record that lies in two files, as in a copy that a person made, is found in one of them.
        new = {row.record_id: row for row in some if row.record_id not in held}
        if new:
            connection.execute(snapshots.insert(), [asdict(row) for row in new.values()])
    if connection.execute(files.update().where(files.c.file == file).values(size=size)).rowcount == 0:
        connection.execute(files.insert().values(file=file, size=size))


def _held(connection: Connection, record_ids: Iterable[str]) -> set[str]:
    query = sa.select(snapshots.c.record_id).where(snapshots.c.record_id.in_(list(record_ids)))
    return set(connection.scalars(query))
