"""Intake: an article is judged against what the archive holds, and kept, once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from archive import events
from archive.article import Article
from archive.dedup import Candidate, Judgement, Known, Near, Verdict, candidate, judge
from archive.document import show
from archive.files import article_path, path_key
from archive.markdown import render
from archive.near.judge import Kind
from archive.revising import Revising
from archive.store import Store
from archive.url_keys import url_key
from archive.versions import Versions

_MOST_RELATED = 4


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an article: the verdict, and the path and URL of the copy that is kept.

    A revision of an article whose file a person edited lies beside it, in `.versions`.
    `path` is POSIX and relative to the archive; None where a person removed the article.
    """

    verdict: Verdict
    path: str | None
    url: str


class Intake:
    """Judges and keeps. Every act is inside `Store.writing`."""

    def __init__(self, store: Store, versions: Versions, front_matter: tuple[str, ...]) -> None:
        self._store = store
        self._catalog = store.catalog
        self._neighbours = store.neighbours
        self._front_matter = front_matter
        self._revising = Revising(store, versions, front_matter)

    def add(self, article: Article) -> Receipt:
        """Durable when this returns."""
        with self._store.writing():
            new = candidate(article)
            if self._is_forgotten(new.url_key):
                return Receipt(Verdict.REMOVED, None, article.url)
            same_url = self._as_it_lies(self._catalog.known(new.url_key))
            same_text = self._catalog.same_text(new.text_key, same_url.url_key if same_url else None)
            if same_url is None and same_text is None:
                return self._add_unknown(article, new)
            return self._carry_out(article, judge(new, same_url, self._as_it_lies(same_text)))

    def _add_unknown(self, article: Article, new: Candidate) -> Receipt:
        """Neither the URL nor the very text is known: the text may be all the same."""
        neighbours = self._neighbours.of(article)
        held = {one.url_key: self._catalog.known(one.url_key) for one in neighbours}
        near = next((one for one in neighbours if one.kind is Kind.SAME), None)
        known = self._as_it_lies(held[near.url_key]) if near else None
        related = {
            known.url: one.kind.value
            for one in neighbours[:_MOST_RELATED]
            if one.kind is not Kind.SAME and (known := held[one.url_key]) is not None
        }
        judgement = judge(new, None, None, Near(known, near.is_whole_in_new) if near and known else None)
        return self._carry_out(article, judgement, related)

    def _is_forgotten(self, key: str) -> bool:
        row = self._catalog.url(key)
        return row is not None and row["state"] == "removed" and self._catalog.known(key) is None

    def _as_it_lies(self, known: Known | None) -> Known | None:
        if known is None or known.touched or known.removed:
            return known
        return replace(known, touched=self._store.files.digest(known.path) != known.sha256)

    def _carry_out(
        self, article: Article, judgement: Judgement, related: Mapping[str, str] | None = None
    ) -> Receipt:
        held, now = judgement.kept, article.fetched_at
        if judgement.writes:
            return Receipt(judgement.verdict, self._write(article, judgement, related), article.url)
        if held is None:
            raise ValueError(f"{judgement.verdict} leaves no article standing")
        if judgement.verdict is Verdict.REMOVED:
            return Receipt(Verdict.REMOVED, None, held.url)
        if judgement.verdict is Verdict.DUPLICATE:
            event = events.duplicate(article.url, held, article.source, judgement.retires)
            self._store.keep(event, None, judgement.retires, now)
        elif held.read_from == "feed" and article.read_from == "page":
            # A person edited the feed's text: it stays, and the page is not fetched for it again.
            self._store.record([events.settled(held)], now)
        elif held.url_key == url_key(article.url) and (path := self._revising.revise(article, held)):
            return Receipt(Verdict.REVISED, path, held.url)
        return Receipt(judgement.verdict, held.path, held.url)

    def _write(self, article: Article, judgement: Judgement, related: Mapping[str, str] | None) -> str:
        seen = self._catalog.url(url_key(article.url))
        shown = show(
            article,
            feed_time=_moment(seen["published_at"]) if seen else None,
            first_seen_at=_moment(seen["discovered_at"]) if seen else None,
            further=self._front_matter,
        )
        if judgement.kept is not None:
            path = judgement.kept.path
        else:
            day = shown.document.time[:10]
            path = article_path(article.source, day, article.identifier, article.url, self._is_taken)
        content = render(shown.document)
        event = events.archived(article, shown, path, content, judgement.retires, related)
        self._store.keep(event, content, judgement.retires, article.fetched_at)
        self._neighbours.put(article)
        return path

    def _is_taken(self, path: str) -> bool:
        return self._catalog.is_path_taken(path_key(path)) or self._store.files.exists(path)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
