"""A damaged ledger: what its lost lines did is told by the catalog, and the rest is chained anew."""

import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive import tables
from archive.errors import ArchiveError
from archive.files import HOUSEHOLD, LEDGER, Files, write_whole
from archive.proof.findings import Kind
from archive.proof.inspection import Inspection
from archive.proof.mended import damage_told, dropped, mended
from archive.proof.replica import Difference, Rows, row_at
from archive.writing.ledger import Event, More
from archive.writing.store import Store

_HOLDS_STATES = {tables.urls.name: 1, tables.articles.name: 0}  # an article's line changes its URL's state


def is_needed(seen: Inspection) -> bool:
    return bool(seen.ledger_problems) or seen.is_cut


def mend(root: Path, store: Store, seen: Inspection, now: datetime) -> int:
    """Puts the ledger aside, and one of whole lines in its place; gives how many rows were carried over."""
    first = store.ledger.first_id()
    trusted = _trusted(root, seen, first)
    aside = _aside(root)
    lost = list(_lost(root, store, seen)) if trusted is not None else []
    told: dict[str, Any] = dict(damage_told(_problems(seen), aside.relative_to(root).as_posix()))
    if trusted is not None and trusted.archive_id not in (None, first):
        # The first line is lost, by which ledger and catalog know each other.
        more = More((told | {"id": trusted.archive_id},), tuple(lost))
    else:
        more = More((), (*lost, told))
    if seen.is_cut and trusted is not None and more.after:
        # So that a catalog that was not cleared yet, after a kill, is known as this ledger's.
        more = More(more.before, (*more.after[:-1], {**more.after[-1], "id": trusted.position.event_id}))
    if (root / LEDGER).exists():
        _copy(root / LEDGER, aside)
    store.ledger.rewrite(lambda event: event, more, now)
    return len(lost)


def _problems(seen: Inspection) -> list[str]:
    return [f"{one.path}: {one.what}" for one in seen.findings if one.kind is Kind.LEDGER]


def _trusted(root: Path, seen: Inspection, first: str | None) -> Rows | None:
    """The catalog's rows where they are as new as the ledger, or newer, and this ledger's."""
    rows = seen.rows
    if rows is None or rows.archive_id is None:
        return None
    if seen.is_cut and first not in (None, rows.archive_id):
        raise ArchiveError(
            f"the database is another archive's than {root}; give each archive a database of its own"
        )
    is_in_step = rows.position.event_id == seen.replica.end.event_id
    return rows if seen.is_cut or is_in_step else None


def _aside(root: Path) -> Path:
    """A folder that is not there yet."""
    number = 1
    while (found := root / HOUSEHOLD / "damaged" / f"ledger-{number}").exists():
        number += 1
    return found


def _copy(ledger: Path, aside: Path) -> None:
    """All of it, or nothing: what is damaged is nowhere else."""
    try:
        for file in sorted(ledger.rglob("*.jsonl")):
            write_whole(aside / file.relative_to(ledger), file.read_bytes())
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _lost(root: Path, store: Store, seen: Inspection) -> Iterator[Event]:
    """The rows that the whole lines don't give, as the catalog has them."""
    ordered = sorted(seen.differences, key=lambda one: _HOLDS_STATES.get(one.table.name, 2))
    with store.engine.connect() as catalog, seen.replica.engine.connect() as replica:
        for one in ordered:
            have, said = row_at(catalog, one.table, one.key), row_at(replica, one.table, one.key)
            if _is_file_as(root, one, said) and not _is_file_as(root, one, have):
                continue  # it is the catalog that is wrong
            yield _event(one.table, _url(catalog, replica, have or said or {}), have, said or {})


def _event(table: sa.Table, url: str, have: Mapping[str, Any] | None, said: Mapping[str, Any]) -> Event:
    if have is not None:
        return mended(table.name, url, have)
    return dropped(table.name, url, {column.name: said[column.name] for column in table.primary_key})


def _is_file_as(root: Path, one: Difference, row: Mapping[str, Any] | None) -> bool:
    if row is None or one.table is not tables.articles:
        return False
    return Files(root).digest(row["path"]) == str(row["sha256"])


def _url(catalog: Connection, replica: Connection, row: Mapping[str, Any]) -> str:
    """The address of whom the row is about."""
    if "url" in row:
        return str(row["url"])
    for connection in (catalog, replica):
        for table in (tables.articles, tables.urls):
            url = connection.scalar(sa.select(table.c.url).where(table.c.url_key == row["url_key"]))
            if url is not None:
                return str(url)
    return f"https://{row['url_key']}"
