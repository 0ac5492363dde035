"""What each kind of ledger line does to the archive tables."""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive import tables, working_tables
from archive.assets import rows as asset_rows
from archive.files import path_key
from archive.near import index
from archive.proof.mended import on_mended
from archive.tables import aliases, articles, links, unsketched, urls, ways
from archive.urls.keys import url_key
from archive.versions import versions
from archive.versions.corrected import on_corrected
from archive.writing.ledger import Event

_REQUIRED = (
    *("url", "source", "path", "sha256", "title", "name", "time", "shown_at", "time_from", "title_from"),
    *("zone", "read_from", "fetched_at"),
)
_OPTIONAL = (
    *("text_key", "published_at", "modified_at", "language", "summary", "image", "snapshot", "licence"),
    *("identifier", "publisher", "reader"),
)


_FINAL = ("archived", "duplicate", "removed")


def take_effect(connection: Connection, event: Event) -> None:
    """Changes the archive tables as the line says; the same line again changes nothing more."""
    effect = _EFFECTS.get(event["event"])
    if effect is not None:  # an event of a later edition, or a scrubbed one, changes nothing here
        effect(connection, event)


def article_row(event: Event) -> dict[str, Any]:
    """Of an article that is archived."""
    row = {name: event.get(name, "") for name in _REQUIRED} | {name: event.get(name) for name in _OPTIONAL}
    row |= {name: json.dumps(event.get(name, []), ensure_ascii=False) for name in ("authors", "tags")}
    return row | {
        "url_key": url_key(event["url"]),
        "path_key": path_key(event["path"]),
        "by_hand": event.get("by_hand", 0),
        "removed": 0,
    }


def url_row(event: Event, state: str, reason: str) -> dict[str, Any]:
    """Of a URL that is met for the first time."""
    stated = event if event["event"] == "state" else {}
    return {
        "url_key": url_key(event["url"]),
        "url": event["url"],
        "source": event["source"],
        "state": state,
        "reason": reason,
        "found_by": event.get("found_by", ""),
        "title": stated.get("title"),
        "published_at": stated.get("published_at"),
        "discovered_at": event["at"],
        "changed_at": event["at"],
    }


def way_row(event: Event) -> dict[str, Any] | None:
    """Of the way in which a URL was found; None where nobody says it."""
    way = event.get("found_by")
    return {"url_key": url_key(event["url"]), "way": way, "found_at": event["at"]} if way else None


def link_rows(event: Event) -> list[dict[str, Any]]:
    """Of what an article is to others."""
    key = url_key(event["url"])
    named = ((url_key(url), kind) for url, kind in event.get("related", {}).items())
    return [{"url_key": key, "of_key": other, "kind": kind} for other, kind in named if other != key]


def _archived(connection: Connection, event: Event) -> None:
    row = article_row(event)
    key = row["url_key"]
    _retire(connection, event, key)
    before = _path(connection, key)
    if before is None:
        connection.execute(articles.insert().values(row))
    else:
        _update(connection, articles, key, row)
    own_url = sa.and_(aliases.c.kind == "url", aliases.c.key == key)
    own_path = sa.and_(aliases.c.kind == "path", aliases.c.key == row["path_key"])
    connection.execute(aliases.delete().where(sa.or_(own_url, own_path)))
    if before is not None and path_key(before) != row["path_key"]:
        # Two articles whose URLs are one under today's rules: the earlier file is still there.
        _put_alias(connection, "path", before, key)
    _put_links(connection, event, key)
    _put_state(connection, event, "archived", "")
    _sketch_anew(connection, key)


def _duplicate(connection: Connection, event: Event) -> None:
    of = url_key(event["of"])
    _retire(connection, event, of)
    key = url_key(event["url"])
    if key != of and _path(connection, key) is None:
        _put_alias(connection, "url", event["url"], of)
        _put_state(connection, event, "duplicate", f"same as {event['of']}")


def _alias(connection: Connection, event: Event) -> None:
    """Only a URL that was found has a state: what was merely passed through is no find."""
    key = url_key(event["url"])
    if key == url_key(event["of"]) or _path(connection, key) is not None:
        return
    _put_alias(connection, "url", event["url"], url_key(event["of"]))
    if connection.scalar(sa.select(urls.c.state).where(urls.c.url_key == key)) is not None:
        _put_state(connection, event, "duplicate", f"same as {event['of']}")


def _retire(connection: Connection, event: Event, kept: str) -> None:
    """The retired articles' URLs, aliases and paths become the kept one's."""
    for url in event.get("retires", ()):
        key = url_key(url)
        path = _path(connection, key)
        index.take_out(connection, key)
        for table in (articles, working_tables.rereads):
            connection.execute(table.delete().where(table.c.url_key == key))
        connection.execute(aliases.update().where(aliases.c.url_key == key).values(url_key=kept))
        versions.pass_on(connection, key, kept)
        asset_rows.pass_on(connection, key, kept)
        if path is not None:
            _put_alias(connection, "path", path, kept)
        if key != kept:
            _put_alias(connection, "url", url, kept)
            values = {"state": "duplicate", "reason": f"same as {event.get('of', event['url'])}"}
            _update(connection, urls, key, values | {"changed_at": event["at"]})


def _state(connection: Connection, event: Event) -> None:
    """Of an article that is kept, or was removed, no other try says anything: the line was written of another key."""
    key = url_key(event["url"])
    if connection.scalar(sa.select(urls.c.state).where(urls.c.url_key == key)) in _FINAL:
        _put_way(connection, event)
        return
    kept = sa.select(articles.c.url).join(aliases, aliases.c.url_key == articles.c.url_key)
    of = connection.scalar(kept.where(aliases.c.kind == "url", aliases.c.key == key))
    if of is None:
        _put_state(connection, event, event["state"], event.get("reason", ""))
    else:
        _put_state(connection, event, "duplicate", f"same as {of}")


def _found(connection: Connection, event: Event) -> None:
    _put_way(connection, event)


def _settled(connection: Connection, event: Event) -> None:
    _update(connection, articles, url_key(event["url"]), {"read_from": "page"})


def _moved(connection: Connection, event: Event) -> None:
    key = url_key(event["url"])
    before = _path(connection, key)
    values = {"path": event["path"], "path_key": path_key(event["path"]), "removed": 0}
    connection.execute(aliases.delete().where(aliases.c.kind == "path", aliases.c.key == values["path_key"]))
    _update(connection, articles, key, values)
    _update(connection, urls, key, {"state": "archived", "reason": "", "changed_at": event["at"]})
    if before is not None and path_key(before) != values["path_key"]:
        _put_alias(connection, "path", before, key)


def _edited(connection: Connection, event: Event) -> None:
    values = {name: event[name] for name in ("sha256", "title", "name", "time", "text_key") if name in event}
    if "text_key" in values:
        values["text_key"] = values["text_key"] or None
    key = url_key(event["url"])
    _update(connection, articles, key, values | {"by_hand": 1})
    _sketch_anew(connection, key)


def _removed(connection: Connection, event: Event) -> None:
    key = url_key(event["url"])
    _update(connection, articles, key, {"removed": 1})
    index.take_out(connection, key)
    reason = "its file was removed"
    _update(connection, urls, key, {"state": "removed", "reason": reason, "changed_at": event["at"]})


def _forgotten(connection: Connection, event: Event) -> None:
    for url in event["urls"]:
        key = url_key(url)
        connection.execute(articles.delete().where(articles.c.url_key == key))
        connection.execute(aliases.delete().where(sa.or_(aliases.c.url_key == key, aliases.c.key == key)))
        connection.execute(links.delete().where(sa.or_(links.c.url_key == key, links.c.of_key == key)))
        index.take_out(connection, key)
        for table in (
            tables.versions,
            tables.assets,
            urls,
            ways,
            working_tables.retries,
            working_tables.rereads,
        ):
            connection.execute(table.delete().where(table.c.url_key == key))
        _put_state(connection, {**event, "url": url}, "removed", "forgotten")


_EFFECTS = {
    "archived": _archived,
    "duplicate": _duplicate,
    "alias": _alias,
    "state": _state,
    "found": _found,
    "settled": _settled,
    "moved": _moved,
    "edited": _edited,
    "revised": versions.on_revised,
    "corrected": on_corrected,
    "assets": asset_rows.on_assets,
    "set_aside": versions.on_set_aside,
    "page": versions.on_page,
    "removed": _removed,
    "forgotten": _forgotten,
    "mended": on_mended,
}


def _put_state(connection: Connection, event: Event, state: str, reason: str) -> None:
    key = url_key(event["url"])
    values = {"state": state, "reason": reason, "changed_at": event["at"]}
    if _update(connection, urls, key, values) == 0:
        connection.execute(urls.insert().values(url_row(event, state, reason)))
        _put_way(connection, event)
    if state in _FINAL:
        connection.execute(working_tables.retries.delete().where(working_tables.retries.c.url_key == key))


def _path(connection: Connection, key: str) -> str | None:
    """Where the article with this URL key lies; None where there is none."""
    path: str | None = connection.scalar(sa.select(articles.c.path).where(articles.c.url_key == key))
    return path


def _put_way(connection: Connection, event: Event) -> None:
    row = way_row(event)
    if row is None:
        return
    is_it = sa.and_(ways.c.url_key == row["url_key"], ways.c.way == row["way"])
    if not connection.scalar(sa.select(ways.c.found_at).where(is_it)):
        connection.execute(ways.insert().values(row))


def _put_links(connection: Connection, event: Event, key: str) -> None:
    connection.execute(links.delete().where(links.c.url_key == key))
    rows = link_rows(event)
    if rows:
        connection.execute(links.insert(), rows)


def _sketch_anew(connection: Connection, key: str) -> None:
    """Its text is new: it is to be sketched, and no older sketch stands for it."""
    index.take_out(connection, key)
    connection.execute(unsketched.insert().values(url_key=key))


def _put_alias(connection: Connection, kind: str, spelling: str, key: str) -> None:
    own = url_key(spelling) if kind == "url" else path_key(spelling)
    connection.execute(aliases.delete().where(aliases.c.kind == kind, aliases.c.key == own))
    connection.execute(aliases.insert().values(kind=kind, key=own, spelling=spelling, url_key=key))


def _update(connection: Connection, table: sa.Table, key: str, values: dict[str, Any]) -> int:
    return connection.execute(table.update().where(table.c.url_key == key).values(values)).rowcount
