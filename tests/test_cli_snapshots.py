"""The verb that shows an article's page as it was received."""

import shutil
from pathlib import Path

import pytest

from tests.site import HOST, RECIPE, WAF, Site, article_page
from tests.terminal import Terminal, run_apart

URL = f"{HOST}/article/1"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawl of one article and one page that was blocked."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "recipes").mkdir()
    (folder / "recipes" / "tech.toml").write_text(RECIPE, encoding="utf-8")
    (folder / "broadsheet.toml").write_text('archive = "kept"\nrecipes = "recipes"\ndelay = 0\n')
    with Site() as site:
        site.publish(1, 2)
        site.put(2, WAF)
        run_apart("crawl", "tech", cwd=folder, environ={"http_proxy": site.address})
    return folder


@pytest.fixture
def crawled(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)


@pytest.mark.usefixtures("crawled")
def test_an_articles_page_is_written_as_it_was_received(broadsheet: Terminal) -> None:
    assert broadsheet("snapshot", URL).out == article_page(1)
    assert broadsheet("snapshot", f"{URL}.html?f=rss").out == article_page(1)


@pytest.mark.usefixtures("crawled")
def test_the_page_of_a_refused_article_shows_why(broadsheet: Terminal) -> None:
    assert broadsheet("snapshot", f"{HOST}/article/2").out == WAF


@pytest.mark.usefixtures("crawled")
def test_all_that_came_is_listed_and_each_can_be_named(broadsheet: Terminal) -> None:
    (row,) = broadsheet("snapshot", URL, "--json").rows
    assert (row["url"], row["status"], row["kind"]) == (f"{URL}.html?f=rss", 200, "response")
    assert row["record_id"].removeprefix("urn:uuid:")[:8] in broadsheet("snapshot", URL, "--list").text
    assert broadsheet("snapshot", URL, "--record", row["record_id"]).out == article_page(1)
    assert broadsheet("snapshot", URL, "--record", row["record_id"][9:17]).out == article_page(1)
    assert "has no snapshot urn:uuid:x" in broadsheet("snapshot", URL, "--record", "urn:uuid:x").complaint


@pytest.mark.usefixtures("crawled")
def test_it_goes_to_a_new_file_and_over_no_other(broadsheet: Terminal, tmp_path: Path) -> None:
    ran = broadsheet("snapshot", URL, "--out", "page.html")
    assert ran.status == 0
    assert (tmp_path / "page.html").read_bytes() == article_page(1)
    assert "is there already" in broadsheet("snapshot", URL, "--out", "page.html").complaint


@pytest.mark.usefixtures("crawled")
def test_an_article_without_one_is_told_of(broadsheet: Terminal) -> None:
    assert "no snapshot of" in broadsheet("snapshot", f"{HOST}/article/9").complaint
    assert "no snapshot of" in broadsheet("snapshot", f"{HOST}/article/9", "--list").complaint
