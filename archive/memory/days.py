"""What came in lately, and when each source last went well. Only looks."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from archive.database import naming
from archive.document import utc
from archive.tables import urls
from archive.working_tables import runs


class Days:
    """Counts by source. Raises ArchiveError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def changes(self, since: datetime) -> dict[str, dict[str, int]]:
        """Source → state → number of URLs that came to that state since then."""
        return self._counted(urls.c.source, urls.c.state, urls.c.changed_at >= utc(since))

    def runs(self, since: datetime) -> dict[str, dict[str, int]]:
        """Source → state → number of runs that were over since then."""
        return self._counted(runs.c.source, runs.c.state, runs.c.finished_at >= utc(since))

    def last_success(self) -> dict[str, datetime]:
        """Source → when its last run that went well was over."""
        query = (
            sa.select(runs.c.source, sa.func.max(runs.c.finished_at))
            .where(runs.c.state == "ok")
            .group_by(runs.c.source)
        )
        with naming(self._engine), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return {source: datetime.fromisoformat(at) for source, at in rows if at}

    def _counted(
        self, source: sa.Column[str], state: sa.Column[str], which: sa.ColumnElement[bool]
    ) -> dict[str, dict[str, int]]:
        query = sa.select(source, state, sa.func.count()).where(which).group_by(source, state)
        found: dict[str, dict[str, int]] = {}
        with naming(self._engine), self._engine.connect() as connection:
            for of_source, in_state, count in connection.execute(query.order_by(source, state)):
                found.setdefault(of_source, {})[in_state] = count
        return found
