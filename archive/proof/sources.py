"""Where the text of a lost or damaged file may still be found."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from archive import tables
from archive.article import Article
from archive.document import Shown, show
from archive.files import HOUSEHOLD, Files, sha256
from archive.markdown import render
from archive.proof.findings import Kept, Role
from archive.proof.lying import Lying
from archive.proof.replica import row_at
from archive.proof.unflip import unflipped
from archive.snapshots.snapshots import Snapshots
from archive.versions.corrected import corrected
from archive.versions.corrections import StoredPage
from archive.writing import events
from archive.writing.ledger import Event
from archive.writing.store import Store

DAMAGED = f"{HOUSEHOLD}/damaged"
# Reads what is stored of an article's page as a crawl would; None where that is no article any more.
Reader = Callable[[StoredPage], Article | None]


@dataclass(frozen=True, slots=True)
class Found:
    """A file's content and where it was found; an event where it is not the recorded one to the byte."""

    content: bytes
    whence: str
    event: Event | None = None


class Sources:
    """Asked for one file after the other."""

    def __init__(
        self,
        root: Path,
        store: Store,
        snapshots: Snapshots,
        reader: Reader | None,
        front_matter: tuple[str, ...],
    ) -> None:
        self._root = root
        self._files = Files(root)
        self._store = store
        self._snapshots = snapshots
        self._reader = reader
        self._front_matter = front_matter
        self._by_digest: dict[str, str] = {}

    def survey(self, kept: list[Kept], broken: list[Kept], lying: Lying) -> None:
        """Learns where which content lies."""
        bad, known = {one.path for one in broken}, {one.path for one in kept}
        self._by_digest = {one.sha256: one.path for one in kept if one.path not in bad}
        aside = (self._root / DAMAGED).rglob("*")
        others = [path.relative_to(self._root).as_posix() for path in aside if path.is_file()]
        for path in (*others, *lying.articles, *lying.versions, *lying.pictures):
            if path not in known:
                self._by_digest.setdefault(self._files.digest(path) or "", path)

    def find(self, lost: Kept) -> Found | None:
        """The file's content from the surest place that has it."""
        twin = self._by_digest.get(lost.sha256)
        content = self._files.read(twin) if twin is not None else None
        if content is not None and sha256(content) == lost.sha256:
            return Found(content, f"from {twin}, which has the same bytes")
        lying = self._files.read(lost.path)
        flipped = unflipped(lying, lost.sha256) if lying else None
        if flipped is not None:
            return Found(flipped, "one flipped byte put right")
        return self._from_snapshots(lost) if lost.role is Role.ARTICLE else None

    def _from_snapshots(self, lost: Kept) -> Found | None:
        """The page as it was received, read again. A person's own text is in none."""
        with self._store.engine.connect() as connection:
            row = row_at(connection, tables.articles, (lost.url_key,))
        if row is None or self._reader is None:
            return None
        read = [Found(content, whence, event) for content, whence, event in self._readings(row)]
        exact = next((one for one in read if sha256(one.content) == lost.sha256), None)
        if exact is not None:
            return replace(exact, event=None)
        return read[0] if read and not lost.by_hand else None

    def _readings(self, row: Mapping[str, Any]) -> Iterator[tuple[bytes, str, Event]]:
        own = [row["snapshot"]] if row["snapshot"] else []
        for record_id in dict.fromkeys([*own, *self._snapshots.of(row["url"])]):
            stored = self._snapshots.get(record_id)
            article = self._reader(_page(row, record_id)) if stored and self._reader else None
            if stored is None or article is None:
                continue
            for further in dict.fromkeys((self._front_matter, ())):
                article, shown = self._shown(article, row, further)
                content = render(shown.document)
                line = corrected(events.archived(article, shown, row["path"], content), ["body"])
                yield content, f"from the snapshot of {stored.at:%Y-%m-%d}, read again", line

    def _shown(
        self, article: Article, row: Mapping[str, Any], further: tuple[str, ...]
    ) -> tuple[Article, Shown]:
        """The article under the facts that are recorded of it."""
        article = replace(
            article,
            url=row["url"],
            source=row["source"],
            fetched_at=datetime.fromisoformat(row["fetched_at"]),
            identifier=row["identifier"],
            snapshot=row["snapshot"],
            read_from=row["read_from"],
        )
        article = self._store.assets.localised(article, row["url_key"], row["path"])
        shown = show(article, first_seen_at=datetime.fromisoformat(row["shown_at"]), further=further)
        told = {name: row[name] for name in ("time", "title", "name")}
        facts = {name: row[name] for name in ("time_from", "title_from")}
        document = replace(shown.document, **told)
        return article, replace(shown, document=document, at=datetime.fromisoformat(row["shown_at"]), **facts)


def _page(row: Mapping[str, Any], record_id: str) -> StoredPage:
    stated = row["published_at"]
    return StoredPage(
        url=row["url"],
        source=row["source"],
        is_held=True,
        fetched_at=datetime.fromisoformat(row["fetched_at"]),
        snapshot=record_id,
        reader=row["reader"],
        read_from=row["read_from"],
        authors=tuple(json.loads(row["authors"])),
        published_at=datetime.fromisoformat(stated) if stated else None,
    )
