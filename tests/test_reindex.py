"""Rebuilding from files and ledger; a person's hand in the files; forgetting."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from archive import Archive, ArchiveError, Found, Picture, Verdict
from tests.builders import LONG, NOW, archive_tables, article, drop_database, files
from tests.test_assets import ONE, PNG


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def archive(root: Path, database_url: str | None) -> Iterator[Archive]:
    with Archive.open(root, database_url) as opened:
        yield opened


def live_through_much(archive: Archive) -> None:
    """Every kind of ledger line at least once."""
    later = NOW + timedelta(hours=1)
    archive.discover(
        [Found(f"https://www.huxiu.com/article/{n}", "huxiu", "题", NOW, "feed") for n in range(9)], NOW
    )
    for number in range(1, 5):
        archive.add(article(number, tags=("甲", "乙"), summary="摘要", image="https://a.example/i.png"))
    archive.add(article(5, body=f"{LONG}\n\n![]({ONE})", published_at=None))
    archive.assets.keep(article(5).url, [Picture(ONE, PNG)], NOW)
    archive.add(article(6, body=LONG))  # preferred: the pictures are its own now
    archive.add(article(7, body=LONG, published_at=NOW))  # duplicate
    archive.add(article(8, body="提要。", read_from="feed"))
    archive.add(article(8))  # replaced
    archive.add(article(8, body=f"{article(8).body}\n\n后来补充的一段。", fetched_at=later))  # revised
    archive.add(article(8, fetched_at=later))  # revised: the first text is back
    archive.history.note(article(8).url, "gone", "404", later)
    archive.corrections.correct([article(1, summary="另一个摘要", reader="2"), article(3, reader="2")], later)
    archive.refuse("https://www.huxiu.com/article/90", "huxiu", "blocked", "WAF", NOW)
    archive.refuse("https://www.huxiu.com/article/90", "huxiu", "gone", "404", later)
    archive.alias({"https://www.huxiu.com/s/1": article(1).url}, NOW)
    first, second, third = (archive.root / f"huxiu/2026/2026-11-23-{n}.md" for n in range(1, 4))
    first.write_text(first.read_text() + "my note\n")
    second.unlink()
    (archive.root / "mine").mkdir()
    third.rename(archive.root / "mine" / "third.md")
    (archive.root / "mine" / "own.md").write_text("---\nurl: https://b.example/own\ntitle: own\n---\nmine\n")
    archive.reindex(now=later)
    archive.add(article(1, body=f"{article(1).body}\n\n后来补充的一段。", fetched_at=later))  # set aside
    archive.forget(article(4).url, later)


def test_after_losing_the_database_every_archive_table_is_as_before(
    archive: Archive, root: Path, database_url: str | None
) -> None:
    live_through_much(archive)
    run = archive.runs.start("huxiu", "crawl", NOW)
    archive.runs.finish(run, {}, "ok", NOW)
    archive.close()
    before = archive_tables(root, database_url)
    assert {name for name, rows in before.items() if not rows} <= {"links"}
    drop_database(root, database_url)
    with Archive.open(root, database_url) as rebuilt:
        assert rebuilt.reindex().ok
        assert rebuilt.runs.latest() == []
    assert archive_tables(root, database_url) == before


def test_reindexing_twice_changes_nothing(archive: Archive, root: Path, database_url: str | None) -> None:
    live_through_much(archive)
    before, texts = archive_tables(root, database_url), files(root)
    report = archive.reindex()
    assert (report.edited, report.moved, report.adopted, report.removed) == (0, 0, 0, 0)
    assert (archive_tables(root, database_url), files(root)) == (before, texts)


def test_an_edited_file_is_taken_as_it_is_and_never_overwritten(archive: Archive, root: Path) -> None:
    path = root / str(archive.add(article(1, body=LONG, published_at=None)).path)
    path.write_text(path.read_text().replace("title: 第1篇", "title: 我的题") + "my note\n")
    edited = path.read_text()
    assert archive.reindex().edited == 1
    assert archive.articles()[0].title == "我的题"
    archive.add(article(2, body=LONG + "my note"))
    archive.add(article(1, body="全新的正文"))
    archive.reindex()
    assert path.read_text() == edited


def test_a_moved_file_is_found_by_its_url(archive: Archive, root: Path) -> None:
    path = root / str(archive.add(article(1)).path)
    (root / "shelf").mkdir()
    path.rename(root / "shelf" / "one.md")
    assert archive.text(archive.articles()[0]).startswith("---\n")
    assert archive.reindex().moved == 1
    assert archive.articles()[0].path == "shelf/one.md"
    found = archive.article("huxiu/2026/2026-11-23-1.md")
    assert found is not None
    assert found.path == "shelf/one.md"


def test_a_deleted_file_is_removed_and_stays_away(archive: Archive, root: Path) -> None:
    (root / str(archive.add(article(1)).path)).unlink()
    assert archive.reindex().removed == 1
    assert archive.is_settled(article(1).url)
    assert archive.discover([Found(article(1).url, "huxiu")], NOW) == []
    assert archive.add(article(1)).verdict is Verdict.REMOVED
    assert archive.add(article(2, body=article(1).body)).verdict is Verdict.DUPLICATE
    assert (files(root), archive.articles()) == ({}, [])
    assert archive.counts() == {"huxiu": {"duplicate": 1, "removed": 1}}


def test_a_deleted_file_that_comes_back_is_an_article_again(archive: Archive, root: Path) -> None:
    path = root / str(archive.add(article(1)).path)
    content = path.read_bytes()
    path.unlink()
    archive.reindex()
    path.write_bytes(content)
    archive.reindex()
    assert [row.url for row in archive.articles()] == [article(1).url]
    assert archive.counts() == {"huxiu": {"archived": 1}}


def test_a_file_whose_front_matter_is_broken_stays_and_is_named(archive: Archive, root: Path) -> None:
    path = root / str(archive.add(article(1)).path)
    path.write_text("no front matter any more\n")
    report = archive.reindex()
    assert not report.ok
    assert "2026-11-23-1.md" in report.problems[0]
    assert [row.path for row in archive.articles()] == ["huxiu/2026/2026-11-23-1.md"]
    assert path.read_text() == "no front matter any more\n"


def test_files_of_a_person_are_adopted_or_left_alone(archive: Archive, root: Path) -> None:
    archive.add(article(1))
    (root / "README.md").write_text("# my archive\n")
    (root / "copy.md").write_bytes((root / "huxiu/2026/2026-11-23-1.md").read_bytes())
    (root / "own.md").write_text("---\nurl: https://b.example/own\ntitle: own\n---\nmine\n")
    report = archive.reindex()
    assert (report.ok, report.adopted) == (True, 1)
    assert len(report.notes) == 2
    assert archive.is_settled("https://b.example/own")


def test_files_without_ledger_and_database_are_an_archive_again(
    archive: Archive, root: Path, database_url: str | None
) -> None:
    archive.add(article(1))
    archive.add(article(2))
    archive.close()
    drop_database(root, database_url)
    for file in root.glob("ledger/*/*"):
        file.unlink()
    with Archive.open(root, database_url) as again:
        assert {row.url for row in again.articles()} == {article(1).url, article(2).url}
        assert again.add(article(1)).verdict is Verdict.KNOWN
    assert len(files(root)) == 2


def test_a_damaged_ledger_is_told_and_the_rest_is_kept(
    archive: Archive, root: Path, database_url: str | None
) -> None:
    for number in range(3):
        archive.add(article(number))
    archive.close()
    ledger = next(root.glob("ledger/*/*"))
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(lines[0] + b"garbage\n" + lines[2])
    drop_database(root, database_url)
    with pytest.raises(ArchiveError, match="broadsheet repair"):
        Archive.open(root, database_url)
    report = Archive.rebuild(root, database_url)
    assert not report.ok
    assert report.articles == 3
    with Archive.open(root, database_url) as mended:
        assert mended.add(article(1)).verdict is Verdict.KNOWN
        assert mended.add(article(9)).verdict is Verdict.NEW


def test_forgetting_leaves_a_tombstone_and_nothing_else(
    archive: Archive, root: Path, database_url: str | None
) -> None:
    secret = "绝密内容" * 100
    archive.discover([Found(article(1).url, "huxiu", "绝密标题", NOW, "feed")], NOW)
    archive.add(
        article(1, body=secret, title="绝密标题", summary="绝密摘要", authors=("张绝密",), tags=("绝密",))
    )
    archive.add(article(2, body=secret, title="绝密标题", published_at=NOW))
    archive.add(article(3))
    assert archive.forget(article(2).url, NOW)
    assert [row.url for row in archive.articles()] == [article(3).url]
    assert archive.is_settled(article(1).url)
    assert archive.is_settled(article(2).url)
    assert archive.add(article(1)).verdict is Verdict.REMOVED
    assert archive.reindex().ok
    archive.close()
    for file in root.rglob("*"):
        assert file.is_dir() or "绝密".encode() not in file.read_bytes(), file
    tombstone = json.loads(next(root.glob("ledger/*/*")).read_bytes().splitlines()[-1])
    assert tombstone["event"] == "forgotten"
    assert set(tombstone["urls"]) == {article(1).url, article(2).url}


def test_forgetting_finds_a_file_that_was_moved(archive: Archive, root: Path) -> None:
    path = root / str(archive.add(article(1)).path)
    path.rename(root / "moved.md")
    assert archive.forget(article(1).url, NOW)
    assert files(root) == {}


def test_forgetting_what_was_never_met_is_told(archive: Archive) -> None:
    assert not archive.forget("https://nowhere.example/", NOW)


def test_the_table_of_a_forgotten_article_is_rebuilt_without_it(
    archive: Archive, root: Path, database_url: str | None
) -> None:
    live_through_much(archive)
    archive.forget(article(7).url, NOW)
    archive.close()
    before = archive_tables(root, database_url)
    drop_database(root, database_url)
    with Archive.open(root, database_url) as rebuilt:
        rebuilt.reindex()
    assert archive_tables(root, database_url) == before
