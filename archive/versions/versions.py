"""Versions: the texts of an article besides the one in place, and what the ledger says of them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from archive.article import Article
from archive.database import naming
from archive.dedup import text_key
from archive.document import utc
from archive.files import sha256
from archive.markdown import Document, one_line
from archive.near import index
from archive.rows import VersionRow
from archive.tables import articles, unsketched, urls, versions
from archive.urls.keys import url_key
from archive.writing.ledger import Event

FOLDER = ".versions"
BESIDE = "beside"  # first word of `change` where a text is kept beside a person's own
_LONGEST_STEM = 200  # bytes; file systems take 255 for a name
_VERSION = ("path", "sha256", "text_key", "title", "fetched_at", "replaced_at", "change")
_TEXTS = (
    "sha256",
    "text_key",
    "title",
    "name",
    "modified_at",
    "fetched_at",
    "summary",
    "image",
    "snapshot",
    "reader",
)


class Versions:
    """What is asked of the table. Raises ArchiveError where the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, key: str) -> list[VersionRow]:
        """An article's versions, the oldest first."""
        query = sa.select(versions).where(versions.c.url_key == key).order_by(versions.c.number)
        with naming(self._engine), self._engine.connect() as connection:
            return [_row(row) for row in connection.execute(query).mappings()]


def version_path(path: str, number: int) -> str:
    """Where a version of the article that lies at `path` lies."""
    file = PurePosixPath(path)
    stem = file.stem.encode()[:_LONGEST_STEM].decode("utf-8", "ignore")
    return str(file.parent / FOLDER / f"{stem}.{number}.md")


# --- what a ledger line says ---


def version(number: int, path: str, content: bytes, document: Document, read_at: str) -> dict[str, Any]:
    """A kept text, as the lines below hold it."""
    return {
        "number": number,
        "path": path,
        "sha256": sha256(content),
        "text_key": text_key(document.title, document.body),
        "title": document.title,
        "fetched_at": read_at,
    }


def revised(
    article: Article, url: str, document: Document, path: str, change: str, kept: Mapping[str, Any]
) -> dict[str, Any]:
    """The article's file holds a newer text; `kept` holds the earlier one as `version`, and which came back as `flips`."""
    event = {
        "event": "revised",
        "url": url,
        "source": one_line(article.source),
        "path": path,
        "text_key": text_key(document.title, document.body),
        "title": document.title,
        "name": document.name,
        "modified_at": article.modified_at.isoformat(timespec="seconds") if article.modified_at else None,
        "fetched_at": utc(article.fetched_at),
        "change": change,
        **kept,
    }
    event |= {
        name: one_line(getattr(article, name) or "") for name in ("summary", "image", "snapshot", "reader")
    }
    return {name: value for name, value in event.items() if value not in (None, "")}


def set_aside(url: str, kept: Mapping[str, Any], change: str) -> dict[str, Any]:
    """A newer text is kept as a version alone: a person edited the article's file."""
    return {
        "event": "set_aside",
        "url": url,
        "path": kept["path"],
        "sha256": kept["sha256"],
        "version": dict(kept),
        "change": f"{BESIDE} {change}".strip(),
    }


def page_is(url: str, state: str, reason: str) -> dict[str, Any]:
    """What an archived article's page is now: gone, walled, … or an article again. The article stays."""
    return {"event": "page", "url": url, "state": state, "reason": one_line(reason)}


# --- what it does ---


def on_revised(connection: Connection, event: Event) -> None:
    key = url_key(event["url"])
    if "version" in event:
        _put_version(connection, key, event["version"], event["fetched_at"], event["change"])
    if "flips" in event:
        back = sa.and_(versions.c.url_key == key, versions.c.number == event["flips"])
        connection.execute(versions.update().where(back).values(flips=versions.c.flips + 1))
    values = {name: event[name] for name in _TEXTS if name in event}
    values |= {"text_key": event.get("text_key"), "revised_at": event["fetched_at"]}
    connection.execute(articles.update().where(articles.c.url_key == key).values(values))
    index.take_out(connection, key)
    connection.execute(unsketched.insert().values(url_key=key))


def on_set_aside(connection: Connection, event: Event) -> None:
    kept = event["version"]
    _put_version(connection, url_key(event["url"]), kept, kept["fetched_at"], event["change"])


def on_page(connection: Connection, event: Event) -> None:
    """The state stays `archived`; the reason says since when the page is no article any more."""
    is_back = event["state"] == "archived"
    reason = "" if is_back else f"{event['state']} since {event['at'][:10]}: {event['reason']}"
    held = sa.and_(urls.c.url_key == url_key(event["url"]), urls.c.state == "archived")
    connection.execute(urls.update().where(held).values(reason=reason))


def pass_on(connection: Connection, key: str, kept: str) -> None:
    """An article gave way to another one: its versions are that one's, after its own."""
    if key == kept:
        return
    last = connection.scalar(sa.select(sa.func.max(versions.c.number)).where(versions.c.url_key == kept)) or 0
    numbers = sa.select(versions.c.number).where(versions.c.url_key == key).order_by(versions.c.number)
    for count, number in enumerate(list(connection.scalars(numbers)), 1):
        own = sa.and_(versions.c.url_key == key, versions.c.number == number)
        connection.execute(versions.update().where(own).values(url_key=kept, number=last + count))


def _put_version(
    connection: Connection, key: str, kept: Mapping[str, Any], replaced_at: str, change: str
) -> None:
    row = {name: kept.get(name) for name in _VERSION} | {"replaced_at": replaced_at, "change": change}
    own = sa.and_(versions.c.url_key == key, versions.c.number == kept["number"])
    connection.execute(versions.delete().where(own))
    connection.execute(versions.insert().values(row | {"url_key": key, "number": kept["number"], "flips": 0}))


def _row(row: sa.RowMapping) -> VersionRow:
    return VersionRow(**{name: row[name] for name in VersionRow.__slots__})


def in_utc(text: str) -> str:
    """A stored time as versions hold it."""
    return utc(datetime.fromisoformat(text)) or datetime.min.replace(tzinfo=UTC).isoformat()


def paths_of(rows: Iterable[VersionRow]) -> list[str]:
    return [row.path for row in rows]
