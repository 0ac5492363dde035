"""The verbs that look after the archive: list, show, forget, reindex."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import typer

from archive import Archive, ArticleRow
from cli.errors import BadInput
from cli.opening import canonical, open_archive, read_archive, recipes_of, settings_of
from cli.saying import progress, say_json, say_table


def list_articles(source: str | None, limit: int | None, config: Path | None, *, as_json: bool) -> int:
    """Every article, the newest first."""
    with read_archive(settings_of(config)) as archive:
        rows = archive.articles(source, limit)
        if source is not None and not rows and source not in archive.counts():
            raise BadInput(f"no source {source} in {archive.root}; `broadsheet status` names those it holds")
        root = archive.root
    if as_json:
        say_json(row.as_json() for row in rows)
    else:
        say_articles(rows)
        print(f"\n{len(rows)} article{'' if len(rows) == 1 else 's'} in {root}")
    return 0


def say_articles(rows: list[ArticleRow]) -> None:
    """A table of articles."""
    say_table(("time", "title", "name", "file"), ((row.time, row.title, row.name, row.path) for row in rows))


def show(url_or_path: str, config: Path | None) -> int:
    """One article's file, byte for byte."""
    settings = settings_of(config)
    with read_archive(settings) as archive:
        named = canonical(url_or_path, recipes_of(settings))
        content = archive.text(article_of(archive, named)).encode("utf-8")
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    return 0


def forget(url: str, config: Path | None, *, asks: bool) -> int:
    """Removes one article and says what went."""
    settings = settings_of(config)
    url = canonical(url, recipes_of(settings))
    read_archive(settings).close()  # there is nothing to forget in an archive that would be made now
    with open_archive(settings) as archive:
        row = archive.article(url)
        what = f"{row.title} ({row.path})" if row else url
        if asks and sys.stdin.isatty() and not typer.confirm(f"Forget {what} for good?"):
            return 1
        if not archive.forget(row.url if row else url, datetime.now(UTC)):
            raise BadInput(f"{archive.root} never met {url}; `broadsheet list` shows what it holds")
        print(f"Forgotten: {what}")
        print(f"Archive: {archive.root}")
    return 0


def reindex(config: Path | None, *, as_json: bool) -> int:
    """Rebuilds the catalog; 1 where something is damaged."""
    settings = settings_of(config)
    with progress("Reading files and ledger") as advance:
        # Not by way of `open`, which refuses what is damaged.
        report = Archive.rebuild(settings.archive, settings.database_url, advance)
    if as_json:
        say_json([asdict(report)])
    else:
        for line in (*report.problems, *report.notes):
            print(line, file=sys.stderr)
        print(
            f"{report.articles} articles from {report.lines} ledger lines: {report.edited} edited,", end=" "
        )
        print(f"{report.moved} moved, {report.adopted} adopted, {report.removed} removed")
        print(f"Archive: {settings.archive}")
    return 0 if report.ok else 1


def article_of(archive: Archive, url_or_path: str) -> ArticleRow:
    """The article of this URL or file."""
    path = Path(url_or_path)
    # A path as the shell completes it is relative to this folder, not to the archive.
    row = archive.article(url_or_path) or (archive.article(str(path.resolve())) if path.exists() else None)
    if row is None:
        raise BadInput(f"no article {url_or_path} in {archive.root}; `broadsheet list` shows what it holds")
    return row
