"""Opens the catalog's database: SQLite inside the archive, or PostgreSQL by URL."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from archive import tables, working_tables
from archive.errors import ArchiveError
from archive.sqlite_copy import copy_before

T = TypeVar("T")

SQLITE_FILE = "catalog.sqlite3"
_MIGRATIONS = Path(__file__).parent / "migrations"
# A schema change by two processes at once: PostgreSQL takes this advisory lock, SQLite the archive's own.
_SCHEMA_LOCK = 0x42524F41
_CONNECT_SECONDS = 5
# Who waits for SQLite hears no signal, and a daemon that is told to end has 15 seconds.
_BUSY_SECONDS = 10
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
# As Alembic makes it.
_VERSION = sa.Table(
    "alembic_version",
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
# What SQLite and PostgreSQL say, and what to do.
_REMEDIES = {
    "disk is full": "; make room on its disk and try again: what was acknowledged is kept",
    "No space left": "; make room on its disk and try again: what was acknowledged is kept",
    # Without room for its side files SQLite says no more than this.
    "disk I/O error": "; make room on its disk, or if it fails save what is on it, and try again",
    "readonly database": "; let this user write to it and try again",
    "malformed": "; run `broadsheet repair`, which builds it anew",
    "not a database": "; run `broadsheet repair`, which builds it anew",
}


def writable(root: Path, database_url: str | None) -> Engine:
    """An engine on the archive's database, brought to the newest schema.

    Before that, an SQLite catalog is copied to `.broadsheet/before-<schema>.sqlite3`; a PostgreSQL database is its
    operator's to back up. Either way the change is one transaction.
    """
    engine = _engine(_url(root, database_url))
    with _closing_on_error(engine):
        bring_up(engine, root)
    return engine


def bring_up(engine: Engine, root: Path) -> None:
    """The database that is there now gets the newest schema."""
    with naming(engine), engine.begin() as connection:
        _upgrade(connection, root)


def readable(root: Path, database_url: str | None) -> Engine:
    """An engine that never writes. Raises ArchiveError where there is no catalog to read."""
    engine = _read_only_sqlite(root) if database_url is None else _engine(_url(root, database_url))
    with _closing_on_error(engine):
        with naming(engine), engine.connect() as connection:
            revision = _revision(connection)
        if revision is None:
            raise ArchiveError(
                f"no catalog in {_shown(engine)}; run `broadsheet reindex` to build it from the files"
            )
        if revision != tables.REVISION:
            raise ArchiveError(f"{_shown(engine)} has another schema ({revision}); run `broadsheet reindex`")
    return engine


@contextmanager
def _closing_on_error(engine: Engine) -> Iterator[None]:
    try:
        yield
    except ArchiveError:
        engine.dispose()
        raise


def portions(values: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """As many of the values as a statement takes, and so on: SQLite bounds its variables."""
    listed = list(values)
    return (listed[start : start + size] for start in range(0, len(listed), size))


@contextmanager
def naming(engine: Engine) -> Iterator[None]:
    """Turns what the database says into one line that names it."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip()
        first = cause.splitlines()[0] if cause else type(error).__name__
        remedy = next((remedy for phrase, remedy in _REMEDIES.items() if phrase in first), "")
        raise ArchiveError(f"database {_shown(engine)}: {first}{remedy}") from error


def _shown(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def _url(root: Path, database_url: str | None) -> URL:
    if database_url is None:
        return URL.create("sqlite", database=str(root / SQLITE_FILE))
    try:
        url = sa.make_url(database_url)
    except ArgumentError as error:
        raise ArchiveError(
            "the database URL is none; write sqlite:///file or postgresql://user@host/name"
        ) from error
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername=_DRIVERS["postgresql"])
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise ArchiveError(f"database {url.drivername}: only SQLite and PostgreSQL are supported")
    return url


def _engine(url: URL) -> Engine:
    is_server = url.get_backend_name() == "postgresql"
    # A server that does not answer must not hold up a daemon for minutes.
    waits = {"connect_timeout": _CONNECT_SECONDS} if is_server and "connect_timeout" not in url.query else {}
    try:
        engine = sa.create_engine(url, pool_pre_ping=is_server, connect_args=waits)
    except ModuleNotFoundError as error:
        raise ArchiveError(
            "PostgreSQL needs its driver: install it with `pip install 'broadsheet[postgres]'`"
        ) from error
    except SQLAlchemyError as error:
        raise ArchiveError(f"the database URL {url.render_as_string()} cannot be used: {error}") from error
    if url.get_backend_name() == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",  # a power cut may lose the last rows: the ledger brings them back
        f"busy_timeout = {_BUSY_SECONDS * 1000}",
        "secure_delete = ON",  # `forget` means it
    ):
        connection.execute(f"PRAGMA {pragma}")


def _read_only_sqlite(root: Path) -> Engine:
    file = root / SQLITE_FILE
    if not file.exists():
        raise ArchiveError(f"no catalog in {root}; run `broadsheet reindex` to build it from the files")
    # WAL needs its side files even to read; where they cannot be made, nobody else can be writing either.
    mode = "mode=ro" if os.access(root, os.W_OK) else "immutable=1"
    address = f"{file.as_uri()}?{mode}"
    connect: Callable[[], Any] = lambda: sqlite3.connect(  # noqa: E731
        address, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False
    )
    return sa.create_engine(URL.create("sqlite", database=str(file)), creator=connect)


def file_of(engine: Engine) -> tuple[int, int] | None:
    """Which file lies where the catalog does, as device and inode; None where there is none, as for PostgreSQL."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    try:
        facts = Path(engine.url.database).stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return revision


def _upgrade(connection: Connection, root: Path) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})"))
    else:
        # Without it sqlite3 commits every CREATE TABLE by itself, and a kill leaves half a schema.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    revision = _revision(connection)
    if revision == tables.REVISION:
        return
    if revision is None:
        _create(connection)
        return
    if revision > tables.REVISION:
        raise ArchiveError(
            f"the catalog has schema {revision}, newer than this Broadsheet; install a newer version"
        )
    file = connection.engine.url.database
    if file and connection.dialect.name == "sqlite":
        copy_before(Path(file), root, tables.REVISION)
    _migrate(connection)


def _create(connection: Connection) -> None:
    """All tables of today, without the way that led to them (a test compares the two)."""
    for statement in _creating(connection.dialect.name):
        connection.exec_driver_sql(statement)
    connection.execute(_VERSION.insert().values(version_num=tables.REVISION))


@cache
def _creating(database: str) -> tuple[str, ...]:
    """In the database's words: to find them takes longer than it takes SQLite to make the tables."""
    said: list[str] = []
    twin: MockConnection = sa.create_mock_engine(
        f"{_DRIVERS[database]}://", lambda what, *_: said.append(str(what.compile(dialect=twin.dialect)))
    )
    # One collection holds both modules' tables.
    working_tables.runs.metadata.create_all(twin, checkfirst=False)
    _VERSION.create(twin, checkfirst=False)
    return tuple(said)


def _migrate(connection: Connection) -> None:
    # Alembic takes a third of a second to import, and is needed where a schema is an earlier one.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


_HOLDS_TEXT = (
    *("articles", "aliases", "urls", "ways", "versions", "links", "assets", "snapshots"),
    *("sketches", "fingerprints", "unsketched", "retries", "rereads", "runs"),
)


def erase_traces(engine: Engine) -> None:
    """Leaves deleted rows in no file of the database."""
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"VACUUM {', '.join(_HOLDS_TEXT)}"))
