"""Corrections: what today's reader makes of a stored page, under the old name and the first sight."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive import Archive, Article, Correction, Verdict
from archive.versions.corrections import FieldChange
from tests.builders import LONG, NOW, archive_tables, article, drop_database, files
from tests.test_recovery import Killed, kill_at, leftovers, sound, stride

LATER = NOW + timedelta(days=30)
PATH = "huxiu/2026/2026-11-23-1.md"


def held(**changes: object) -> Article:
    return article(1, reader="1", snapshot="urn:uuid:1", **changes)


def better(**changes: object) -> Article:
    """The same page as a later reader reads it."""
    facts = {
        "body": article(1).body + "\n\n以前漏掉的一段。",
        "authors": ("小明", "小红"),
        "reader": "2",
        "fetched_at": LATER,
    }
    return article(1, **(facts | changes))


@pytest.fixture
def archive(tmp_path: Path, database_url: str | None) -> Iterator[Archive]:
    with Archive.open(tmp_path, database_url) as opened:
        yield opened


def corrected(archive: Archive, one: Article, *, force: bool = False) -> Correction:
    (correction,) = archive.corrections.correct([one], LATER, force=force)
    return correction


def test_a_better_reading_takes_its_place(archive: Archive, tmp_path: Path) -> None:
    archive.add(held())
    told = corrected(archive, better())
    assert (told.state, told.path) == ("corrected", PATH)
    assert {change.field for change in told.changes} == {"name", "body", "authors"}
    assert FieldChange("authors", "小明", "小明, 小红") in told.changes
    text = files(tmp_path)[PATH]
    assert "以前漏掉的一段。" in text
    assert "name: 小明、小红" in text
    row = archive.article(article(1).url)
    assert row is not None
    assert (row.authors, row.reader, row.snapshot) == (("小明", "小红"), "2", "urn:uuid:1")


def test_name_of_the_file_first_sight_and_address_stay(archive: Archive, tmp_path: Path) -> None:
    archive.add(held())
    before = archive.article(article(1).url)
    other = better(
        published_at=NOW - timedelta(days=400), url="http://www.huxiu.com/article/1.html?x=1", identifier="99"
    )
    assert corrected(archive, other).state == "corrected"
    after = archive.article(article(1).url)
    assert before is not None
    assert after is not None
    assert (after.url, after.path, after.fetched_at) == (before.url, before.path, before.fetched_at)
    assert after.time == "2025-10-20 03:00"
    assert list(files(tmp_path)) == [PATH]


def test_it_is_no_revision_of_the_publisher_s(archive: Archive, tmp_path: Path) -> None:
    archive.add(held())
    corrected(archive, better())
    row = archive.article(article(1).url)
    assert row is not None
    assert archive.history.of(row) == []
    assert not list(tmp_path.rglob(".versions"))
    assert archive.add(better(fetched_at=LATER + timedelta(days=1))).verdict is Verdict.KNOWN


def test_comparing_writes_nothing(archive: Archive, tmp_path: Path, database_url: str | None) -> None:
    archive.add(held())
    before = files(tmp_path), archive_tables(tmp_path, database_url)
    (told,) = archive.corrections.compare([better()])
    assert told.state == "corrected"
    assert (files(tmp_path), archive_tables(tmp_path, database_url)) == before


def test_the_same_reading_is_noted_and_changes_no_file(archive: Archive, tmp_path: Path) -> None:
    archive.add(held())
    before = files(tmp_path)
    assert corrected(archive, replace(held(), reader="2")).state == "same"
    row = archive.article(article(1).url)
    assert row is not None
    assert (row.reader, files(tmp_path)) == ("2", before)


def test_doing_it_twice_writes_no_second_line(archive: Archive, tmp_path: Path) -> None:
    archive.add(held())
    corrected(archive, better())
    lines = next(tmp_path.glob("ledger/*/*")).parent.parent
    before = [file.read_bytes() for file in sorted(lines.rglob("*.jsonl"))]
    assert corrected(archive, better()).state == "same"
    assert [file.read_bytes() for file in sorted(lines.rglob("*.jsonl"))] == before


@pytest.mark.parametrize("is_noted", [True, False])
def test_a_file_that_a_person_edited_is_left_alone(archive: Archive, tmp_path: Path, is_noted: bool) -> None:
    archive.add(held())
    (tmp_path / PATH).write_text((tmp_path / PATH).read_text() + "my note\n")
    if is_noted:
        archive.reindex()
    before = files(tmp_path)
    assert corrected(archive, better()).state == "by hand"
    assert files(tmp_path) == before


def test_a_text_that_would_lose_most_of_itself_is_told_and_taken_only_by_force(
    archive: Archive, tmp_path: Path
) -> None:
    archive.add(held())
    before = files(tmp_path)
    assert corrected(archive, better(body="只剩一句。")).state == "shorter"
    assert files(tmp_path) == before
    assert corrected(archive, better(body="只剩一句。"), force=True).state == "corrected"
    assert "只剩一句。" in files(tmp_path)[PATH]


def test_what_is_not_held_is_missing(archive: Archive) -> None:
    assert corrected(archive, better()).state == "missing"


def test_two_articles_that_come_to_one_text_stay_two(archive: Archive, tmp_path: Path) -> None:
    archive.add(held())
    archive.add(article(2, body=LONG + "另一段完全不同的文字。" * 40))
    corrected(archive, replace(article(2), body=article(1).body, reader="2"))
    assert len(archive.articles()) == len(files(tmp_path)) == 2


def test_a_time_that_a_changed_page_states_anew_is_not_taken(archive: Archive) -> None:
    archive.add(held())
    changed = "发布者后来把整篇文章重新写过一遍，内容全都不一样了。" * 20
    revised = held(body=changed, fetched_at=NOW + timedelta(days=1))
    assert archive.add(revised).verdict is Verdict.REVISED
    told = corrected(archive, better(body=changed + "\n\n又一段。", published_at=NOW + timedelta(days=1)))
    row = archive.article(article(1).url)
    assert row is not None
    assert (told.state, row.time) == ("corrected", "2026-11-23 10:59")


def test_a_rebuilt_catalog_has_the_corrections(
    archive: Archive, tmp_path: Path, database_url: str | None
) -> None:
    archive.add(held())
    archive.add(article(2, reader="1"))
    archive.corrections.correct([better(tags=("甲",)), article(2, reader="2")], LATER)
    archive.close()
    before = archive_tables(tmp_path, database_url)
    drop_database(tmp_path, database_url)
    assert Archive.rebuild(tmp_path, database_url).ok
    assert archive_tables(tmp_path, database_url) == before


def test_what_there_is_to_read_again_is_named_in_order(archive: Archive) -> None:
    for number in range(5):
        archive.add(article(number, reader="1", body=f"{number}" * 300))
    archive.add(article(6, source="other", url="https://o.example/6", body="六" * 300, read_from="file"))
    archive.refuse("https://www.huxiu.com/article/90", "huxiu", "failed", "x", NOW)
    archive.refuse("https://www.huxiu.com/article/91", "huxiu", "excluded", "x", NOW)
    pages = list(archive.corrections.pages(None, None))
    assert [page.is_held for page in pages] == [True] * 5 + [False]
    assert [page.reader for page in pages if page.is_held] == ["1"] * 5
    assert list(archive.corrections.pages("other", None)) == []
    assert list(archive.corrections.pages(None, LATER)) == []
    assert archive.corrections.count("huxiu") == 6


def test_any_step_may_be_the_last(
    tmp_path: Path, database_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment, is_done = 1, False
    while not is_done:
        root = tmp_path / str(moment)
        with Archive.open(root, database_url) as archive:
            archive.add(held())
            with monkeypatch.context() as patch:
                calls = kill_at(patch, moment)
                try:
                    corrected(archive, better())
                    is_done = calls() < moment
                except Killed:
                    pass
        with Archive.open(root, database_url) as again:
            assert leftovers(root) == []
            assert len(again.articles()) == 1
            corrected(again, better())
            assert "以前漏掉的一段。" in files(root)[PATH]
        sound(root, database_url)
        drop_database(root, database_url)
        moment += stride(database_url)
    assert moment > 4
