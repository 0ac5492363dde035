"""What is remembered of each discovery URL. Lost with the database, and no harm done but one full answer more."""

import json
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from archive.database import naming
from archive.memory.putting import put_row
from archive.rows import PollRow
from archive.working_tables import polls

_LISTS = ("items", "answers")


class Polls:
    """One row for each URL that a source's discovery asks for. Raises ArchiveError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, source: str, address: str) -> PollRow | None:
        query = sa.select(polls).where(polls.c.source == source, polls.c.address == address)
        with naming(self._engine), self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return _row(row) if row else None

    def of(self, source: str) -> list[PollRow]:
        """A source's rows, by address."""
        query = sa.select(polls).where(polls.c.source == source).order_by(polls.c.address)
        with naming(self._engine), self._engine.connect() as connection:
            return [_row(row) for row in connection.execute(query).mappings()]

    def put(self, row: PollRow) -> None:
        """Takes the place of what was remembered."""
        values: dict[str, Any] = asdict(row)
        values |= {name: json.dumps(values[name]) for name in _LISTS} | {"lies": int(row.lies)}
        with naming(self._engine), self._engine.begin() as connection:
            put_row(connection, polls, values)


def _row(row: sa.RowMapping) -> PollRow:
    values = dict(row) | {name: tuple(json.loads(row[name])) for name in _LISTS}
    return PollRow(**values | {"lies": bool(row["lies"])})
