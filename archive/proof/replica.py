"""Replica: the archive tables as the ledger alone gives them, in a database that lies nowhere, and the catalog's beside them."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import StaticPool

from archive import tables
from archive.catalog import Catalog
from archive.database import naming
from archive.proof.findings import MEND_ROWS, Finding, Kept, Kind, Role
from archive.writing.ledger import Line, Position

_AT_ONCE = 500
COMPARED = tuple(table for table in tables.ARCHIVE_TABLES if table is not tables.position)
Key = tuple[Any, ...]
Digests = dict[Key, int]


@dataclass(frozen=True, slots=True)
class Rows:
    """Every row of the compared tables at one moment: table → primary key → hash of the row."""

    position: Position
    archive_id: str | None
    digests: Mapping[str, Digests]
    snapshots: frozenset[tuple[str, int, str]]  # file, offset, record id
    snapshot_files: frozenset[str]

    @property
    def number(self) -> int:
        return sum(map(len, self.digests.values()))


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that the catalog has otherwise than the ledger says."""

    table: sa.Table
    key: Key
    how: str

    def as_finding(self) -> Finding:
        name = " ".join(str(part) for part in self.key)
        return Finding(Kind.ROW, f"catalog, {self.table.name}: {name}", self.how, MEND_ROWS)


class Replica:
    """The ledger, replayed. `end` is where the last line ends that was."""

    def __init__(self) -> None:
        # An empty name: SQLite spills to a temporary file what its cache can't hold.
        connect: Callable[[], sqlite3.Connection] = lambda: sqlite3.connect("", check_same_thread=False)  # noqa: E731
        self.engine = sa.create_engine("sqlite://", creator=connect, poolclass=StaticPool)
        self.lines = 0
        self.end = Position()
        tables.metadata.create_all(self.engine)

    def advance(self, lines: Iterator[Line], to: Position | None = None) -> bool:
        """Applies the lines up to and with the one that ends here, or all; False where none does."""
        catalog = Catalog(self.engine)
        while batch := list(_up_to(lines, to)):
            catalog.apply(batch)
            self.lines += len(batch)
            self.end = batch[-1].end
            if to is not None and self.end.event_id == to.event_id:
                return True
        return to is None

    def digests(self) -> dict[str, Digests]:
        with self.engine.connect() as connection:
            return {table.name: _digests(connection, table) for table in COMPARED}

    def kept(self) -> list[Kept]:
        """Every file that the ledger names."""
        articles, versions, assets = tables.articles, tables.versions, tables.assets
        with self.engine.connect() as connection:
            held = connection.execute(sa.select(articles).where(articles.c.removed == 0)).mappings().all()
            urls = {row["url_key"]: row["url"] for row in held}
            found = [
                Kept(
                    Role.ARTICLE, row["path"], row["sha256"], row["url_key"], row["url"], bool(row["by_hand"])
                )
                for row in held
            ]
            for role, table in ((Role.VERSION, versions), (Role.PICTURE, assets)):
                for row in connection.execute(sa.select(table)).mappings():
                    key = row["url_key"]
                    found.append(Kept(role, row["path"], row["sha256"], key, urls.get(key, key)))
        return list({kept.path: kept for kept in found}.values())

    def snapshots(self) -> dict[str, str]:
        """Record id → path of the article that was read from it."""
        query = sa.select(tables.articles.c.snapshot, tables.articles.c.path)
        with self.engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query) if row[0]}

    def close(self) -> None:
        self.engine.dispose()


def rows_of(engine: Engine) -> Rows:
    """What the catalog holds, in one look. Raises ArchiveError."""
    with naming(engine), _one_look(engine) as connection:
        position = connection.execute(sa.select(tables.position)).mappings().first()
        digests = {table.name: _digests(connection, table) for table in COMPARED}
        index = tables.snapshots
        lying = connection.execute(sa.select(index.c.file, index.c.offset, index.c.record_id))
        snapshots = frozenset((row[0], row[1], row[2]) for row in lying)
        files = frozenset(connection.scalars(sa.select(tables.snapshot_files.c.file)))
    if position is None:
        return Rows(Position(), None, digests, snapshots, files)
    end = Position(position["day"], position["offset"], position["digest"], position["event_id"])
    return Rows(end, position["archive_id"], digests, snapshots, files)


def differences(catalog: Mapping[str, Digests], ledger: Mapping[str, Digests]) -> Iterator[Difference]:
    """Where the two differ, in table and key order."""
    for table in COMPARED:
        have, should = catalog[table.name], ledger[table.name]
        for key in sorted(have.keys() | should.keys(), key=repr):
            if key not in have:
                yield Difference(table, key, "is missing")
            elif key not in should:
                yield Difference(table, key, "no ledger line gives this row")
            elif have[key] != should[key]:
                yield Difference(table, key, "is not as the ledger says")


def row_at(connection: Connection, table: sa.Table, key: Key) -> dict[str, Any] | None:
    own = sa.and_(*(column == part for column, part in zip(table.primary_key, key, strict=True)))
    row = connection.execute(sa.select(table).where(own)).mappings().first()
    return None if row is None else dict(row)


def named_files(engine: Engine) -> set[str]:
    """The paths of all files that the catalog names."""
    held = sa.select(tables.articles.c.path).where(tables.articles.c.removed == 0)
    others = (
        sa.select(tables.versions.c.path),
        sa.select(tables.assets.c.path),
        sa.select(tables.snapshot_files.c.file),
    )
    with naming(engine), engine.connect() as connection:
        return set(connection.scalars(sa.union_all(held, *others)))


def sqlite_damage(engine: Engine) -> list[str]:
    """What SQLite itself finds wrong with its file."""
    if engine.dialect.name != "sqlite":
        return []
    with naming(engine), engine.connect() as connection:
        said = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(5)")]
    return [] if said == ["ok"] else said


def _up_to(lines: Iterator[Line], to: Position | None) -> Iterator[Line]:
    for line in islice(lines, _AT_ONCE):
        yield line
        if to is not None and line.end.event_id == to.event_id:
            return


def _digests(connection: Connection, table: sa.Table) -> Digests:
    keys = [position for position, column in enumerate(table.c) if column.primary_key]
    found = connection.execute(sa.select(table), execution_options={"yield_per": 5000})
    return {tuple(row[key] for key in keys): hash(tuple(row)) for row in found}


def _one_look(engine: Engine) -> Connection:
    """All queries see one moment, whatever a crawl writes meanwhile."""
    connection = engine.connect()
    if engine.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ")
    connection.exec_driver_sql("BEGIN")
    return connection
