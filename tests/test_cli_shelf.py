"""list, show, forget and reindex, on an archive with a few articles."""

from datetime import timedelta
from pathlib import Path

import pytest

from archive import Archive
from tests.builders import NOW, article
from tests.terminal import Terminal

TWO = "https://www.huxiu.com/article/2"
FILE_OF_TWO = "huxiu/2026/2026-11-23-2.md"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """An archive with three articles and one refusal, where no setting says anything else."""
    root = tmp_path / "archive-data"
    with Archive.open(root) as archive:
        for number in (1, 2, 3):
            archive.add(article(number))
        archive.refuse("https://www.huxiu.com/article/9", "huxiu", "gone", "deleted", NOW)
        run = archive.runs.start("huxiu", "crawl", NOW)
        archive.runs.finish(run, {"archived": 3}, "ok", NOW + timedelta(seconds=5))
        archive.runs.set_due("huxiu", NOW + timedelta(minutes=20), 0)
    return root


def test_list_shows_a_table_and_the_folder(broadsheet: Terminal, kept: Path) -> None:
    ran = broadsheet("list")
    assert ran.status == 0
    assert all(title in ran.text for title in ("第1篇", "第2篇", "第3篇", FILE_OF_TWO))
    assert f"3 articles in {kept}" in ran.text


def test_list_gives_an_object_a_line(broadsheet: Terminal, kept: Path) -> None:
    ran = broadsheet("list", "--json")
    assert {row["url"]: row["path"] for row in ran.rows}[TWO] == FILE_OF_TWO
    assert [list(row) for row in ran.rows] == [sorted(row) for row in ran.rows]
    assert "第2篇" in ran.text


def test_list_says_the_same_twice(broadsheet: Terminal, kept: Path) -> None:
    assert broadsheet("list", "--json").out == broadsheet("list", "--json").out


def test_list_can_be_limited(broadsheet: Terminal, kept: Path) -> None:
    assert len(broadsheet("list", "--json", "--limit", "2", "--source", "huxiu").rows) == 2


def test_list_names_a_source_it_does_not_hold(broadsheet: Terminal, kept: Path) -> None:
    assert "no source ithome in" in broadsheet("list", "--source", "ithome").complaint


@pytest.mark.parametrize(
    "what", [TWO, "http://m.huxiu.com/article/2", FILE_OF_TWO, f"archive-data/{FILE_OF_TWO}"]
)
def test_show_prints_the_file(broadsheet: Terminal, kept: Path, what: str) -> None:
    if what.startswith("http://m."):
        with Archive.open(kept) as archive:
            archive.alias({what: TWO}, NOW)
    assert broadsheet("show", what).out == (kept / FILE_OF_TWO).read_bytes()


def test_show_names_what_it_does_not_hold(broadsheet: Terminal, kept: Path) -> None:
    assert "no article nothing.md in" in broadsheet("show", "nothing.md").complaint


def test_forget_removes_the_article_for_good(broadsheet: Terminal, kept: Path) -> None:
    ran = broadsheet("forget", TWO)
    assert (ran.status, "第2篇" in ran.text, str(kept) in ran.text) == (0, True, True)
    assert not (kept / FILE_OF_TWO).exists()
    assert TWO not in broadsheet("list", "--json").text


def test_forget_names_what_it_never_met(broadsheet: Terminal, kept: Path) -> None:
    assert "never met" in broadsheet("forget", "https://www.huxiu.com/article/77").complaint


def test_reindex_rebuilds_the_catalog(broadsheet: Terminal, kept: Path) -> None:
    before = broadsheet("list", "--json").out
    for file in kept.glob("catalog.sqlite3*"):
        file.unlink()
    ran = broadsheet("reindex")
    assert (ran.status, "3 articles" in ran.text, str(kept) in ran.text) == (0, True, True)
    assert broadsheet("list", "--json").out == before


def test_reindex_reports_what_is_damaged(broadsheet: Terminal, kept: Path) -> None:
    ledger = next((kept / "ledger").rglob("*.jsonl"))
    lines = ledger.read_text(encoding="utf-8").splitlines(keepends=True)
    ledger.write_text("".join([lines[0], "{ torn\n", *lines[1:]]), encoding="utf-8")
    ran = broadsheet("reindex", "--json")
    assert (ran.status, ran.rows[0]["problems"] != []) == (1, True)


def test_forget_takes_any_spelling_of_the_url(broadsheet: Terminal, kept: Path) -> None:
    assert broadsheet("forget", "http://m.huxiu.com/article/2.html?f=rss").status == 0
    assert not (kept / FILE_OF_TWO).exists()


def test_forget_makes_no_archive(broadsheet: Terminal, tmp_path: Path) -> None:
    assert "no archive in" in broadsheet("forget", TWO).complaint
    assert not (tmp_path / "archive-data").exists()
