"""reparse: every stored page through today's reader, and what a person and a kill leave of it."""

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from archive import Archive
from crawler.reading import READER
from crawler.source import parse_source
from tests.builders import archive_tables, drop_database, files
from tests.forked import python
from tests.site import HOST, RECIPE, Reply, Site, article_page, crawled, settings, text_of
from tests.terminal import BROADSHEET, ROOT, Ran, run_apart
from tests.test_recovery import leftovers, sound


def earlier() -> str:
    """A recipe that takes a window's title for the article's, and misses the end of its text."""
    return RECIPE.replace('title = "h1"', 'title = "title"').replace(
        'body = ".body"', 'body = ".body > p:first-child"'
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "tech.toml").write_text(RECIPE)
    (tmp_path / "broadsheet.toml").write_text('archive = "archive"\nrecipes = "recipes"\n')
    return tmp_path


def crawl(folder: Path, *numbers: int, pages: dict[str, bytes | Reply] | None = None) -> None:
    """A crawl by the earlier recipe."""
    with Site() as site:
        site.publish(*numbers)
        site.pages |= pages or {}
        os.environ["http_proxy"] = site.address
        try:
            crawled(settings(folder), source=parse_source(earlier(), "tech.toml"))
        finally:
            del os.environ["http_proxy"]


def reparsed(folder: Path, *arguments: str) -> Ran:
    return run_apart("reparse", *arguments, cwd=folder)


def states(ran: Ran) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in ran.rows:
        found[row["state"]] = found.get(row["state"], 0) + 1
    return found


def test_what_a_better_recipe_finds_is_corrected_without_the_network(folder: Path) -> None:
    crawl(folder, 1, 2, 3)
    root = folder / "archive"
    before = files(root)
    assert "完1。" not in before["tech/2026/2026-11-20-1.md"]
    ran = reparsed(folder)
    assert (ran.status, ran.err) == (0, "")
    after = files(root)
    assert after.keys() == before.keys()
    assert "完1。" in after["tech/2026/2026-11-20-1.md"]
    assert "title: 第1篇\n" in after["tech/2026/2026-11-20-1.md"]
    assert "title" in ran.text
    with Archive.read(root) as archive:
        (row, *_) = archive.articles()
        assert archive.history.of(row) == []
        assert (row.reader or "").startswith(READER)
    sound(root, None)


def test_a_dry_run_shows_each_field_and_writes_nothing(folder: Path) -> None:
    crawl(folder, 1, 2)
    root = folder / "archive"
    before = files(root), archive_tables(root, None)
    ran = reparsed(folder, "--dry-run")
    table = ran.text.split("\n\n")[1]
    assert {line.split()[0] for line in table.splitlines()[2:] if not line.startswith(" ")} == {
        "title",
        "body",
    }
    assert "第1篇 - Tech" in table
    assert "完1。" in table
    assert "would be corrected" in ran.text
    assert (files(root), archive_tables(root, None)) == before


def test_json_gives_every_article_with_before_and_after(folder: Path) -> None:
    crawl(folder, 1)
    (row,) = reparsed(folder, "--dry-run", "--json").rows
    assert (row["url"], row["state"], row["path"]) == (
        f"{HOST}/article/1",
        "corrected",
        "tech/2026/2026-11-20-1.md",
    )
    assert row["changes"]["title"] == {"before": "第1篇 - Tech", "after": "第1篇"}
    assert row["changes"]["body"]["after"] == f"{text_of(1)}\n\n完1。"


def test_what_today_s_reader_has_read_is_not_read_again(folder: Path) -> None:
    crawl(folder, 1, 2)
    reparsed(folder)
    ran = reparsed(folder)
    assert ran.text.split()[:3] == ["up", "to", "date"]
    assert reparsed(folder, "--json").rows == []


def test_an_edited_file_and_a_text_that_would_shrink_are_left_and_told(folder: Path) -> None:
    crawl(folder, 1, 2)
    root = folder / "archive"
    edited = root / "tech/2026/2026-11-20-1.md"
    edited.write_text(edited.read_text() + "我的笔记\n")
    worse = RECIPE.replace('body = ".body"', 'body = ".body > p:last-child"')
    (folder / "recipes" / "tech.toml").write_text(worse)
    before = files(root)
    ran = reparsed(folder)
    assert ran.status == 0
    assert f"{HOST}/article/1: by hand: its file was edited by a person" in ran.err
    assert f"{HOST}/article/2: shorter: " in ran.err
    assert files(root) == before
    assert states(reparsed(folder, "--force", "--json")) == {"by hand": 1, "corrected": 1}
    assert files(root)["tech/2026/2026-11-20-1.md"] == before["tech/2026/2026-11-20-1.md"]
    assert text_of(2) not in files(root)["tech/2026/2026-11-20-2.md"]


def test_a_page_that_today_is_refused_changes_nothing(folder: Path) -> None:
    crawl(folder, 1)
    check = '\n[[checks]]\nstate = "walled"\nreason = "members only"\nwords = "第1篇"\nsure = true\n'
    (folder / "recipes" / "tech.toml").write_text(RECIPE + check)
    before = files(folder / "archive")
    ran = reparsed(folder)
    assert f"{HOST}/article/1: refused: walled: members only" in ran.err
    assert files(folder / "archive") == before


def test_a_page_that_was_refused_and_is_an_article_today_comes_in(folder: Path) -> None:
    page = article_page(7).replace(b"class='body'", b"class='body-of-2027'")
    pages: dict[str, bytes | Reply] = {
        f"{HOST}/article/7{tail}": page for tail in ("", ".html", ".html?f=rss")
    }
    crawl(folder, 1, 7, pages=pages)
    with Archive.read(folder / "archive") as archive:
        assert archive.article(f"{HOST}/article/7") is None
    newer = RECIPE.replace('body = ".body"', 'body = [".body", ".body-of-2027"]')
    (folder / "recipes" / "tech.toml").write_text(newer)
    assert states(reparsed(folder, "--dry-run", "--json")) == {"corrected": 1, "new": 1}
    assert states(reparsed(folder, "--json")) == {"corrected": 1, "new": 1}
    with Archive.read(folder / "archive") as archive:
        row = archive.article(f"{HOST}/article/7")
        assert row is not None
        assert row.snapshot is not None
        assert archive.counts() == {"tech": {"archived": 2}}


def test_all_pages_of_an_article_are_read_and_one_that_is_missing_is_told(folder: Path) -> None:
    second = article_page(1, text="第二页的文字在这里。" * 20).replace(b"<h1>", b"<h1>")
    first = article_page(1, more="<a class='next' href='/article/1/2.html'>下一页</a>")
    pages: dict[str, bytes | Reply] = {
        f"{HOST}/article/1{tail}": first for tail in ("", ".html", ".html?f=rss")
    }
    pages[f"{HOST}/article/1/2.html"] = second
    crawl(folder, 1, pages=pages)
    assert states(reparsed(folder, "--json")) == {"corrected": 1}
    text = files(folder / "archive")["tech/2026/2026-11-20-1.md"]
    assert text_of(1) in text
    assert "第二页的文字在这里。" in text
    assert text.count("完1。") == 1


def test_one_source_and_one_day_only(folder: Path) -> None:
    crawl(folder, 1)
    assert reparsed(folder, "--since", "2099-01-01", "--json").rows == []
    assert states(reparsed(folder, "--source", "tech", "--json")) == {"corrected": 1}
    assert "no source tecch in" in reparsed(folder, "--source", "tecch").complaint
    assert "--since x: no day" in reparsed(folder, "--since", "x").complaint


def test_without_an_archive_none_is_made(folder: Path) -> None:
    assert "no archive in" in reparsed(folder).complaint
    assert not (folder / "archive").exists()


def test_killed_in_the_middle_it_goes_on_and_loses_nothing(folder: Path) -> None:
    root, chance = folder / "archive", random.Random(1)
    crawl(folder, *range(20))
    names = files(root).keys()
    corrected: set[str] = set()
    for _ in range(4):
        process = python(
            *(*BROADSHEET, "reparse", "--json"),
            cwd=folder,
            env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
            stdout=subprocess.PIPE,
        )
        time.sleep(chance.uniform(0.05, 0.3))
        process.send_signal(signal.SIGKILL)
        out, _ = process.communicate()
        rows = [json.loads(line) for line in out.splitlines() if line.endswith(b"}")]
        corrected |= {row["path"] for row in rows if row["state"] == "corrected"}
        texts = files(root)
        assert texts.keys() == names
        assert all(" - Tech" not in texts[path] for path in corrected)
    assert reparsed(folder).status == 0
    assert all(" - Tech" not in text for text in files(root).values())
    assert leftovers(root) == []
    before = archive_tables(root, None)
    drop_database(root, None)
    assert Archive.rebuild(root).ok
    assert archive_tables(root, None) == before
