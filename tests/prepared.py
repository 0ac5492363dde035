"""Archives that are made once and copied for each test: to live through much takes half a second each time."""

import shutil
from pathlib import Path

import sqlalchemy as sa

from archive.database import writable
from archive.tables import metadata

CATALOG = "catalog.sqlite3"


def copied(made: Path, root: Path, database_url: str | None) -> Path:
    """A copy of an archive with an SQLite catalog; with a URL its rows lie in that database, which held nothing."""
    if database_url is None:
        return shutil.copytree(made, root)
    shutil.copytree(made, root, ignore=shutil.ignore_patterns(f"{CATALOG}*"))
    catalog = sa.create_engine(f"sqlite:///{made / CATALOG}")
    copy_rows(catalog, server := writable(root, database_url))
    for engine in (catalog, server):
        engine.dispose()
    return root


def copy_rows(here: sa.Engine, there: sa.Engine) -> None:
    """All rows, into tables that are empty; what is numbered goes on from the last."""
    with here.connect() as source, there.begin() as target:
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in source.execute(sa.select(table)).mappings()]
            if not rows:
                continue
            target.execute(table.insert(), rows)
            numbered = table.autoincrement_column
            if numbered is not None and there.dialect.name == "postgresql":
                sequence = sa.func.pg_get_serial_sequence(table.name, numbered.name)
                target.execute(sa.select(sa.func.setval(sequence, max(row[numbered.name] for row in rows))))
