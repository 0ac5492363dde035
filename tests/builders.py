"""Articles with defaults, and what a test asks of an archive as a whole."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from archive import Article
from archive.database import writable
from archive.tables import ARCHIVE_TABLES, metadata

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LONG = "某公司今日发布了一款新产品，并称它将改变行业的格局。" * 10


def article(number: int = 1, **changes: Any) -> Article:
    """Article `number` of huxiu, with a text of its own of more than 200 letters."""
    facts: dict[str, Any] = {
        "url": f"https://www.huxiu.com/article/{number}",
        "source": "huxiu",
        "title": f"第{number}篇",
        "body": f"{LONG}\n\n第{number}段。",
        "fetched_at": NOW,
        "published_at": datetime.fromisoformat("2026-11-23T10:59:00+08:00"),
        "authors": ("小明",),
        "identifier": str(number),
        "publisher": "虎嗅",
        "zone": "Asia/Shanghai",
        "language": "zh-CN",
    }
    return Article(**(facts | changes))


def files(root: Path) -> dict[str, str]:
    """Path → text of every Markdown file of the archive."""
    paths = sorted(path for path in root.rglob("*.md") if "ledger" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_text() for path in paths}


def archive_tables(root: Path, database_url: str | None) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every archive table, sorted."""
    engine = writable(root, database_url)
    try:
        with engine.connect() as connection:
            return {
                table.name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
                for table in ARCHIVE_TABLES
            }
    finally:
        engine.dispose()


def drop_database(root: Path, database_url: str | None) -> None:
    """What `rm` of the database does; of a server's no row is left."""
    if database_url is None:
        for file in root.glob("catalog.sqlite3*"):
            file.unlink()
        return
    engine = writable(root, database_url)
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.delete())
    engine.dispose()


def drop_tables(root: Path, database_url: str | None) -> None:
    """The same, and of a server's no table is left."""
    if database_url is None:
        drop_database(root, None)
        return
    engine = writable(root, database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
