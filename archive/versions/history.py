"""History: an article's versions, and what became of its page since it was archived."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from archive.article import Article
from archive.errors import ArchiveError
from archive.rows import ArticleRow, VersionRow
from archive.urls.keys import url_key
from archive.versions.revising import Revising
from archive.versions.versions import Versions, page_is
from archive.writing.store import Store, naming_folder

ARTICLE = "archived"  # the state of a page that is an article


class History:
    """Asked for by article. Raises ArchiveError."""

    def __init__(self, root: Path, store: Store, versions: Versions) -> None:
        self._root = root
        self._store = store
        self._revising = Revising(store, versions, ())
        self._versions = versions

    def of(self, row: ArticleRow) -> list[VersionRow]:
        """The texts that are kept besides the one in place, the oldest first."""
        return self._versions.of(url_key(row.url))

    def text(self, version: VersionRow) -> str:
        """A version's file, as it is now."""
        content = self.content(version)
        if content is None:
            raise ArchiveError(f"{version.path} is no longer in {self._root}; take it back from a backup")
        return content

    def content(self, version: VersionRow) -> str | None:
        """The same, or None where there is no such file any more."""
        with naming_folder(self._root):
            content = self._store.files.read(version.path)
        return None if content is None else content.decode("utf-8", "replace")

    def would_revise(self, article: Article) -> bool:
        """Did its publisher change the article since it was archived? Nothing is written."""
        known = self._store.catalog.known(url_key(article.url))
        if known is None or known.removed or known.url_key != url_key(article.url):
            return known is None
        with naming_folder(self._root):
            touched = known.touched or self._store.files.digest(known.path) != known.sha256
            return self._revising.is_news(article, replace(known, touched=touched))

    def page(self, row: ArticleRow) -> str:
        """What the page is since when, where it is no article any more; empty while it is."""
        found = self._store.catalog.url(url_key(row.url))
        return str(found["reason"]) if found is not None and found["state"] == ARTICLE else ""

    def note(self, url: str, state: str, reason: str, now: datetime) -> None:
        """Records that an archived article's page is gone, walled, …, or `archived`: an article again.

        The article stays as it is; what is on record already is not said twice.
        """
        with self._store.writing():
            known = self._store.catalog.known(url_key(url))
            row = self._store.catalog.url(known.url_key) if known is not None else None
            if row is None or known is None or row["state"] != ARTICLE:
                return
            before = str(row["reason"])
            is_news = bool(before) if state == ARTICLE else not before.startswith(f"{state} since ")
            if is_news:
                self._store.record([page_is(known.url, state, reason)], now)
