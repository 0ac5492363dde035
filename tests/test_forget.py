"""Forgetting reaches every byte that the archive keeps of an article: no file, page, record or row holds its text."""

import gzip
import json
import shutil
import signal
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from archive import Archive, Found, Picture, Verdict, verify
from archive.database import writable
from archive.sqlite_copy import copy_before
from tests.builders import LONG, NOW, article, drop_database
from tests.forked import run_python
from tests.prepared import copied
from tests.terminal import ROOT
from tests.test_repair import damage_line, mend
from tests.test_verify import exchange

SECRET = "绝密"
NUMBER = 1
PICTURE_URL = "https://img.huxiu.com/secret.png"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"secret-picture" * 10
SHARED = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"shared-picture" * 10


def secret(text: str, hours: int = 0, number: int = NUMBER, snapshot: str | None = None) -> object:
    return article(
        number,
        title=f"{SECRET}标题",
        body=f"{text}\n\n{SECRET}内容\n\n![x]({PICTURE_URL})\n\n![y](https://img.huxiu.com/shared.png)",
        summary=f"{SECRET}摘要",
        authors=(f"张{SECRET}",),
        tags=(SECRET,),
        fetched_at=NOW + timedelta(hours=hours),
        snapshot=snapshot,
    )


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive in which all of an article is kept that can be: versions, pages, pictures, copies, reports."""
    root = tmp_path_factory.mktemp("full") / "archive"
    url = article(NUMBER).url
    page = f"<html><p>{SECRET}的网页</p></html>".encode()
    with Archive.open(root) as archive:
        archive.discover([Found(url, "huxiu", f"{SECRET}标题", NOW, "feed")], NOW)
        first = archive.snapshots.put(exchange(NUMBER, page))
        archive.add(secret(LONG, snapshot=first))  # type: ignore[arg-type]
        archive.add(article(2, body=f"{LONG}别的文章\n\n![y](https://img.huxiu.com/shared.png)"))
        archive.snapshots.put(exchange(2, page))  # the same page at another URL: its record goes on
        archive.assets.keep(
            url, [Picture(PICTURE_URL, PNG), Picture("https://img.huxiu.com/shared.png", SHARED)], NOW
        )
        archive.assets.keep(article(2).url, [Picture("https://img.huxiu.com/shared.png", SHARED)], NOW)
        archive.add(secret(f"{LONG}\n\n改了，涨了5%。", 1))  # type: ignore[arg-type]
        archive.add(article(3, title=f"{SECRET}标题", body=f"{LONG}\n\n改了，涨了5%。\n\n{SECRET}内容"))
        archive.alias({"https://www.huxiu.com/s/1": url}, NOW)
        archive.refuse("https://www.huxiu.com/article/8", "huxiu", "gone", "404", NOW)
        run = archive.runs.start("huxiu", "crawl", NOW)
        report = {
            "troubles": {url: f"failed: {SECRET}", f"{url}?x=1": "no"},
            "problem": f"{url}: {SECRET}",
            "wanted": 3,
        }
        archive.runs.finish(run, report, "ok", NOW)
    copy_before(root / "catalog.sqlite3", root, "0004")
    flawed = root / f"huxiu/2026/2026-11-23-{NUMBER}.md"
    whole = flawed.read_bytes()
    flawed.write_bytes(whole[:-20] + b"\0" + whole[-20:])
    damage_line(root / "ledger/2026/2026-11-24.jsonl", 1, "garbage")
    mend(root, None)
    flawed.write_bytes(whole)
    assert (root / ".broadsheet/damaged/ledger-1").exists()
    return root


@pytest.fixture
def root(full: Path, tmp_path: Path, database_url: str | None) -> Path:
    """A copy of it."""
    return copied(full, tmp_path / "archive", database_url)


def holding(root: Path) -> list[str]:
    """The files that hold the secret, whatever they are packed with."""
    marks = (SECRET.encode(), json.dumps(SECRET)[1:-1].encode(), b"secret-picture")
    return [str(file.relative_to(root)) for file in root.rglob("*") if file.is_file() and holds(file, marks)]


def holds(file: Path, marks: tuple[bytes, ...]) -> bool:
    content = file.read_bytes()
    if file.suffix == ".gz":
        content += gzip.decompress(content)
    return any(mark in content for mark in marks)


def rows_holding(root: Path, database_url: str | None) -> list[str]:
    engine = writable(root, database_url)
    found, tables = [], sa.MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            rows = connection.execute(sa.select(table)).all()
            found += [table.name for row in rows if SECRET in repr(row) or SECRET in str(row)]
    engine.dispose()
    return found


def test_no_byte_of_it_is_left(root: Path, database_url: str | None) -> None:
    assert len(holding(root)) > 5
    with Archive.open(root, database_url) as archive:
        assert archive.forget(article(NUMBER).url, NOW)
        assert [row.url for row in archive.articles()] == [article(2).url]
        assert archive.add(secret(LONG)).verdict is Verdict.REMOVED  # type: ignore[arg-type]
        (run,) = archive.runs.latest()
        assert run.report == {"troubles": {}, "problem": "a forgotten article", "wanted": 3}
    left = [file for file in holding(root) if not file.endswith(".warc.gz")]
    assert left == []
    assert rows_holding(root, database_url) == []
    assert any(SHARED in file.read_bytes() for file in root.glob("assets/*/*"))
    proof = verify(root, database_url)
    assert proof.ok, proof.findings


def test_its_page_is_in_no_snapshot_but_another_urls(root: Path, database_url: str | None) -> None:
    with Archive.open(root, database_url) as archive:
        archive.forget(article(NUMBER).url, NOW)
        assert archive.snapshots.of(article(NUMBER).url) == []
        (record,) = archive.snapshots.of(article(2).url)
        stored = archive.snapshots.get(record)
        assert stored is not None
        assert SECRET.encode() in stored.body
        archive.forget(article(2).url, NOW)
    assert holding(root) == []


FORGET = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from archive import Archive
left = int(sys.argv[4])

def guarded(real):
    def call(*arguments, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    return call

with Archive.open(Path(sys.argv[1]), sys.argv[2] or None) as archive:
    os.fsync = guarded(os.fsync)
    for name in ("replace", "unlink", "rename"):
        setattr(Path, name, guarded(getattr(Path, name)))
    archive.forget(sys.argv[3], datetime.now(UTC))
"""


@pytest.mark.parametrize(
    ("database_url", "moment"),
    [
        *(("sqlite", moment) for moment in (0, 1, 3, 5, 8, 11, 14, 17, 20, 24)),
        *(("postgresql", moment) for moment in (1, 8, 17)),
    ],
    indirect=["database_url"],
)
def test_killed_in_the_middle_it_is_finished_by_the_next(
    root: Path, database_url: str | None, moment: int
) -> None:
    url = article(NUMBER).url
    done = run_python("-c", FORGET, root, database_url or "", url, moment, cwd=ROOT)
    assert done.returncode in (0, -signal.SIGKILL)
    with Archive.open(root, database_url) as archive:
        archive.forget(url, NOW)
    assert [file for file in holding(root) if not file.endswith(".warc.gz")] == []
    assert rows_holding(root, database_url) == []
    assert verify(root, database_url).ok


def test_what_is_forgotten_stays_so_when_the_catalog_is_rebuilt(root: Path, database_url: str | None) -> None:
    with Archive.open(root, database_url) as archive:
        archive.forget(article(NUMBER).url, NOW)
    drop_database(root, database_url)
    assert Archive.rebuild(root, database_url).ok
    with Archive.open(root, database_url) as archive:
        assert archive.is_settled(article(NUMBER).url)
    assert rows_holding(root, database_url) == []


def test_a_copy_of_the_archive_is_not_reached(root: Path, database_url: str | None) -> None:
    copy = shutil.copytree(root, root.parent / "copy")
    with Archive.open(root, database_url) as archive:
        archive.forget(article(NUMBER).url, NOW)
    assert holding(copy) != []
