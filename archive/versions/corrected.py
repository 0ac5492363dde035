"""What a ledger line says, and does, where today's reader read a stored page otherwise than an earlier one."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from archive.markdown import one_line
from archive.near import index
from archive.tables import articles, unsketched
from archive.urls.keys import url_key
from archive.writing.ledger import Event

_FACTS = (
    *("sha256", "text_key", "title", "name", "time", "shown_at", "time_from", "title_from", "published_at"),
    *("modified_at", "language", "summary", "image", "licence", "publisher", "zone", "reader"),
)
LISTS = ("authors", "tags")


def corrected(archived: Mapping[str, Any], fields: Sequence[str]) -> Event:
    """The article's file holds what today's reader makes of its page; `archived` is the line of a new one."""
    names = ("url", "path", *_FACTS, *LISTS)
    facts = {name: archived[name] for name in names if name in archived}
    return {"event": "corrected", **facts, "fields": list(fields)}


def read_again(url: str, reader: str) -> Event:
    """Today's reader makes the same of the article's page."""
    return {"event": "corrected", "url": url, "reader": one_line(reader)}


def on_corrected(connection: Connection, event: Event) -> None:
    """The article's facts are today's; its place and its first sight stay."""
    key = url_key(event["url"])
    own = articles.c.url_key == key
    if "sha256" not in event:
        connection.execute(articles.update().where(own).values(reader=event["reader"]))
        return
    values = {name: event.get(name) for name in _FACTS}
    values |= {name: json.dumps(event.get(name, []), ensure_ascii=False) for name in LISTS}
    connection.execute(articles.update().where(own).values(values))
    index.take_out(connection, key)
    connection.execute(unsketched.insert().values(url_key=key))
