"""What is remembered between crawls: runs, due times, retries. Lost with the database, and no harm done."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from archive.database import naming, portions
from archive.document import utc
from archive.memory.putting import put_row
from archive.rows import Due, RunRow
from archive.working_tables import due, retries, runs

FIRST_RETRY = timedelta(hours=1)
LONGEST_RETRY = timedelta(days=3)
_SECOND = timedelta(seconds=1)  # times are kept to it
MOST_TRIES = 12  # about three weeks; by hand a URL is tried at any time
OF_THE_DAEMON = ("daemon", "run", "run-due")  # run: a person told it to
KEPT_RUNS = 1000  # a source


class Runs:
    """The record of crawls, and when each source is due."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def start(self, source: str, by: str, now: datetime, due_at: datetime | None = None) -> int:
        """A new run's id. `by` is crawl, daemon, run or run-due; `due_at` is when it was to start, if it was."""
        row: dict[str, Any] = {"source": source, "by": by, "started_at": utc(now), "state": "running"}
        row |= {"report": "{}", "due_at": utc(due_at) if due_at else None}
        with naming(self._engine), self._engine.begin() as connection:
            run_id = connection.scalar(runs.insert().values(row).returning(runs.c.id))
            _trim(connection, source)
        return int(run_id or 0)

    def finish(self, run_id: int, report: Mapping[str, Any], state: str, now: datetime) -> None:
        row = {"finished_at": utc(now), "state": state, "report": json.dumps(report, ensure_ascii=False)}
        with naming(self._engine), self._engine.begin() as connection:
            connection.execute(runs.update().where(runs.c.id == run_id).values(row))

    def latest(self) -> list[RunRow]:
        """Each source's last run, in source order."""
        newest = sa.select(sa.func.max(runs.c.id)).group_by(runs.c.source)
        return self._rows(sa.select(runs).where(runs.c.id.in_(newest)).order_by(runs.c.source))

    def recent(self, limit: int = 20, source: str | None = None) -> list[RunRow]:
        """The runs of all sources or of one, the newest first."""
        query = sa.select(runs) if source is None else sa.select(runs).where(runs.c.source == source)
        return self._rows(query.order_by(runs.c.id.desc()).limit(limit))

    def abandon(self, now: datetime) -> int:
        """Closes the runs that a killed daemon left open; gives their number."""
        left = sa.and_(runs.c.state == "running", runs.c.by.in_(OF_THE_DAEMON))
        with naming(self._engine), self._engine.begin() as connection:
            done = connection.execute(
                runs.update().where(left).values(state="abandoned", finished_at=utc(now))
            )
            return done.rowcount

    def due(self) -> dict[str, Due]:
        with naming(self._engine), self._engine.connect() as connection:
            rows = connection.execute(sa.select(due)).mappings().all()
        return {row["source"]: Due(datetime.fromisoformat(row["next_at"]), row["failures"]) for row in rows}

    def set_due(self, source: str, next_at: datetime, failures: int) -> None:
        # To the microsecond: an interval may be a second.
        row = {"source": source, "next_at": next_at.isoformat(), "failures": failures}
        with naming(self._engine), self._engine.begin() as connection:
            put_row(connection, due, row)

    def put_off(self, key: str, now: datetime) -> None:
        """The URL failed: each time it rests twice as long."""
        with naming(self._engine), self._engine.begin() as connection:
            tries = connection.scalar(sa.select(retries.c.tries).where(retries.c.url_key == key))
            rest = min(FIRST_RETRY * 2 ** min(tries or 0, 10), LONGEST_RETRY)
            put_row(
                connection,
                retries,
                {"url_key": key, "tries": (tries or 0) + 1, "next_try_at": utc(now + rest)},
            )

    def postpone(self, key: str, until: datetime) -> None:
        """The URL was not tried, and is not to be before then."""
        with naming(self._engine), self._engine.begin() as connection:
            tries = connection.scalar(sa.select(retries.c.tries).where(retries.c.url_key == key))
            put_row(connection, retries, {"url_key": key, "tries": tries or 0, "next_try_at": utc(until)})

    def resting(self, keys: Iterable[str], now: datetime) -> set[str]:
        """Those of the URL keys whose rest is not over, or that were tried often enough.

        A rest longer than any was set by another clock, and does not hold.
        """
        found = set[str]()
        is_ahead = retries.c.next_try_at.between(utc(now + _SECOND), utc(now + LONGEST_RETRY))
        rests = sa.or_(is_ahead, retries.c.tries >= MOST_TRIES)
        with naming(self._engine), self._engine.connect() as connection:
            for some in portions(keys):
                query = sa.select(retries.c.url_key).where(retries.c.url_key.in_(some), rests)
                found |= set(connection.scalars(query))
        return found

    def _rows(self, query: sa.Select[Any]) -> list[RunRow]:
        with naming(self._engine), self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [RunRow(**dict(row) | {"report": json.loads(row["report"])}) for row in rows]


def _trim(connection: sa.Connection, source: str) -> None:
    oldest = (
        sa.select(runs.c.id)
        .where(runs.c.source == source)
        .order_by(runs.c.id.desc())
        .offset(KEPT_RUNS)
        .limit(1)
    )
    last = connection.scalar(oldest)
    if last is not None:
        connection.execute(runs.delete().where(runs.c.source == source, runs.c.id <= last))
