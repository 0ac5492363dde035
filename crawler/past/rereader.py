"""Rereader: which archived articles a crawl reads again, and what is noted of each."""

from datetime import datetime, timedelta

from archive import Archive, Article, RereadRow, Text, classify, url_key
from crawler.landing import Landing, Target, Unchanged
from crawler.past import rereading
from crawler.past.received import as_received
from crawler.past.rereading import Validators
from crawler.reading import Refusal, read
from crawler.source import Source

_ARCHIVED = ("new", "preferred", "replaced")  # verdicts that give the archive an article to read again
_ON_RECORD = ("gone", "walled", "not_an_article", "excluded")  # what a publisher did; the others pass


class Rereader:
    """Of one source. `bound`: how old an article is when it is read for the last time; nothing: never again."""

    def __init__(self, archive: Archive, source: Source, bound: timedelta, *, plain: bool) -> None:
        self._archive = archive
        self._source = source
        self._bound = bound
        self._plain = plain

    def due(self, now: datetime, limit: int) -> list[Target]:
        """The articles whose time has come, the longest overdue first."""
        if not self._bound or limit <= 0:
            return []
        rows = self._archive.rereads.due(self._source.name, now, limit)
        return [Target(row.url, reread=row) for row in rows]

    def schedule(self, article: Article, verdict: str, validators: Validators, now: datetime) -> None:
        """An article is archived: its page will be read again."""
        key = url_key(article.url)
        since = self._archive.rereads.since(key) if self._bound and verdict in _ARCHIVED else None
        if since is None or article.read_from != "page":
            return
        row = RereadRow(
            url_key=key,
            url=article.url,
            source=self._source.name,
            since=since,
            next_at=now,
            step=0,
            unchanged=0,
            etag=validators.etag,
            last_modified=validators.last_modified,
        )
        self._put(key, rereading.first(row, now, self._bound))

    def is_unchanged(self, landing: Landing) -> bool:
        """Was the article read again and found as it is?"""
        result = landing.result
        if landing.reread is None or not isinstance(result, Article):
            return False
        if url_key(result.url) != landing.reread.url_key:
            return False
        return not self._archive.history.would_revise(result) or self._is_read_otherwise(result)

    def _is_read_otherwise(self, result: Article) -> bool:
        """Is it our reader or the recipe that changed, and not the page? Read today, the page of then says the same."""
        held = self._archive.article(result.url)
        if held is None or held.snapshot is None or held.reader == result.reader:
            return False
        stored = self._archive.snapshots.get(held.snapshot)
        before = read(as_received(stored), self._source, plain=self._plain) if stored else None
        if not isinstance(before, Article):
            return False
        return classify(Text(before.title, before.body), Text(result.title, result.body)).is_cosmetic

    def settle(self, done: Landing | Unchanged, now: datetime, *, changed: bool = False) -> None:
        """The article was read again: when next, and what its page is by now."""
        row = done.reread
        if row is None:
            return
        refusal = done.result if isinstance(done, Landing) and isinstance(done.result, Refusal) else None
        if refusal is not None and refusal.state not in _ON_RECORD:
            self._put(row.url_key, rereading.missed(row, now, self._bound))
            return
        if refusal is None:
            self._archive.history.note(row.url, "archived", "", now)
        else:
            self._archive.history.note(row.url, refusal.state, refusal.reason, now)
        self._put(row.url_key, rereading.after(row, now, self._bound, done.validators, changed=changed))

    def _put(self, key: str, row: RereadRow | None) -> None:
        if row is None:
            self._archive.rereads.drop(key)
        else:
            self._archive.rereads.put(row)
