"""When articles are read again, and what is known of their pages. Lost with the database, and no harm done."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from archive.database import naming
from archive.document import utc
from archive.memory.putting import put_row
from archive.rows import RereadRow
from archive.tables import articles, urls
from archive.working_tables import rereads

_STATED = ("stated", "feed")  # of `time_from`; another time may be days off


class Rereads:
    """One row for each article that is to be read again. Raises ArchiveError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due(self, source: str, now: datetime, limit: int) -> list[RereadRow]:
        """A source's articles whose time has come, the longest overdue first."""
        query = _query().where(rereads.c.source == source, rereads.c.next_at <= utc(now))
        with naming(self._engine), self._engine.connect() as connection:
            rows = connection.execute(query.order_by(rereads.c.next_at, rereads.c.url_key).limit(limit))
            return [_row(row) for row in rows.mappings()]

    def get(self, key: str) -> RereadRow | None:
        with naming(self._engine), self._engine.connect() as connection:
            row = connection.execute(_query().where(rereads.c.url_key == key)).mappings().first()
        return None if row is None else _row(row)

    def since(self, key: str) -> datetime | None:
        """When the article was published, or first seen; None where there is none."""
        query = sa.select(
            articles.c.time_from, articles.c.shown_at, urls.c.discovered_at, articles.c.fetched_at
        )
        query = query.join(urls, urls.c.url_key == articles.c.url_key, isouter=True)
        with naming(self._engine), self._engine.connect() as connection:
            row = connection.execute(query.where(articles.c.url_key == key)).mappings().first()
        return None if row is None else _since(row)

    def put(self, row: RereadRow) -> None:
        """Takes the place of what was noted."""
        values: dict[str, Any] = {
            name: getattr(row, name) for name in ("url_key", "source", "step", "unchanged")
        }
        values |= {"etag": row.etag, "last_modified": row.last_modified, "next_at": utc(row.next_at)}
        with naming(self._engine), self._engine.begin() as connection:
            put_row(connection, rereads, values)

    def drop(self, key: str) -> None:
        """The article is not read again."""
        with naming(self._engine), self._engine.begin() as connection:
            connection.execute(rereads.delete().where(rereads.c.url_key == key))


def _query() -> sa.Select[Any]:
    """With the article's own facts; one that was removed is not read again."""
    facts = (articles.c.url, articles.c.time_from, articles.c.shown_at, articles.c.fetched_at)
    query = sa.select(rereads, *facts, urls.c.discovered_at)
    query = query.join(articles, articles.c.url_key == rereads.c.url_key)
    return query.join(urls, urls.c.url_key == articles.c.url_key, isouter=True).where(articles.c.removed == 0)


def _row(row: sa.RowMapping) -> RereadRow:
    same = ("url_key", "url", "source", "step", "unchanged", "etag", "last_modified")
    values = {name: row[name] for name in same}
    return RereadRow(**values, since=_since(row), next_at=datetime.fromisoformat(row["next_at"]))


def _since(row: sa.RowMapping) -> datetime:
    seen = datetime.fromisoformat(row["discovered_at"] or row["fetched_at"])
    stated = datetime.fromisoformat(row["shown_at"]) if row["time_from"] in _STATED else seen
    # A page that is dated ahead is new now.
    return min(stated.replace(tzinfo=stated.tzinfo or seen.tzinfo), seen)
