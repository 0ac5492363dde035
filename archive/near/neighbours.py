"""Neighbours: which of the articles that are held share a new one's text, and how much."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from archive.article import Article
from archive.database import naming
from archive.dedup import visible
from archive.errors import DocumentError
from archive.files import Files
from archive.markdown import parse
from archive.near import index
from archive.near.compare import Overlap, compare
from archive.near.judge import Facts, Kind, facts, kind
from archive.near.sketch import Sketch, sketch
from archive.tables import articles, unsketched
from archive.urls.keys import url_key

_AT_ONCE = 100
_AT_HAND = 128  # sketches of articles that are judged and not written yet


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A held article that shares text with a new one."""

    url_key: str
    kind: Kind
    overlap: Overlap

    @property
    def is_whole_in_new(self) -> bool:
        """Does the new text lack next to nothing of the held one?"""
        return self.overlap.of_held > 0.9


class Neighbours:
    """The index of sketches, over the articles' files. Used inside `Store.writing`."""

    def __init__(self, engine: Engine, files: Files) -> None:
        self._engine = engine
        self._files = files
        self._sketches: dict[int, tuple[Article, Sketch]] = {}

    def of(self, article: Article) -> list[Neighbour]:
        """The article's neighbours, the nearest first, among those that are seen."""
        about = facts(article.source, article.title, visible(article.body))
        found = [
            Neighbour(key, kind(about, theirs, overlap), overlap)
            for key, theirs, overlap in self._compared(self.sketch_of(article))
        ]
        near = [one for one in found if one.kind is not Kind.NEW]
        return sorted(near, key=lambda one: (one.kind is Kind.SAME, one.overlap.total), reverse=True)

    def see_all(self) -> None:
        """Sketches what a few edits or a kill left unsketched; after a rebuild some, and the rest by and by."""
        for _ in self.catch_up(_AT_ONCE):
            pass

    def sketch_of(self, article: Article) -> Sketch:
        """The sketch of an article's text; those of the last ones asked about are at hand."""
        held = self._sketches.get(id(article))
        if held is None or held[0] is not article:
            while len(self._sketches) >= _AT_HAND:
                del self._sketches[next(iter(self._sketches))]
            held = self._sketches[id(article)] = article, sketch(visible(article.body))
        return held[1]

    def put(self, *kept: Article) -> None:
        """The articles are kept: later ones are compared with them."""
        with naming(self._engine), self._engine.begin() as connection:
            index.put_all(connection, {url_key(one.url): self.sketch_of(one) for one in kept})

    def catch_up(self, limit: int | None = None) -> Iterator[int]:
        """Sketches what is not sketched yet: after an edit, a rebuild or a kill. Yields how many are left."""
        with naming(self._engine), self._engine.connect() as connection:
            left = connection.scalar(sa.select(sa.func.count()).select_from(unsketched)) or 0
        left = left if limit is None else min(left, limit)
        while left > 0 and (done := self._sketch_some(min(left, _AT_ONCE))):
            left -= done
            yield left

    def _sketch_some(self, limit: int) -> int:
        query = sa.select(unsketched.c.url_key, articles.c.path).join(
            articles, articles.c.url_key == unsketched.c.url_key, isouter=True
        )
        with naming(self._engine), self._engine.begin() as connection:
            rows = connection.execute(query.order_by(unsketched.c.url_key).limit(limit)).all()
            for key, path in rows:
                body = self._body(path) if path is not None else None
                index.put(connection, key, sketch(body or ""))
        return len(rows)

    def _compared(self, own: Sketch) -> Iterator[tuple[str, Facts, Overlap]]:
        with naming(self._engine), self._engine.connect() as connection:
            keys = index.candidates(connection, own)
            if not keys:
                return
            query = sa.select(articles.c.url_key, articles.c.path, articles.c.source, articles.c.title)
            held = {row.url_key: row for row in connection.execute(query.where(articles.c.url_key.in_(keys)))}
        for key in keys:
            body = self._body(held[key].path) if key in held else None
            if body:
                overlap = compare(own, sketch(body))
                yield key, facts(held[key].source, held[key].title, body), overlap

    def _body(self, path: str) -> str | None:
        """The article's text as it lies; None where its file is gone or can't be read."""
        content = self._files.read(path)
        try:
            return visible(parse(content).body) if content is not None else None
        except DocumentError:
            return None
