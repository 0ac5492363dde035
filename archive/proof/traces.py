"""What is left of a forgotten article beside the archive proper: copies of catalogs, things put aside, crawls' reports."""

import json
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from archive.database import naming
from archive.errors import DocumentError
from archive.files import HOUSEHOLD, LEDGER, Files, write_whole
from archive.markdown import parse
from archive.sqlite_copy import copies
from archive.urls.keys import url_key
from archive.working_tables import runs
from archive.writing.ledger import Event

_FORGOTTEN = "a forgotten article"


def erase(root: Path, engine: Engine, urls: Collection[str], paths: Collection[str]) -> None:
    """Removes them. Done again, after a kill too, it ends the same.

    Copies of whole catalogs and of damaged ones go as they are: nothing can be taken out of them.
    """
    keys = frozenset(map(url_key, urls))
    files, aside = Files(root), root / HOUSEHOLD / "damaged"
    for path in paths:
        files.sweep(path)
    for copy in (*copies(root), *aside.glob("catalog.sqlite3*")):
        copy.unlink(missing_ok=True)
    for ledger in aside.glob(f"{LEDGER}-*/*/*.jsonl"):
        _scrub_ledger(ledger, keys)
    own = {f"{path}." for path in paths}
    for file in aside.rglob("*.md.*"):
        if any(file.relative_to(aside).as_posix().startswith(name) for name in own) or _is_of(file, keys):
            file.unlink(missing_ok=True)
    with naming(engine), engine.begin() as connection:
        _scrub_reports(connection, frozenset(urls), keys)


def _scrub_ledger(file: Path, keys: frozenset[str]) -> None:
    """Leaves the lines that are whole and about something else."""
    lines = file.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if _is_of_another(line, keys)]
    if kept != lines:
        write_whole(file, b"".join(kept))


def _is_of_another(line: bytes, keys: frozenset[str]) -> bool:
    try:
        event: Event = json.loads(line)
        return url_key(str(event.get("url", ""))) not in keys
    except (ValueError, AttributeError):
        return False


def _is_of(file: Path, keys: frozenset[str]) -> bool:
    with suppress(DocumentError):
        return url_key(parse(file.read_bytes()).url) in keys
    return False


def _scrub_reports(connection: sa.Connection, urls: frozenset[str], keys: frozenset[str]) -> None:
    for number, text in connection.execute(sa.select(runs.c.id, runs.c.report)).all():
        before = json.loads(text)
        after = _scrubbed(before, urls, keys)
        if after != before:
            row = {"report": json.dumps(after, ensure_ascii=False)}
            connection.execute(runs.update().where(runs.c.id == number).values(row))


def _scrubbed(part: Any, urls: frozenset[str], keys: frozenset[str]) -> Any:
    """The part of a report without what is told of the URLs."""
    if isinstance(part, dict):
        return {
            key: _scrubbed(value, urls, keys) for key, value in part.items() if not _names(key, urls, keys)
        }
    if isinstance(part, list):
        return [_scrubbed(value, urls, keys) for value in part]
    return _FORGOTTEN if isinstance(part, str) and _names(part, urls, keys) else part


def _names(text: str, urls: frozenset[str], keys: frozenset[str]) -> bool:
    return any(url in text for url in urls) or ("://" in text and url_key(text) in keys)
