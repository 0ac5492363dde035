"""Revising: an archived article is read again, and what its publisher changed becomes a version."""

from dataclasses import dataclass, replace
from typing import Any

from archive.article import Article
from archive.assets.pictures import moved
from archive.dedup import Known, text_key
from archive.document import show, utc
from archive.errors import DocumentError
from archive.files import sha256
from archive.markdown import Document, parse, render
from archive.rows import VersionRow
from archive.versions.revisions import Change, Kind, Text, classify, is_worse
from archive.versions.versions import Versions, in_utc, revised, set_aside, version, version_path
from archive.writing.store import Store

_MOST_COMPARED = 20  # versions, the latest ones, that a text is looked for among


@dataclass(frozen=True, slots=True)
class _Held:
    """The article as it lies: its row's facts, its file, and its versions."""

    known: Known
    fetched_at: str
    document: Document | None  # None: its file is gone, or can't be read
    content: bytes
    versions: list[VersionRow]


class Revising:
    """Keeps the newest good text in place and the earlier ones in `.versions`. Used inside `Store.writing`."""

    def __init__(self, store: Store, versions: Versions, front_matter: tuple[str, ...]) -> None:
        self._store = store
        self._versions = versions
        self._front_matter = front_matter

    def revise(self, article: Article, known: Known) -> str | None:
        """Where the new text lies: in place, or beside a person's own; None where nothing really changed."""
        found = self._found(article, known)
        if found is None:
            return None
        held, new, change = found
        if known.touched:
            return self._set_aside(article, held, new, change)
        return self._replace(article, held, new, change)

    def is_news(self, article: Article, known: Known) -> bool:
        """Would `revise` keep the text?"""
        found = self._found(article, known)
        return found is not None and not (known.touched and self._find(found[0], found[1]))

    def _found(self, article: Article, known: Known) -> tuple[_Held, Document, Change] | None:
        """The article as it lies, its new text, and what that changes; None for nothing."""
        held = self._as_it_lies(known) if article.read_from == known.read_from else None
        if held is None:
            return None
        new = self._document(article, known, held.document)
        change = self._change(held, new)
        return None if change.is_cosmetic else (held, new, change)

    def _as_it_lies(self, known: Known) -> _Held | None:
        row = self._store.catalog.article(known.url_key)
        if row is None:
            return None
        content = self._store.files.read(known.path) or b""
        try:
            document = parse(content) if content else None
        except DocumentError:
            document = None
        return _Held(known, in_utc(row.fetched_at), document, content, self._versions.of(known.url_key))

    def _document(self, article: Article, known: Known, held: Document | None) -> Document:
        """The new text under the URL, time and, where it states none, title and names of the old."""
        article = self._store.assets.localised(article, known.url_key, known.path)
        # A time that is stated anew is at most the time of a change.
        shown = show(replace(article, published_at=known.published_at), further=self._front_matter)
        if held is None:
            return shown.document
        title = shown.document.title if shown.title_from == "stated" else held.title
        name = shown.document.name if article.authors else held.name
        return replace(shown.document, url=held.url, time=held.time, title=title, name=name)

    def _change(self, held: _Held, new: Document) -> Change:
        """What the new text changed of the publisher's last one."""
        last = held.document
        if held.known.touched:
            if held.known.text_key == text_key(new.title, new.body):
                return Change()
            last = next(filter(None, map(self._of_version, reversed(held.versions))), last)
        if last is None:
            return Change((Kind.REWRITTEN,))
        if (last.title, last.body) == (new.title, new.body) or is_worse(_text(last), _text(new)):
            return Change()
        return classify(_text(last), _text(new))

    def _replace(self, article: Article, held: _Held, new: Document, change: Change) -> str:
        known = held.known
        if held.document is None:
            raise ValueError(f"{known.path} is not as it was written")
        content = render(new)
        kept: dict[str, Any] = {"sha256": sha256(content)}
        back = self._find(held, new)
        if back is not None:
            kept["flips"] = back.number
        if self._find(held, held.document) is None:
            number = self._next(held)
            path = version_path(known.path, number)
            before = _lying_at(path, known.path, held.document, held.content)
            kept["version"] = version(number, path, before, held.document, held.fetched_at)
            if before != held.content:
                kept["version"]["was"] = known.sha256
        else:
            before = b""
        event = revised(article, known.url, new, known.path, str(change), kept)
        self._store.revise(event, content, before, article.fetched_at)
        return known.path

    def _set_aside(self, article: Article, held: _Held, new: Document, change: Change) -> str | None:
        if self._find(held, new) is not None:
            return None
        number = self._next(held)
        path = version_path(held.known.path, number)
        content = _lying_at(path, held.known.path, new, render(new))
        kept = version(number, path, content, new, utc(article.fetched_at) or "")
        self._store.keep(set_aside(held.known.url, kept, str(change)), content, (), article.fetched_at)
        return path

    def _find(self, held: _Held, document: Document) -> VersionRow | None:
        """The version that says the same, if there is one."""
        for row in reversed(held.versions[-_MOST_COMPARED:]):
            earlier = self._of_version(row)
            if earlier is not None and classify(_text(earlier), _text(document)).is_cosmetic:
                return row
        return None

    def _of_version(self, row: VersionRow) -> Document | None:
        content = self._store.files.read(row.path)
        try:
            return parse(content) if content is not None else None
        except DocumentError:
            return None

    def _next(self, held: _Held) -> int:
        """The next number whose file's place is free."""
        number = max((row.number for row in held.versions), default=0) + 1
        while self._store.files.exists(version_path(held.known.path, number)):
            number += 1
        return number


def _lying_at(place: str, path: str, document: Document, content: bytes) -> bytes:
    """What lies at `path`, as it is to lie at another place: byte for byte, but for where its pictures are."""
    body = moved(document.body, path, place)
    return content if body == document.body else render(replace(document, body=body))


def _text(document: Document) -> Text:
    return Text(document.title, document.body)
