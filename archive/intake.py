"""Intake: an article is judged against what the archive holds, and kept, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from archive.article import Article
from archive.dedup import Candidate, Judgement, Known, Near, Verdict, candidate, judge
from archive.document import show, utc
from archive.files import article_path, path_key
from archive.markdown import render
from archive.near.judge import Kind
from archive.urls.keys import url_key
from archive.versions.revising import Revising
from archive.versions.versions import Versions
from archive.writing import events
from archive.writing.batch import Batch
from archive.writing.ledger import Event
from archive.writing.store import Store

_MOST_RELATED = 4
_MOST_AT_ONCE = 100  # articles whose writing waits for one another


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
            self._neighbours.see_all()
            return self._carry_out(article, *self._judged(article, new))

    def add_many(self, articles: Sequence[Article]) -> list[Receipt]:
        """One after the other as `add` would, but what is new is written together. Durable when this returns."""
        with self._store.writing():
            coming = [(article, candidate(article)) for article in articles]
            batch = self._batch([new for _, new in coming])
            self._neighbours.see_all()
            receipts = [self._add_to(batch, article, new) for article, new in coming]
            self._write_all(batch)
        return receipts

    def _batch(self, coming: Sequence[Candidate]) -> Batch:
        """One that knows what the archive knows nothing of: most of what is not asked for is asked here at once."""
        keys, texts = {new.url_key for new in coming}, {new.text_key for new in coming}
        heard = self._catalog.states(keys).keys() | self._catalog.homes(keys).keys()
        return Batch(keys - heard, texts - self._catalog.texts(filter(None, texts)))

    def _add_to(self, batch: Batch, article: Article, new: Candidate) -> Receipt:
        prints = self._neighbours.sketch_of(article).fingerprints
        if new.url_key not in batch.unheard and self._is_forgotten(new.url_key):
            return Receipt(Verdict.REMOVED, None, article.url)
        if len(batch) >= _MOST_AT_ONCE or batch.touches(new, prints):
            self._write_all(batch)
        judgement, related = self._judged(article, new, batch)
        if judgement.verdict is not Verdict.NEW:
            self._write_all(batch)
            receipt = self._carry_out(article, judgement, related)
            batch.forget()  # the act may have given URLs to articles, and another text to one
            self._neighbours.see_all()
            return receipt
        event, content = self._made(article, judgement, related, batch)
        batch.put(article, new, prints, ({**event, "at": utc(article.fetched_at)}, content))
        return Receipt(Verdict.NEW, event["path"], article.url)

    def _write_all(self, batch: Batch) -> None:
        if batch:
            self._store.keep_all(batch.made, max(article.fetched_at for article in batch.articles))
            self._neighbours.put(*batch.articles)
            batch.clear()

    def _judged(
        self, article: Article, new: Candidate, batch: Batch | None = None
    ) -> tuple[Judgement, Mapping[str, str]]:
        """The judgement, and what the article is to others that it shares text with."""
        is_unheard, is_unread = batch.knows_nothing_of(new) if batch is not None else (False, False)
        same_url = None if is_unheard else self._as_it_lies(self._catalog.known(new.url_key))
        but_not = same_url.url_key if same_url else None
        same_text = None if is_unread else self._catalog.same_text(new.text_key, but_not)
        if same_url is None and same_text is None:
            return self._judged_by_neighbours(article, new)
        return judge(new, same_url, self._as_it_lies(same_text)), {}

    def _judged_by_neighbours(self, article: Article, new: Candidate) -> tuple[Judgement, Mapping[str, str]]:
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
        return judge(new, None, None, Near(known, near.is_whole_in_new) if near and known else None), related

    def _is_forgotten(self, key: str) -> bool:
        row = self._catalog.url(key)
        return row is not None and row["state"] == "removed" and self._catalog.known(key) is None

    def _as_it_lies(self, known: Known | None) -> Known | None:
        if known is None or known.touched or known.removed:
            return known
        return replace(known, touched=self._store.files.digest(known.path) != known.sha256)

    def _carry_out(self, article: Article, judgement: Judgement, related: Mapping[str, str]) -> Receipt:
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

    def _write(self, article: Article, judgement: Judgement, related: Mapping[str, str]) -> str:
        event, content = self._made(article, judgement, related)
        self._store.keep(event, content, judgement.retires, article.fetched_at)
        self._neighbours.put(article)
        return str(event["path"])

    def _made(
        self, article: Article, judgement: Judgement, related: Mapping[str, str], batch: Batch | None = None
    ) -> tuple[Event, bytes]:
        """The ledger line, less its place, and the file."""
        if judgement.kept is not None:
            article = self._store.assets.localised(article, judgement.kept.url_key, judgement.kept.path)
        key = url_key(article.url)
        seen = None if batch is not None and key in batch.unheard else self._catalog.url(key)
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
            path = article_path(
                article.source, day, article.identifier, article.url, lambda one: self._is_taken(one, batch)
            )
        content = render(shown.document)
        return events.archived(article, shown, path, content, judgement.retires, related), content

    def _is_taken(self, path: str, batch: Batch | None) -> bool:
        is_in_batch = batch is not None and batch.has_path(path)
        return is_in_batch or self._catalog.is_path_taken(path_key(path)) or self._store.files.exists(path)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
