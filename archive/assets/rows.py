"""Which pictures are kept for which article: what a ledger line says of it, what it does, and what is asked."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from archive.article import Article
from archive.assets.pictures import localised
from archive.database import naming
from archive.files import sha256
from archive.tables import articles, assets
from archive.urls.keys import url_key
from archive.writing.ledger import Event


class AssetRows:
    """What is asked of the table. Raises ArchiveError where the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def paths(self, key: str) -> dict[str, str]:
        """Picture's URL → its file, of what is kept for an article."""
        query = sa.select(assets.c.image_url, assets.c.path).where(assets.c.url_key == key)
        with naming(self._engine), self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def localised(self, article: Article, key: str, file: str) -> Article:
        """The article with the pictures that are kept for the one with this key shown from their files."""
        paths = self.paths(key)
        return replace(article, body=localised(article.body, paths, file)) if paths else article

    def only_of(self, keys: Collection[str]) -> list[str]:
        """The files of these articles' pictures that no other article has."""
        mine = sa.select(assets.c.path).where(assets.c.url_key.in_(keys))
        others = sa.select(assets.c.path).where(assets.c.path.in_(mine), assets.c.url_key.not_in(keys))
        with naming(self._engine), self._engine.connect() as connection:
            return sorted(set(connection.scalars(mine)) - set(connection.scalars(others)))

    def unused(self, paths: Collection[str]) -> list[str]:
        """Those of the files that no article has."""
        held = sa.select(assets.c.path).where(assets.c.path.in_(paths))
        with naming(self._engine), self._engine.connect() as connection:
            return sorted(set(paths) - set(connection.scalars(held)))


def pictured(url: str, path: str, content: bytes, pictures: Mapping[str, str]) -> dict[str, Any]:
    """The article's file shows these pictures (URL → path) from the archive: our own change, and no publisher's."""
    return {
        "event": "assets",
        "url": url,
        "path": path,
        "sha256": sha256(content),
        "pictures": dict(pictures),
    }


def digest_of(path: str) -> str:
    """The SHA-256 that a picture's file is named by."""
    return path.rpartition("/")[2].partition(".")[0]


def on_assets(connection: Connection, event: Event) -> None:
    key = url_key(event["url"])
    own = articles.c.url_key == key
    connection.execute(articles.update().where(own).values(sha256=event["sha256"]))
    for url, path in event["pictures"].items():
        _put(connection, key, url, path)


def pass_on(connection: Connection, key: str, kept: str) -> None:
    """An article gave way to another one: its pictures are that one's."""
    if key == kept:
        return
    rows = connection.execute(sa.select(assets).where(assets.c.url_key == key)).mappings().all()
    connection.execute(assets.delete().where(assets.c.url_key == key))
    for row in rows:
        _put(connection, kept, row["image_url"], row["path"])


def _put(connection: Connection, key: str, url: str, path: str) -> None:
    connection.execute(assets.delete().where(assets.c.url_key == key, assets.c.image_url == url))
    row = {"url_key": key, "image_url": url, "path": path, "sha256": digest_of(path)}
    connection.execute(assets.insert().values(row))
