"""What is normal for each source, as health has learned it: lost with the database, and learned anew."""

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from archive.database import naming
from archive.memory.putting import put_row
from archive.working_tables import norms


class Norms:
    """One text a source; what it says is its writer's. Raises ArchiveError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, source: str) -> str | None:
        """What `put` was given last."""
        with naming(self._engine), self._engine.connect() as connection:
            text: str | None = connection.scalar(sa.select(norms.c.learned).where(norms.c.source == source))
        return text

    def put(self, source: str, learned: str) -> None:
        """Takes the place of what was learned before."""
        with naming(self._engine), self._engine.begin() as connection:
            put_row(connection, norms, {"source": source, "learned": learned})
