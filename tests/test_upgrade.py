"""An archive of an earlier schema is opened: its catalog is copied, migrated, and nothing is lost; nor by a kill."""

import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import archive.database
from archive import Archive, ArchiveError, Found, PollRow
from archive.database import writable
from archive.tables import REVISION, metadata
from tests.builders import LONG, NOW, archive_tables, article, drop_database, files
from tests.disk import fill
from tests.forked import run_python
from tests.terminal import ROOT

Rows = dict[str, list[tuple[Any, ...]]]
EARLIER = ["0001", "0002", "0003", "0004", "0005"]
OPERATIONAL = ("runs", "due", "polls", "domains", "robots")


@pytest.fixture
def database_url(bare_database_url: str | None) -> str | None:
    """Every schema is made here."""
    return bare_database_url


def database_at(revision: str, root: Path, database_url: str | None) -> sa.Engine:
    """An empty database as an earlier edition made it."""
    root.mkdir(exist_ok=True)
    engine = archive.database._engine(archive.database._url(root, database_url))
    config = Config()
    config.set_main_option("script_location", str(Path(archive.database.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return engine


def rows_of(engine: sa.Engine, names: tuple[str, ...] = OPERATIONAL) -> Rows:
    reflected = sa.MetaData()
    reflected.reflect(engine)
    with engine.connect() as connection:
        return {
            name: sorted((_stated(row) for row in connection.execute(sa.select(table)).mappings()), key=repr)
            for name, table in reflected.tables.items()
            if name in names
        }


def _stated(row: sa.RowMapping) -> tuple[Any, ...]:
    """Without what is empty: so is each column that a later edition adds."""
    return tuple((name, value) for name, value in row.items() if value is not None)


def fill_as_then(engine: sa.Engine, newest: sa.Engine) -> None:
    """The rows that today's tables hold, as far as the earlier ones can."""
    then = sa.MetaData()
    then.reflect(engine)
    with newest.connect() as today, engine.begin() as earlier:
        for name, table in then.tables.items():
            if name not in metadata.tables:
                continue
            rows = [dict(row) for row in today.execute(sa.select(metadata.tables[name])).mappings()]
            kept = [{key: value for key, value in row.items() if key in table.c} for row in rows]
            if kept:
                earlier.execute(table.insert(), kept)


def live_as_then(opened: Archive) -> None:
    """Every kind of ledger line that the earlier editions wrote."""
    urls = [f"https://www.huxiu.com/article/{number}" for number in range(9)]
    opened.discover([Found(url, "huxiu", "题", NOW, "feed") for url in urls], NOW)
    for number in range(1, 5):
        opened.add(article(number, tags=("甲", "乙"), summary="摘要"))
    opened.add(article(6, body=LONG))
    opened.add(article(5, body=LONG, published_at=NOW))  # duplicate
    opened.add(article(8, body="提要。", read_from="feed"))
    opened.add(article(8))  # replaced
    opened.refuse("https://www.huxiu.com/article/90", "huxiu", "gone", "404", NOW)
    opened.alias({"https://www.huxiu.com/s/1": article(1).url}, NOW)
    first, second, third = (opened.root / f"huxiu/2026/2026-11-23-{n}.md" for n in range(1, 4))
    first.write_text(first.read_text() + "my note\n")
    second.unlink()
    third.rename(opened.root / "third.md")
    (opened.root / "own.md").write_text("---\nurl: https://b.example/own\ntitle: own\n---\nmine\n")
    opened.reindex(now=NOW)
    opened.forget(article(4).url, NOW)


def write_as_then(opened: Archive) -> None:
    """The ledger without what the earlier editions did not say."""
    store, new = opened._store, ("related", "reader")
    end = store.ledger.rewrite(lambda event: {key: value for key, value in event.items() if key not in new})
    store.catalog.set_position(end, str(store.ledger.first_id()))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive that lived through much, and a catalog of today's schema beside it."""
    folder = tmp_path_factory.mktemp("lived")
    root = folder / "archive"
    with Archive.open(root) as opened:
        live_as_then(opened)
        write_as_then(opened)
        opened.reindex()
        run = opened.runs.start("huxiu", "crawl", NOW)
        opened.runs.finish(run, {"counts": {"archived": 4}}, "ok", NOW)
        opened.runs.set_due("huxiu", NOW, 2)
        opened.polls.put(
            PollRow(source="huxiu", address="https://x.example/feed", asked_at="2026", etag='"1"')
        )
        opened.refuse("https://www.huxiu.com/article/91", "huxiu", "failed", "timeout", NOW)
    (root / "catalog.sqlite3").rename(folder / "newest.sqlite3")
    for file in root.glob("catalog.sqlite3*"):
        file.unlink()
    return folder


@pytest.fixture
def newest(lived: Path, tmp_path: Path) -> Path:
    """A copy of that archive."""
    shutil.copytree(lived, tmp_path, dirs_exist_ok=True)
    return tmp_path / "archive"


def aged(revision: str, root: Path, database_url: str | None) -> sa.Engine:
    """The archive's catalog as an earlier edition would have it."""
    engine = database_at(revision, root, database_url)
    today = sa.create_engine(f"sqlite:///{root.parent / 'newest.sqlite3'}")
    fill_as_then(engine, today)
    today.dispose()
    return engine


@pytest.mark.parametrize("revision", EARLIER)
def test_an_archive_of_an_earlier_schema_loses_nothing(
    newest: Path, revision: str, database_url: str | None
) -> None:
    engine = aged(revision, newest, database_url)
    before, texts = rows_of(engine), files(newest)
    engine.dispose()
    with Archive.open(newest, database_url) as opened:
        assert [run.report for run in opened.runs.latest()] == [{"counts": {"archived": 4}}]
    migrated = archive_tables(newest, database_url)
    engine = writable(newest, database_url)
    after = rows_of(engine)
    engine.dispose()
    assert {name: after[name] for name in before} == before
    assert files(newest) == texts
    drop_database(newest, database_url)
    assert Archive.rebuild(newest, database_url).ok
    assert archive_tables(newest, database_url) == migrated


@pytest.mark.parametrize("revision", EARLIER)
def test_the_catalog_is_copied_before_its_schema_changes(newest: Path, revision: str) -> None:
    engine = aged(revision, newest, None)
    before = rows_of(engine, ("articles", "urls", "runs", "alembic_version"))
    engine.dispose()
    Archive.open(newest).close()
    (copy,) = (newest / ".broadsheet").glob("before-*")
    assert copy.name == f"before-{REVISION}.sqlite3"
    kept = sa.create_engine(f"sqlite:///{copy}")
    assert rows_of(kept, ("articles", "urls", "runs", "alembic_version")) == before
    kept.dispose()
    Archive.open(newest).close()
    assert list((newest / ".broadsheet").glob("before-*")) == [copy]


def test_only_the_last_two_copies_are_kept(newest: Path) -> None:
    aged("0003", newest, None).dispose()
    for earlier in ("0002", "0003"):
        (newest / ".broadsheet" / f"before-{earlier}.sqlite3").write_bytes(b"")
    Archive.open(newest).close()
    copies = {file.name for file in (newest / ".broadsheet").glob("before-*")}
    assert copies == {"before-0003.sqlite3", f"before-{REVISION}.sqlite3"}


def test_a_new_archive_has_nothing_to_copy(tmp_path: Path) -> None:
    Archive.open(tmp_path).close()
    assert list((tmp_path / ".broadsheet").glob("before-*")) == []


def test_without_room_for_the_copy_the_schema_stays(disk: Path, newest: Path) -> None:
    aged("0003", newest, None).dispose()
    root = shutil.copytree(newest, disk / "archive")
    ballast = fill(disk)
    os.truncate(ballast, ballast.stat().st_size - 65_536)  # for SQLite's own side files
    with pytest.raises(ArchiveError, match=f"before-{REVISION}") as caught:
        Archive.open(root)
    assert "\n" not in str(caught.value)
    with closing(sqlite3.connect(root / "catalog.sqlite3")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0003",)]
    ballast.unlink()
    with Archive.open(root) as opened:
        assert opened.articles() != []


KILLED = """
import os, signal, sys
from pathlib import Path
import sqlalchemy as sa
from archive import Archive
left = int(sys.argv[3])

@sa.event.listens_for(sa.engine.Engine, "before_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

Archive.open(Path(sys.argv[1]), sys.argv[2] or None).close()
"""


@pytest.mark.parametrize(
    ("bare_database_url", "revision"),
    [
        *(("sqlite", revision) for revision in EARLIER),
        *(("postgresql", revision) for revision in (EARLIER[0], EARLIER[-1])),  # it knows no half a change
    ],
    indirect=["bare_database_url"],
)
def test_a_kill_in_the_middle_is_migrated_by_the_next_start(
    newest: Path, revision: str, database_url: str | None
) -> None:
    engine = aged(revision, newest, database_url)
    before = rows_of(engine)
    engine.dispose()
    ended = []
    for statements in (2, 4, 7, 12, 20, 33, 55, 10_000):
        done = run_python("-c", KILLED, newest, database_url or "", statements, cwd=ROOT)
        ended.append(done.returncode)
        if done.returncode != -signal.SIGKILL:
            break
    assert ended[-1] == 0, done.stderr
    assert len(ended) > 3
    with Archive.open(newest, database_url) as opened:
        assert opened.article(article(1).url) is not None
    engine = writable(newest, database_url)
    after = rows_of(engine)
    engine.dispose()
    assert {name: after[name] for name in before} == before
    migrated = archive_tables(newest, database_url)
    assert Archive.rebuild(newest, database_url).ok
    assert archive_tables(newest, database_url) == migrated
