"""What several ledger lines do, in one go: new articles are written in one step a table, all else a line at a time."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.database import portions
from archive.files import path_key
from archive.tables import aliases, articles, links, sketches, unsketched, urls, ways
from archive.urls.keys import url_key
from archive.working_tables import retries
from archive.writing.effects import article_row, link_rows, take_effect, url_row, way_row
from archive.writing.ledger import Event

_AT_ONCE = 100  # of which each is looked for in eight tables: SQLite's bound on variables
_SPEAKING = (articles, urls, ways, links, sketches, unsketched, retries)


def take_effects(connection: Connection, events: Iterable[Event]) -> None:
    """The lines' effects, as if one came after the other."""
    for some in _grouped(events):
        if _are_new(connection, some):
            _put(connection, some)
        else:
            for event in some:
                take_effect(connection, event)


def _grouped(events: Iterable[Event]) -> Iterator[Sequence[Event]]:
    """Articles that follow one another, a hundred at most; all else by itself."""
    for is_article, some in groupby(events, lambda event: event["event"] == "archived"):
        yield from portions(some, _AT_ONCE if is_article else 1)


def _are_new(connection: Connection, events: Sequence[Event]) -> bool:
    """Are these articles of which no table speaks, and which take no other's place?"""
    if len(events) < 2 or any(event.get("retires") for event in events):
        return False
    keys, paths = _keys(events), {path_key(event["path"]) for event in events}
    if len(keys) < len(events) or len(paths) < len(events):
        return False
    named = [sa.select(sa.literal(1)).where(table.c.url_key.in_(keys)) for table in _SPEAKING]
    named.append(sa.select(sa.literal(1)).where(aliases.c.kind == "url", aliases.c.key.in_(keys)))
    lying = [
        sa.select(sa.literal(1)).where(articles.c.path_key.in_(paths)),
        sa.select(sa.literal(1)).where(aliases.c.kind == "path", aliases.c.key.in_(paths)),
    ]
    return not any(connection.scalar(sa.union_all(*queries).limit(1)) for queries in (named, lying))


def _keys(events: Sequence[Event]) -> set[str]:
    return {url_key(event["url"]) for event in events}


def _put(connection: Connection, events: Sequence[Event]) -> None:
    """Their rows: the same that `effects` gives one after the other."""
    rows = {
        articles: [article_row(event) for event in events],
        urls: [url_row(event, "archived", "") for event in events],
        ways: [row for event in events if (row := way_row(event))],
        links: [row for event in events for row in link_rows(event)],
        unsketched: [{"url_key": key} for key in _keys(events)],
    }
    for table, some in rows.items():
        if some:
            connection.execute(table.insert(), some)
