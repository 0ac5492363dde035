"""A stored page through today's reader: pure but for the snapshots it is read from. Runs in processes of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from archive import Archive, Article, SnapshotRow, Stored, StoredPage, url_key
from crawler.landing import Target, further_page, land, timed
from crawler.past.received import as_received
from crawler.reading import Refusal, reader_version
from crawler.site_config import with_rules
from crawler.source import Source, source_for

# A snapshot of an article that names none is its page's, where they were received together.
_TOGETHER = timedelta(minutes=10)
_SAME_READING = timedelta(hours=1)  # pages of one article


@dataclass(frozen=True, slots=True)
class Reread:
    """What a stored page reads as today; without a result, `reason` says why it can't be read."""

    result: Article | Refusal | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How stored pages are read today."""

    sources: Mapping[str, Source]
    rules: Path | None = None
    plain: bool = False

    def source_of(self, page: StoredPage) -> Source:
        return with_rules(source_for(page.url, self.sources), page.url, self.rules)

    def is_up_to_date(self, page: StoredPage) -> bool:
        """Was it read by today's reader and today's recipe?"""
        return page.reader == reader_version(self.source_of(page), plain=self.plain)


class StoredReader:
    """Reads stored pages. Each process that it is sent to opens the archive for itself, to look only."""

    def __init__(self, root: Path, database_url: str | None, manner: Manner) -> None:
        self._place = (root, database_url)
        self._manner = manner
        self._archive: Archive | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_archive": None}

    def __call__(self, page: StoredPage) -> Reread:
        source = self._manner.source_of(page)
        first = self._first(page)
        if first is None:
            return Reread(None, "its page is not stored")
        pages = [as_received(first)]
        while (address := further_page(pages, source)) is not None:
            further = self._further(page, address, first.at)
            if further is None:
                return Reread(None, f"its page {len(pages) + 1} is not stored")
            pages.append(as_received(further))
        result = land(Target(page.url), pages, source, plain=self._manner.plain).result
        if not isinstance(result, Article):
            return Reread(result)
        url = page.url if page.is_held else result.url
        result = replace(result, url=url, snapshot=first.record_id)
        return Reread(_with_what_was_told(result, page, source))

    def _first(self, page: StoredPage) -> Stored | None:
        """The response that the article was read from; of a URL that was refused, the last one."""
        snapshots = self._open().snapshots
        if page.snapshot is not None:
            return snapshots.get(page.snapshot)
        rows = [row for row in snapshots.rows(page.url) if 200 <= row.status < 300]
        if page.fetched_at is not None:
            row = _nearest(rows, page.fetched_at, _TOGETHER)
        else:
            row = rows[0] if rows else None
        return snapshots.get(row.record_id) if row else None

    def _further(self, page: StoredPage, address: str, at: datetime) -> Stored | None:
        snapshots, key = self._open().snapshots, url_key(address)
        rows = [row for row in snapshots.rows(page.url) if url_key(row.url) == key]
        row = _nearest(rows, at, _SAME_READING)
        return snapshots.get(row.record_id) if row else None

    def _open(self) -> Archive:
        if self._archive is None:
            self._archive = Archive.read(*self._place)
        return self._archive


def _nearest(rows: Sequence[SnapshotRow], at: datetime, within: timedelta) -> SnapshotRow | None:
    """The response that was received nearest to a moment, and not too far from it."""
    apart = {row.record_id: abs(datetime.fromisoformat(row.at) - at) for row in rows}
    row = min(rows, key=lambda one: apart[one.record_id], default=None)
    return row if row is not None and apart[row.record_id] <= within else None


def _with_what_was_told(article: Article, page: StoredPage, source: Source) -> Article:
    """The article with what its feed told when it was found, which its page does not say."""
    if source.has_recipe and not article.authors:
        article = replace(article, authors=page.authors)
    return replace(article, published_at=timed(article.published_at, page.published_at, source))
