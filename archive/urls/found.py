"""The URLs of a source: what is still wanted of them, when it is tried next, and by which ways each was found."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from archive.database import naming
from archive.memory.runs import MOST_TRIES
from archive.rows import OpenUrl, SeenUrl
from archive.tables import aliases, articles, urls, ways
from archive.working_tables import retries

_ROWS_AT_ONCE = 5000
_BETWEEN_WAYS = "\x1f"  # in no way's name: a ledger line holds no control characters
LATEST_CHANGE = (urls.c.changed_at.desc(), urls.c.url_key)


class FoundUrls:
    """Queries, each its own transaction. Raises ArchiveError where the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open_urls(self, source: str, limit: int | None) -> list[OpenUrl]:
        """What is still wanted, with when it is tried next; those that are given up last."""
        query = sa.select(urls, retries.c.tries, retries.c.next_try_at).join(
            articles, articles.c.url_key == urls.c.url_key, isouter=True
        )
        query = query.join(retries, retries.c.url_key == urls.c.url_key, isouter=True)
        is_given_up = sa.func.coalesce(retries.c.tries, 0) >= MOST_TRIES
        last = sa.case((is_given_up, 1), else_=0)
        rows = self._stream(query.where(*still_wanted(source)).order_by(last, *LATEST_CHANGE).limit(limit))
        return [_open(row) for row in rows]

    def count_open(self, source: str) -> int:
        """How many URLs of a source are still wanted."""
        joined = urls.join(articles, articles.c.url_key == urls.c.url_key, isouter=True)
        query = sa.select(sa.func.count()).select_from(joined).where(*still_wanted(source))
        return sum(row[0] for row in self._stream(query))

    def seen(self, source: str) -> Iterator[SeenUrl]:
        """Every URL of a source with the ways that named it; streamed, in no order."""
        named = sa.select(sa.func.aggregate_strings(ways.c.way, _BETWEEN_WAYS)).where(
            ways.c.url_key == urls.c.url_key
        )
        article = sa.func.coalesce(aliases.c.url_key, urls.c.url_key)
        is_alias = sa.and_(aliases.c.kind == "url", aliases.c.key == urls.c.url_key)
        found = urls.join(aliases, is_alias, isouter=True)
        found = found.join(articles, articles.c.url_key == article, isouter=True)
        # What the page states, as UTC already; else what the feed or list stated.
        by_page = sa.case((articles.c.published_at.is_not(None), articles.c.shown_at))
        stated_at = sa.func.coalesce(by_page, urls.c.published_at)
        columns = (urls.c.url_key, article, urls.c.state, urls.c.discovered_at, stated_at)
        query = sa.select(*columns, named.scalar_subquery()).select_from(found).where(urls.c.source == source)
        sets = {None: frozenset[str]()}  # few, and shared by all
        for key, of, state, at, stated, joined in self._stream(query):
            if joined not in sets:
                sets[joined] = frozenset(joined.split(_BETWEEN_WAYS))
            yield SeenUrl(key, of, state, at, stated, sets[joined])

    def first_finds(self, source: str) -> dict[str, str]:
        """When each way first named a URL of the source."""
        query = sa.select(ways.c.way, sa.func.min(ways.c.found_at)).group_by(ways.c.way)
        query = query.join(urls, urls.c.url_key == ways.c.url_key).where(urls.c.source == source)
        return {row[0]: row[1] for row in self._stream(query)}

    def _stream(self, query: sa.Select[Any]) -> Iterator[Any]:
        with naming(self._engine), self._engine.connect() as connection:
            yield from connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE})


def still_wanted(source: str) -> tuple[sa.ColumnElement[bool], ...]:
    """A source's URLs with something left to fetch; a feed's text does not settle its page."""
    from_feed = sa.and_(urls.c.state == "archived", articles.c.read_from == "feed")
    return urls.c.source == source, sa.or_(urls.c.state.in_(("discovered", "failed", "blocked")), from_feed)


def _open(row: Any) -> OpenUrl:
    is_of_feed = row.state == "archived"
    tries = row.tries or 0
    given_up = tries >= MOST_TRIES
    return OpenUrl(
        url=row.url,
        state=row.state,
        reason="the text is the feed's, the page is still wanted" if is_of_feed else row.reason,
        discovered_at=row.discovered_at,
        tries=tries,
        next_try_at=None if given_up else row.next_try_at,
        given_up=given_up,
    )
