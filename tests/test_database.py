"""The catalog's schema, and what can be wrong with a database."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from archive import Archive, ArchiveError
from archive.database import writable
from archive.tables import metadata
from tests.builders import article, drop_tables
from tests.test_upgrade import database_at


@pytest.fixture
def database_url(bare_database_url: str | None) -> str | None:
    """Every schema is made here."""
    return bare_database_url


def test_the_migrations_build_the_tables_the_code_uses(tmp_path: Path, database_url: str | None) -> None:
    engine = database_at("head", tmp_path, database_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_an_empty_database_gets_at_once_what_the_migrations_build(
    tmp_path: Path, database_url: str | None
) -> None:
    migrated = schema(database_at("head", tmp_path / "migrated", database_url))
    drop_tables(tmp_path / "migrated", database_url)
    (tmp_path / "new").mkdir()
    assert schema(writable(tmp_path / "new", database_url)) == migrated


def schema(engine: sa.Engine) -> dict[str, object]:
    """Every table with its columns, keys and indexes; the order of columns, too, but for those a later edition added."""
    look = sa.inspect(engine)
    found = {
        name: (
            sorted(
                f"{c['name']} {c['type']!r} {c['nullable']} {c['default']}" for c in look.get_columns(name)
            ),
            look.get_pk_constraint(name),
            sorted(look.get_indexes(name), key=str),
            sorted(look.get_unique_constraints(name), key=str),
        )
        for name in look.get_table_names()
    }
    with engine.connect() as connection:
        found["version"] = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    engine.dispose()
    return found


def test_opening_again_needs_no_migration(tmp_path: Path, database_url: str | None) -> None:
    writable(tmp_path, database_url).dispose()
    writable(tmp_path, database_url).dispose()


def test_a_newer_schema_is_not_touched(tmp_path: Path, database_url: str | None) -> None:
    engine = writable(tmp_path, database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(ArchiveError, match="newer"):
        Archive.open(tmp_path, database_url)
    with pytest.raises(ArchiveError, match="another schema"):
        Archive.read(tmp_path, database_url)


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite3").write_bytes(b"not a database" * 100)
    for way in (Archive.open, Archive.read):
        with pytest.raises(ArchiveError, match=r"catalog\.sqlite3") as caught:
            way(tmp_path)
        assert "\n" not in str(caught.value)


def test_a_catalog_in_a_folder_that_is_read_only_can_be_read(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        archive.add(article(1))
    tmp_path.chmod(0o555)
    try:
        with Archive.read(tmp_path) as reader:
            assert len(reader.articles()) == 1
    finally:
        tmp_path.chmod(0o755)


def test_a_password_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as caught:
        Archive.open(tmp_path, "postgresql://someone:secret@127.0.0.1:1/none")
    assert "secret" not in str(caught.value)
