"""Single facts that outlive the daemon, by name. Lost with the database, and no harm done."""

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from archive.database import naming
from archive.memory.putting import put_row
from archive.working_tables import marks


class Marks:
    """One text a name. Raises ArchiveError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, name: str) -> str | None:
        """What was put there last; None where nothing was."""
        with naming(self._engine), self._engine.connect() as connection:
            value = connection.scalar(sa.select(marks.c.value).where(marks.c.name == name))
        return None if value is None else str(value)

    def put(self, name: str, value: str) -> None:
        """Takes the place of what was there; durable when this returns, but for a power cut."""
        with naming(self._engine), self._engine.begin() as connection:
            put_row(connection, marks, {"name": name, "value": value})
