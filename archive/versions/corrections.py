"""Corrections: what today's reader makes of a stored page takes the place of what an earlier one made of it.

The file's name, the article's URL and when it was first seen stay, and it is no revision of its publisher's.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from archive.article import Article
from archive.database import naming
from archive.document import Shown, show
from archive.errors import DocumentError
from archive.files import sha256
from archive.markdown import Document, parse, render
from archive.tables import articles, urls
from archive.urls.keys import url_key
from archive.versions.corrected import LISTS, corrected, read_again
from archive.writing import events
from archive.writing.ledger import Event
from archive.writing.store import Store

_ROWS_AT_ONCE = 500
_READ_AGAIN = ("blocked", "walled", "gone", "not_an_article", "failed")
_MOST_LOST = 0.5  # of a text's length: who reads so much less reads worse, rather than better
# What is told of a change, in the order of a table.
_TOLD = ("published_at", "modified_at", *LISTS, "language", "summary", "image", "licence", "publisher")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """A URL whose pages may be stored: of an article that is held, or one that was refused."""

    url: str
    source: str
    is_held: bool
    fetched_at: datetime | None = None  # the next of an article alone
    snapshot: str | None = None
    reader: str | None = None
    read_from: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, as an earlier reader read it and as today's does."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What came of an article that was read again.

    `state`: corrected, same, by hand (a person edited its file), shorter (most of the text would be lost) or missing.
    """

    url: str
    state: str
    path: str | None = None
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class _Draft:
    """A correction before it is made."""

    correction: Correction
    article: Article | None = None
    event: Event | None = None
    content: bytes = b""


class Corrections:
    """Compares and corrects articles that are held. Raises ArchiveError."""

    def __init__(self, store: Store, engine: Engine, front_matter: tuple[str, ...]) -> None:
        self._store = store
        self._engine = engine
        self._front_matter = front_matter

    # --- what there is to read again ---

    def pages(self, source: str | None, since: datetime | None) -> Iterator[StoredPage]:
        """Every article that was read off a page, and every URL that was refused, fetched `since` then."""
        held = articles.c.removed == 0, articles.c.read_from == "page"
        for row in self._rows(sa.select(articles).where(*held), articles, source, (since, "fetched_at")):
            yield _held(row)
        refused = sa.select(urls).where(urls.c.state.in_(_READ_AGAIN))
        for row in self._rows(refused, urls, source, (since, "changed_at")):
            yield StoredPage(url=row["url"], source=row["source"], is_held=False)

    def count(self, source: str | None) -> int:
        """How many pages there are at most, whenever they were fetched."""
        total = 0
        with naming(self._engine), self._engine.connect() as connection:
            for table, condition in (
                (articles, articles.c.removed == 0),
                (urls, urls.c.state.in_(_READ_AGAIN)),
            ):
                query = sa.select(sa.func.count()).select_from(table).where(condition)
                query = query.where(table.c.source == source) if source else query
                total += connection.scalar(query) or 0
        return total

    # --- what changes ---

    def compare(self, found: Sequence[Article]) -> list[Correction]:
        """What `correct` would do; nothing is written."""
        return [self._draft(article).correction for article in found]

    def correct(self, found: Sequence[Article], now: datetime, *, force: bool = False) -> list[Correction]:
        """Corrects the articles that are held under these URLs; durable when this returns.

        With `force` a text that loses most of its length is taken, too.
        """
        with self._store.writing():
            drafts = [self._draft(article, force=force) for article in found]
            for draft in drafts:
                if draft.event is not None and draft.article is not None:
                    self._store.keep(draft.event, draft.content, (), now)
                    self._store.neighbours.put(draft.article)
            same = (one for one, draft in zip(found, drafts, strict=True) if draft.correction.state == "same")
            self._store.record([event for one in same if (event := self._read_again(one))], now)
        return [draft.correction for draft in drafts]

    def _draft(self, article: Article, *, force: bool = False) -> _Draft:
        row = self._row(article.url)
        content = self._store.files.read(row["path"]) if row is not None else None
        if row is None or content is None:
            return _Draft(Correction(article.url, "missing"))
        before = _parsed(content) if sha256(content) == row["sha256"] and not row["by_hand"] else None
        if before is None:
            return _Draft(Correction(row["url"], "by hand", row["path"]))
        article, shown = self._shown(article, row, before)
        made = render(shown.document)
        event = events.archived(article, shown, row["path"], made)
        changes = tuple(_changes(row, before, event, shown.document))
        if not changes and made == content:
            return _Draft(Correction(row["url"], "same", row["path"]))
        is_shorter = len(shown.document.body) < _MOST_LOST * len(before.body)
        if is_shorter and not force:
            return _Draft(Correction(row["url"], "shorter", row["path"], changes))
        line = corrected(event, [change.field for change in changes])
        return _Draft(Correction(row["url"], "corrected", row["path"], changes), article, line, made)

    def _shown(self, article: Article, row: sa.RowMapping, before: Document) -> tuple[Article, Shown]:
        """The article under the address and the first sight of the one that is held."""
        seen = self._store.catalog.url(row["url_key"])
        if row["revised_at"]:
            # What a changed page states as its time is at most the time of the change.
            article = replace(article, published_at=_moment(row["published_at"]))
        article = replace(
            article,
            url=row["url"],
            source=row["source"],
            fetched_at=datetime.fromisoformat(row["fetched_at"]).astimezone(UTC),
            identifier=row["identifier"],
            snapshot=row["snapshot"],
            read_from=row["read_from"],
        )
        article = self._store.assets.localised(article, row["url_key"], row["path"])
        shown = show(
            article,
            feed_time=_moment(seen["published_at"]) if seen else None,
            first_seen_at=_moment(seen["discovered_at"]) if seen else None,
            further=self._front_matter,
        )
        if row["revised_at"]:
            shown = replace(shown, document=replace(shown.document, time=before.time))
        return article, shown

    def _read_again(self, article: Article) -> Event | None:
        """Today's reader reads the same: that is noted, so that it need not be tried again."""
        row = self._row(article.url)
        if row is None or row["reader"] == article.reader or article.reader is None:
            return None
        return read_again(row["url"], article.reader)

    # --- shell ---

    def _row(self, url: str) -> sa.RowMapping | None:
        query = sa.select(articles).where(articles.c.url_key == url_key(url), articles.c.removed == 0)
        with naming(self._engine), self._engine.connect() as connection:
            return connection.execute(query).mappings().first()

    def _rows(
        self, query: sa.Select[Any], table: sa.Table, source: str | None, after: tuple[datetime | None, str]
    ) -> Iterator[sa.RowMapping]:
        """The rows by URL key, some at a time: what is corrected meanwhile moves none of them."""
        since, column = after
        query = query.where(table.c.source == source) if source else query
        query, last = query.order_by(table.c.url_key).limit(_ROWS_AT_ONCE), ""
        while True:
            with naming(self._engine), self._engine.connect() as connection:
                rows = connection.execute(query.where(table.c.url_key > last)).mappings().all()
            for row in rows:
                if since is None or datetime.fromisoformat(row[column]) >= since:
                    yield row
            if not rows:
                return
            last = rows[-1]["url_key"]


def _held(row: sa.RowMapping) -> StoredPage:
    return StoredPage(
        url=row["url"],
        source=row["source"],
        is_held=True,
        fetched_at=datetime.fromisoformat(row["fetched_at"]),
        snapshot=row["snapshot"],
        reader=row["reader"],
        read_from=row["read_from"],
        authors=tuple(json.loads(row["authors"])),
        published_at=_moment(row["published_at"]),
    )


def _changes(
    row: sa.RowMapping, before: Document, event: Mapping[str, Any], document: Document
) -> Iterator[FieldChange]:
    for name in ("title", "name", "time", "body"):
        if getattr(before, name) != getattr(document, name):
            yield FieldChange(name, getattr(before, name), getattr(document, name))
    for name in _TOLD:
        is_list = name in LISTS
        was = json.loads(row[name]) if is_list else row[name] or ""
        now = event.get(name, [] if is_list else "")
        if was != now:
            yield FieldChange(name, _text(was), _text(now))


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _parsed(content: bytes) -> Document | None:
    try:
        return parse(content)
    except DocumentError:
        return None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
