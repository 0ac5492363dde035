"""What is wrong with a source, from the first sign to the all-clear. Lost with the database, and no harm done: what holds on is raised anew."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from archive.database import naming
from archive.document import utc
from archive.rows import AlarmRow
from archive.working_tables import alarms

KEPT_ALARMS = 500  # a source, those that are over
_MOMENTS = ("since", "raised_at", "told_at", "cleared_at", "clear_told_at")


class Alarms:
    """The alarms of all sources; those of the source "" are of the archive or the machine. Raises ArchiveError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, source: str | None = None) -> list[AlarmRow]:
        """Those that are not over, the oldest first."""
        query = sa.select(alarms).where(alarms.c.cleared_at.is_(None), *_of(source))
        return self._rows(query.order_by(alarms.c.id))

    def recent(self, source: str | None = None, limit: int = 20) -> list[AlarmRow]:
        """The last ones, open or over, the newest first."""
        return self._rows(sa.select(alarms).where(*_of(source)).order_by(alarms.c.id.desc()).limit(limit))

    def raise_(
        self, source: str, kind: str, subject: str, cause: str, since: datetime, now: datetime
    ) -> AlarmRow:
        """The alarm. Where the same is open, that one stays, and says the newest cause."""
        same = _same(source, kind, subject)
        with naming(self._engine), self._engine.begin() as connection:
            number = connection.scalar(sa.select(alarms.c.id).where(*same))
            if number is not None:
                connection.execute(alarms.update().where(alarms.c.id == number).values(cause=cause))
            else:
                row: dict[str, Any] = {"source": source, "kind": kind, "subject": subject, "cause": cause}
                row |= {"since": utc(since), "raised_at": utc(now)}
                number = connection.scalar(alarms.insert().values(row).returning(alarms.c.id))
                _trim(connection, source)
            found = connection.execute(sa.select(alarms).where(alarms.c.id == number)).mappings().one()
        return _row(found)

    def clear(self, source: str, kind: str, subject: str, now: datetime) -> bool:
        """The fault is over; False where no such alarm is open."""
        with naming(self._engine), self._engine.begin() as connection:
            own = alarms.update().where(*_same(source, kind, subject))
            return connection.execute(own.values(cleared_at=utc(now))).rowcount > 0

    def untold(self) -> tuple[list[AlarmRow], list[AlarmRow]]:
        """Of what nobody has been told: alarms that are open, and all-clears of those that were told. The oldest first.

        One that was over before anybody was told of it is told to nobody.
        """
        raised = sa.and_(alarms.c.told_at.is_(None), alarms.c.cleared_at.is_(None))
        cleared = sa.and_(
            alarms.c.told_at.is_not(None), alarms.c.cleared_at.is_not(None), alarms.c.clear_told_at.is_(None)
        )
        rows = self._rows(sa.select(alarms).where(sa.or_(raised, cleared)).order_by(alarms.c.id))
        return [row for row in rows if row.is_open], [row for row in rows if not row.is_open]

    def told(self, ids: Iterable[int], now: datetime) -> None:
        """Somebody has been told of these."""
        self._mark(ids, {"told_at": utc(now)})

    def clear_told(self, ids: Iterable[int], now: datetime) -> None:
        """Somebody has been told that these are over."""
        self._mark(ids, {"clear_told_at": utc(now)})

    def _mark(self, ids: Iterable[int], values: dict[str, Any]) -> None:
        with naming(self._engine), self._engine.begin() as connection:
            connection.execute(alarms.update().where(alarms.c.id.in_(list(ids))).values(values))

    def _rows(self, query: sa.Select[Any]) -> list[AlarmRow]:
        with naming(self._engine), self._engine.connect() as connection:
            return [_row(row) for row in connection.execute(query).mappings()]


def _of(source: str | None) -> list[sa.ColumnElement[bool]]:
    return [] if source is None else [alarms.c.source == source]


def _same(source: str, kind: str, subject: str) -> list[sa.ColumnElement[bool]]:
    same = [alarms.c.source == source, alarms.c.kind == kind, alarms.c.subject == subject]
    return [*same, alarms.c.cleared_at.is_(None)]


def _row(row: sa.RowMapping) -> AlarmRow:
    moments = {name: datetime.fromisoformat(row[name]) if row[name] else None for name in _MOMENTS}
    return AlarmRow(**{**row, **moments})


def _trim(connection: sa.Connection, source: str) -> None:
    over = alarms.c.source == source, alarms.c.cleared_at.is_not(None)
    oldest = sa.select(alarms.c.id).where(*over).order_by(alarms.c.id.desc()).offset(KEPT_ALARMS).limit(1)
    last = connection.scalar(oldest)
    if last is not None:
        connection.execute(alarms.delete().where(*over, alarms.c.id <= last))
