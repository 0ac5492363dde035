"""A row takes the place of the one with its key, in one step: another process may be doing the same."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def put_row(
    connection: sa.Connection,
    table: sa.Table,
    row: Mapping[str, Any],
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Inserts the row; where its key is there, the row there gets the `changes`, else all that this one says."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    keys = {column.name for column in table.primary_key}
    other = {name: value for name, value in row.items() if name not in keys}
    statement = insert(table).values(dict(row))
    connection.execute(
        statement.on_conflict_do_update(index_elements=table.primary_key, set_=changes or other)
    )
