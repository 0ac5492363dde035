"""The catalog: what the archive tables say. They change by ledger lines only (`apply`)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from archive import tables
from archive.database import naming, portions
from archive.dedup import Known
from archive.files import path_key
from archive.rows import ArticleRow, UrlRow, article_row
from archive.tables import aliases, articles, urls, ways
from archive.urls.found import LATEST_CHANGE, still_wanted
from archive.writing.ledger import Line, Position
from archive.writing.together import take_effects

# Made once: to build it takes longer than to answer it.
_LYING = sa.union_all(
    sa.select(articles.c.path_key).where(articles.c.path_key == sa.bindparam("path")),
    sa.select(aliases.c.key).where(aliases.c.kind == "path", aliases.c.key == sa.bindparam("path")),
)


class Catalog:
    """Queries, each its own transaction, and `apply`. Raises ArchiveError where the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # --- what changes ---

    def apply(self, lines: Sequence[Line], archive_id: str | None = None) -> None:
        """The lines' effects and the position after them, all in one transaction."""
        if not lines:
            return
        with naming(self._engine), self._engine.begin() as connection:
            take_effects(connection, [line.event for line in lines])
            _set_position(connection, lines[-1].end, archive_id or str(lines[0].event["id"]))

    def clear(self) -> None:
        """Empties the archive tables and what is derived of them; the operational ones stay."""
        with naming(self._engine), self._engine.begin() as connection:
            for table in (*tables.ARCHIVE_TABLES, *tables.DERIVED_TABLES):
                connection.execute(table.delete())

    def set_position(self, position: Position, archive_id: str) -> None:
        with naming(self._engine), self._engine.begin() as connection:
            _set_position(connection, position, archive_id)

    # --- what is asked ---

    def position(self) -> tuple[Position, str | None]:
        """The last ledger line these tables hold, and the archive's id."""
        row = self._first(sa.select(tables.position))
        if row is None:
            return Position(), None
        return Position(row["day"], row["offset"], row["digest"], row["event_id"]), row["archive_id"]

    def known(self, key: str) -> Known | None:
        """The article that has this URL key, itself or as an alias."""
        row = self._first(sa.select(articles).where(articles.c.url_key == key))
        if row is None:
            row = self._first(
                sa.select(articles)
                .join(aliases, aliases.c.url_key == articles.c.url_key)
                .where(aliases.c.kind == "url", aliases.c.key == key)
            )
        return None if row is None else _known(row)

    def same_text(self, key: str | None, but_not: str | None) -> Known | None:
        """An article with this text key, other than the one with the URL key `but_not`."""
        if key is None:
            return None
        query = sa.select(articles).where(articles.c.text_key == key)
        if but_not is not None:
            query = query.where(articles.c.url_key != but_not)
        row = self._first(query.order_by(articles.c.removed, articles.c.url).limit(1))
        return None if row is None else _known(row)

    def texts(self, keys: Iterable[str]) -> set[str]:
        """Those of the text keys that an article has, the removed too."""
        found = set[str]()
        for some in portions(keys):
            query = sa.select(articles.c.text_key).where(articles.c.text_key.in_(some))
            found |= {row["text_key"] for row in self._all(query)}
        return found

    def is_path_taken(self, key: str) -> bool:
        return self._first(_LYING, {"path": key}) is not None

    def article(self, key: str) -> ArticleRow | None:
        """The article with this URL key or an alias of it, unless it was removed."""
        known = self.known(key)
        if known is None or known.removed:
            return None
        return self._article(articles.c.url_key == known.url_key)

    def article_at(self, path: str) -> ArticleRow | None:
        """The article that lies, or lay, at this path."""
        row = self._article(articles.c.path_key == path_key(path))
        if row is not None:
            return row
        alias = sa.select(aliases.c.url_key).where(aliases.c.kind == "path", aliases.c.key == path_key(path))
        return self._article(articles.c.url_key == alias.scalar_subquery())

    def articles(self, source: str | None, limit: int | None) -> list[ArticleRow]:
        """Newest first."""
        query = sa.select(articles).where(articles.c.removed == 0)
        if source is not None:
            query = query.where(articles.c.source == source)
        rows = self._all(query.order_by(articles.c.shown_at.desc(), articles.c.url_key).limit(limit))
        return [article_row(row) for row in rows]

    def holdings(self) -> list[Known]:
        """Every article, the removed too, in URL order."""
        return [_known(row) for row in self._all(sa.select(articles).order_by(articles.c.url_key))]

    def spellings(self, key: str) -> list[str]:
        """The alias URLs of the article with this URL key, in order."""
        query = sa.select(aliases.c.spelling).where(aliases.c.kind == "url", aliases.c.url_key == key)
        return [row["spelling"] for row in self._all(query.order_by(aliases.c.key))]

    def paths(self, key: str) -> list[str]:
        """Where the article's earlier files lay."""
        query = sa.select(aliases.c.spelling).where(aliases.c.kind == "path", aliases.c.url_key == key)
        return [row["spelling"] for row in self._all(query.order_by(aliases.c.key))]

    def url(self, key: str) -> sa.RowMapping | None:
        return self._first(sa.select(urls).where(urls.c.url_key == key))

    def states(self, keys: Iterable[str]) -> dict[str, tuple[str, str | None]]:
        """URL key → (state, where its article was read from), for those the archive knows."""
        found = dict[str, tuple[str, str | None]]()
        for some in portions(keys):
            query = sa.select(urls.c.url_key, urls.c.state, articles.c.read_from).join(
                articles, articles.c.url_key == urls.c.url_key, isouter=True
            )
            for row in self._all(query.where(urls.c.url_key.in_(some))):
                found[row["url_key"]] = (row["state"], row["read_from"])
        return found

    def homes(self, keys: Iterable[str]) -> dict[str, str]:
        """URL key → the URL of the article that has it, itself or as an alias; the removed too."""
        found = dict[str, str]()
        own = sa.select(articles.c.url_key.label("key"), articles.c.url)
        other = sa.select(aliases.c.key, articles.c.url).where(
            aliases.c.kind == "url", aliases.c.url_key == articles.c.url_key
        )
        for some in portions(keys):
            for row in self._all(other.where(aliases.c.key.in_(some))):
                found[row["key"]] = row["url"]
            for row in self._all(own.where(articles.c.url_key.in_(some))):
                found[row["key"]] = row["url"]
        return found

    def ways(self, keys: Iterable[str]) -> set[tuple[str, str]]:
        """The (URL key, way) pairs the archive knows of these URLs."""
        found = set[tuple[str, str]]()
        for some in portions(keys):
            query = sa.select(ways).where(ways.c.url_key.in_(some))
            found |= {(row["url_key"], row["way"]) for row in self._all(query)}
        return found

    def urls(self, keys: Sequence[str]) -> dict[str, UrlRow]:
        """The URLs the archive knows, by key."""
        found: dict[str, UrlRow] = {}
        for some in portions(keys):
            query = sa.select(urls).where(urls.c.url_key.in_(some))
            found |= {row["url_key"]: _url(row) for row in self._all(query)}
        return found

    def unsettled(self, source: str, limit: int) -> list[UrlRow]:
        """A source's URLs that are still wanted, the latest change first."""
        query = sa.select(urls).join(articles, articles.c.url_key == urls.c.url_key, isouter=True)
        rows = self._all(query.where(*still_wanted(source)).order_by(*LATEST_CHANGE).limit(limit))
        return [_url(row) for row in rows]

    def counts(self) -> dict[str, dict[str, int]]:
        """Source → state → number of URLs."""
        query = sa.select(urls.c.source, urls.c.state, sa.func.count().label("number"))
        found: dict[str, dict[str, int]] = {}
        for row in self._all(
            query.group_by(urls.c.source, urls.c.state).order_by(urls.c.source, urls.c.state)
        ):
            found.setdefault(row["source"], {})[row["state"]] = row["number"]
        return found

    # --- shell ---

    def _article(self, condition: sa.ColumnElement[bool]) -> ArticleRow | None:
        row = self._first(sa.select(articles).where(condition, articles.c.removed == 0))
        return None if row is None else article_row(row)

    def _first(
        self, query: sa.Select[Any] | sa.CompoundSelect[Any], values: Mapping[str, str] | None = None
    ) -> sa.RowMapping | None:
        with naming(self._engine), self._engine.connect() as connection:
            return connection.execute(query, values).mappings().first()

    def _all(self, query: sa.Select[Any]) -> Sequence[sa.RowMapping]:
        with naming(self._engine), self._engine.connect() as connection:
            return connection.execute(query).mappings().all()


def _url(row: sa.RowMapping) -> UrlRow:
    return UrlRow(**{name: row[name] for name in UrlRow.__slots__})


def _known(row: sa.RowMapping) -> Known:
    stated = row["published_at"]
    return Known(
        url=row["url"],
        url_key=row["url_key"],
        text_key=row["text_key"],
        published_at=datetime.fromisoformat(stated) if stated else None,
        read_from=row["read_from"],
        path=row["path"],
        sha256=row["sha256"],
        removed=bool(row["removed"]),
        touched=bool(row["by_hand"]),
    )


def _set_position(connection: Connection, position: Position, archive_id: str) -> None:
    row = {
        "day": position.day,
        "offset": position.offset,
        "digest": position.digest,
        "event_id": position.event_id,
    }
    if connection.execute(tables.position.update().values(row)).rowcount == 0:
        connection.execute(tables.position.insert().values(row | {"archive_id": archive_id}))
