"""What a ledger line says, and does, that stands for lines that were lost: a row as the catalog still had it."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive import tables
from archive.files import path_key
from archive.near import index
from archive.urls.keys import url_key
from archive.writing.ledger import Event

_NAMES = tuple(table.name for table in tables.ARCHIVE_TABLES if table is not tables.position)


def damage_told(problems: Sequence[str], aside: str) -> Event:
    """The ledger was damaged, was mended, and lies as it was in `aside`."""
    return {"event": "damage", "problems": list(problems), "aside": aside}


def mended(table: str, url: str, row: Mapping[str, Any]) -> Event:
    """The row of an article or URL, or one that belongs to it."""
    return {"event": "mended", "url": url, "table": table, "row": dict(row)}


def dropped(table: str, url: str, key: Mapping[str, Any]) -> Event:
    """The lost lines had taken this row out."""
    return {"event": "mended", "url": url, "table": table, "drop": dict(key)}


def on_mended(connection: Connection, event: Event) -> None:
    if event["table"] not in _NAMES:
        return
    table = tables.metadata.tables[event["table"]]
    values = {name: value for name, value in event.get("row", event.get("drop")).items() if name in table.c}
    values |= _keys_of_today(table, event["url"], values)
    own = sa.and_(*(column == values[column.name] for column in table.primary_key))
    connection.execute(table.delete().where(own))
    if "row" in event:
        if table is tables.articles:  # a path has one article
            connection.execute(table.delete().where(table.c.path_key == values["path_key"]))
        connection.execute(table.insert().values(values))
    if table is tables.articles:
        _sketch_anew(connection, values["url_key"], is_there="row" in event and not values["removed"])


def _keys_of_today(table: sa.Table, url: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Keys are spelled by the rules of the day on which the ledger is replayed."""
    keys = {"url_key": url_key(url)} if "url_key" in table.c and values.get("url_key") else {}
    if table is tables.articles and "path" in values:
        keys["path_key"] = path_key(values["path"])
    if table is tables.aliases and "spelling" in values:
        own = url_key if values["kind"] == "url" else path_key
        keys["key"] = own(values["spelling"])
    return keys


def _sketch_anew(connection: Connection, key: str, *, is_there: bool) -> None:
    index.take_out(connection, key)
    if is_there:
        connection.execute(tables.unsketched.insert().values(url_key=key))
