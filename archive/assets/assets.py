"""Assets: the pictures of articles, each content once, at `assets/<ab>/<sha256>.<kind>` below the archive."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from archive.assets.pictures import kind_of, localised, pictures_in
from archive.assets.rows import pictured
from archive.dedup import Known
from archive.errors import DocumentError
from archive.files import ASSETS, sha256
from archive.markdown import Document, parse, render
from archive.urls.keys import url_key
from archive.writing.store import Store

MOST_BYTES = 10 * 1024 * 1024  # of one picture


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as its server sent it."""

    url: str
    content: bytes

    @property
    def is_one(self) -> bool:
        """Is it a picture, and no larger than may be?"""
        return len(self.content) <= MOST_BYTES and kind_of(self.content) is not None

    @property
    def path(self) -> str:
        digest = sha256(self.content)
        return f"{ASSETS}/{digest[:2]}/{digest}.{kind_of(self.content)}"


class Assets:
    """Keeps pictures for articles that are kept already. Raises ArchiveError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def wanted(self, url: str) -> tuple[str, ...]:
        """The pictures that the article's file shows from elsewhere; none where a person edited it."""
        held = self._held(url)
        return pictures_in(held[1].body) if held else ()

    def paths(self, url: str) -> dict[str, str]:
        """Picture's URL → its file, of what is kept for an article."""
        return self._store.assets.paths(url_key(url))

    def keep(self, url: str, pictures: Iterable[Picture], now: datetime) -> int:
        """Stores the pictures and lets the article's file show them; gives how many that are.

        What is no picture, or too large, is left out. A file that a person edited is left alone. One act: pictures,
        file, ledger line, row.
        """
        with self._store.writing():
            held = self._held(url)
            if held is None:
                return 0
            known, document = held
            shown = set(pictures_in(document.body))
            kept = {one.url: one for one in pictures if one.url in shown and one.is_one}
            if not kept:
                return 0
            paths = {of: one.path for of, one in kept.items()}
            content = render(replace(document, body=localised(document.body, paths, known.path)))
            event = pictured(known.url, known.path, content, paths)
            self._store.keep_with(event, content, {one.path: one.content for one in kept.values()}, now)
            return len(kept)

    def _held(self, url: str) -> tuple[Known, Document] | None:
        """The article and its document, if its file is as we wrote it."""
        known = self._store.catalog.known(url_key(url))
        content = None if known is None or known.touched else self._store.files.read(known.path)
        if known is None or content is None or sha256(content) != known.sha256:
            return None
        try:
            return known, parse(content)
        except DocumentError:
            return None
