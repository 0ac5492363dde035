"""What was received for an article: one response written out, or all of them listed."""

import sys
from datetime import datetime
from pathlib import Path

from archive import Archive, Stored
from cli.errors import BadInput
from cli.opening import canonical, read_archive, recipes_of, settings_of
from cli.saying import say_json, say_table


def list_snapshots(url: str, config: Path | None, *, as_json: bool) -> int:
    """Every response that came for an article, the latest first."""
    settings = settings_of(config)
    with read_archive(settings) as archive:
        url = _article_url(archive, canonical(url, recipes_of(settings)))
        rows = archive.snapshots.rows(url)
        if not rows:
            raise _none_of(url, archive)
    told = ("at", "status", "kind", "url", "record_id")
    if as_json:
        say_json({name: getattr(row, name) for name in (*told, "file", "offset", "digest")} for row in rows)
    else:
        say_table(
            ("received", "status", "kind", "url", "record"),
            ((_local(row.at), row.status, row.kind, row.url, _short(row.record_id)) for row in rows),
        )
    return 0


def write_snapshot(url: str, record: str | None, out: Path | None, config: Path | None) -> int:
    """One response's body, to standard output or a new file."""
    settings = settings_of(config)
    if out is not None and out.exists():
        raise BadInput(f"{out} is there already; name another file for --out, or remove it")
    with read_archive(settings) as archive:
        stored = _chosen(archive, canonical(url, recipes_of(settings)), record)
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(stored.body)
        return 0
    try:
        out.write_bytes(stored.body)
    except OSError as error:
        raise BadInput(f"{out}: {error.strerror}; name another file for --out") from error
    print(
        f"{len(stored.body)} bytes of {stored.url} ({stored.at:%Y-%m-%d %H:%M} UTC, {stored.status}) in {out}"
    )
    return 0


def _chosen(archive: Archive, url: str, record: str | None) -> Stored:
    ids = archive.snapshots.of(_article_url(archive, url))
    if not ids:
        raise _none_of(url, archive)
    named = [one for one in ids if record and (one == record or _bare(one).startswith(_bare(record)))]
    if record is not None and len(named) != 1:
        how_many = "more than one" if named else "no"
        raise BadInput(
            f"{url} has {how_many} snapshot {record}; `broadsheet snapshot --list` shows those it has"
        )
    row = archive.article(url)
    of_the_article = row.snapshot if row is not None else None
    chosen = named[0] if named else (of_the_article if of_the_article in ids else ids[0])
    stored = archive.snapshots.get(str(chosen))
    if stored is None:
        raise BadInput(f"snapshot {chosen} of {url} can't be read; `broadsheet verify` says what is damaged")
    return stored


def _bare(record_id: str) -> str:
    return record_id.strip("<>").removeprefix("urn:uuid:")


def _short(record_id: str) -> str:
    """As much of it as tells it from the others of an article."""
    return _bare(record_id)[:8]


def _local(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"


def _article_url(archive: Archive, url_or_path: str) -> str:
    row = archive.article(url_or_path)
    if row is None and Path(url_or_path).exists():
        row = archive.article(str(Path(url_or_path).resolve()))
    return row.url if row is not None else url_or_path


def _none_of(url: str, archive: Archive) -> BadInput:
    return BadInput(
        f"no snapshot of {url} in {archive.root}; pages crawled with `snapshots = false`, or before there were any, have none"
    )
