"""What hosts and domains asked of us. Lost with the database, and no harm done but one question more."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from archive.database import naming
from archive.document import utc
from archive.memory.putting import put_row
from archive.working_tables import domains, robots


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRow:
    """A host's robots.txt as it was received last, and what came of asking for it since.

    `origin` is scheme and host. `status` is 0 and `fetched_at` None where none was ever received.
    """

    origin: str
    fetched_at: datetime | None = None
    status: int = 0
    body: str = ""
    failures: int = 0  # in a row
    next_try_at: datetime | None = None
    reason: str = ""  # of the last failure


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainRow:
    """A registrable domain: until when it is left alone and why, and what it was asked on `day` (UTC)."""

    domain: str
    rests_until: datetime | None = None
    reason: str = ""
    refusals: int = 0  # in a row
    day: str = ""
    requests: int = 0


class Domains:
    """One row for each domain and each host that was asked. Several processes may write. Raises ArchiveError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, domain: str) -> DomainRow | None:
        row = self._one(sa.select(domains).where(domains.c.domain == domain))
        return DomainRow(**dict(row) | {"rests_until": _moment(row["rests_until"])}) if row else None

    def rest(self, domain: str, until: datetime, reason: str, refusals: int) -> None:
        """The domain is to be left alone; it refused us so many times in a row."""
        values = {"rests_until": utc(until), "reason": reason, "refusals": refusals}
        self._put(domains, {"domain": domain, "day": "", "requests": 0} | values, values)

    def forgive(self, domain: str) -> None:
        """The domain answers again."""
        with naming(self._engine), self._engine.begin() as connection:
            connection.execute(domains.update().where(domains.c.domain == domain).values(refusals=0))

    def count(self, domain: str, day: str, requests: int) -> None:
        """So many requests more on that day; another day's are forgotten."""
        same_day = sa.case((domains.c.day == day, domains.c.requests), else_=0)
        new = {"domain": domain, "reason": "", "refusals": 0, "day": day, "requests": requests}
        self._put(domains, new, {"day": day, "requests": same_day + requests})

    def robots(self, origin: str) -> RobotsRow | None:
        row = self._one(sa.select(robots).where(robots.c.origin == origin))
        times = {name: _moment(row[name]) for name in ("fetched_at", "next_try_at")} if row else {}
        return RobotsRow(**dict(row) | times) if row else None

    def keep_robots(self, row: RobotsRow) -> None:
        """Takes the place of what was kept of the host."""
        times = {
            "fetched_at": utc(row.fetched_at) if row.fetched_at else None,
            "next_try_at": utc(row.next_try_at) if row.next_try_at else None,
        }
        values = asdict(row) | times
        self._put(robots, values, values)

    def _one(self, query: sa.Select[Any]) -> sa.RowMapping | None:
        with naming(self._engine), self._engine.connect() as connection:
            return connection.execute(query).mappings().first()

    def _put(self, table: sa.Table, new: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
        with naming(self._engine), self._engine.begin() as connection:
            put_row(connection, table, new, changes)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
