"""What a person asks of the running daemon, and which sources a person stopped. Lost with the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from archive.database import naming
from archive.working_tables import orders, pauses

_KEPT = 500


@dataclass(frozen=True, slots=True)
class Order:
    """`verb`: run, pause, resume or reload. `answer` is what the daemon says once it is done, as JSON."""

    id: int
    verb: str
    source: str
    given_at: datetime
    answer: str | None = None


class Orders:
    """Orders, the oldest first, and pauses. Raises ArchiveError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def give(self, verb: str, sources: Iterable[str], now: datetime) -> list[int]:
        """One order a source; gives their ids. To pause and to resume hold at once, whoever is there to hear of it."""
        rows = [
            {"verb": verb, "source": source, "given_at": now.isoformat()} for source in dict.fromkeys(sources)
        ]
        with naming(self._engine), self._engine.begin() as connection:
            _trim(connection)
            if verb in ("pause", "resume"):
                _set(connection, [row["source"] for row in rows], now if verb == "pause" else None)
            ids = [connection.scalar(orders.insert().values(row).returning(orders.c.id)) or 0 for row in rows]
        return [int(one) for one in ids]

    def open(self) -> list[Order]:
        """Those that nobody has seen to."""
        with naming(self._engine), self._engine.connect() as connection:
            undone = sa.select(orders).where(orders.c.done_at.is_(None)).order_by(orders.c.id)
            return [_order(row) for row in connection.execute(undone).mappings()]

    def get(self, order_id: int) -> Order | None:
        with naming(self._engine), self._engine.connect() as connection:
            row = connection.execute(sa.select(orders).where(orders.c.id == order_id)).mappings().first()
        return None if row is None else _order(row)

    def done(self, ids: Iterable[int], answer: str, now: datetime) -> None:
        """They were seen to, and this is said to who gave them."""
        row = {"done_at": now.isoformat(), "answer": answer}
        with naming(self._engine), self._engine.begin() as connection:
            connection.execute(orders.update().where(orders.c.id.in_(list(ids))).values(row))

    def withdraw(self, ids: Iterable[int]) -> None:
        """Nobody waits for them any more; what is under way goes on."""
        with naming(self._engine), self._engine.begin() as connection:
            undone = orders.c.done_at.is_(None)
            connection.execute(orders.delete().where(orders.c.id.in_(list(ids)), undone))

    def paused(self) -> dict[str, datetime]:
        """Sources that a person stopped, and since when."""
        with naming(self._engine), self._engine.connect() as connection:
            rows = connection.execute(sa.select(pauses).order_by(pauses.c.source)).mappings().all()
        return {row["source"]: datetime.fromisoformat(row["since"]) for row in rows}


def _order(row: sa.RowMapping) -> Order:
    facts: dict[str, Any] = {name: row[name] for name in ("id", "verb", "source", "answer")}
    return Order(**facts | {"given_at": datetime.fromisoformat(row["given_at"])})


def _set(connection: Connection, sources: list[str], since: datetime | None) -> None:
    held = set(connection.scalars(sa.select(pauses.c.source).where(pauses.c.source.in_(sources))))
    if since is None:
        connection.execute(pauses.delete().where(pauses.c.source.in_(sources)))
        return
    for source in sources:
        if source not in held:  # who was stopped before was stopped then
            connection.execute(pauses.insert().values(source=source, since=since.isoformat()))


def _trim(connection: Connection) -> None:
    newest = sa.select(orders.c.id).order_by(orders.c.id.desc()).offset(_KEPT).limit(1)
    last = connection.scalar(newest)
    if last is not None:
        connection.execute(orders.delete().where(orders.c.id <= last))
