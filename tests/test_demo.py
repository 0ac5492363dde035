"""The demo as a person runs it: offline, whatever their shell holds, twice."""

import json
from pathlib import Path

import frontmatter
import pytest

from cli.demo import bundled_pages
from tests.terminal import ROOT, Ran, run_apart

# A proxy and an archive that lead nowhere: whoever follows them fails.
HOSTILE = {
    "http_proxy": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "no_proxy": "huxiu.com",
    "SSL_CERT_FILE": "/dev/null",
    "BROADSHEET_ARCHIVE": "/dev/null/archive",
    "BROADSHEET_SOURCES": "/dev/null/recipes",
    "BROADSHEET_DATABASE_URL": "nonsense://",
    "BROADSHEET_INTERVAL": "often",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran, Ran]:
    """The folder it ran in, its first run and its second."""
    folder = tmp_path_factory.mktemp("some where")
    (folder / "broadsheet.toml").write_text("nonsense = true\n")
    first = run_apart("demo", cwd=folder, environ=HOSTILE)
    return folder, first, run_apart("demo", cwd=folder, environ=HOSTILE)


def articles(folder: Path) -> list[Path]:
    return sorted((folder / "demo-archive" / "huxiu").rglob("*.md"))


def test_it_ends_well_and_complains_of_nothing(demo: tuple[Path, Ran, Ran]) -> None:
    _, first, second = demo
    assert (first.status, first.err, second.status, second.err) == (0, "", 0, "")


def test_it_archives_the_feed_under_real_addresses_and_names(demo: tuple[Path, Ran, Ran]) -> None:
    folder, _, _ = demo
    posts = {path.name: frontmatter.load(str(path)) for path in articles(folder)}
    assert len(posts) >= 8
    for name, post in posts.items():
        number = name.removesuffix(".md").split("-")[-1]
        assert post["url"] == f"https://www.huxiu.com/article/{number}"


def test_it_shows_every_article_in_a_table_and_one_in_full(demo: tuple[Path, Ran, Ran]) -> None:
    folder, first, _ = demo
    for path in articles(folder):
        assert path.relative_to(folder / "demo-archive").as_posix() in first.text
        assert frontmatter.load(str(path))["title"] in first.text
    assert any(first.text.endswith(path.read_text(encoding="utf-8")) for path in articles(folder))


def test_it_says_where_the_archive_is(demo: tuple[Path, Ran, Ran]) -> None:
    folder, first, _ = demo
    assert str(folder / "demo-archive") in first.text


def test_a_second_run_finds_every_article_known(demo: tuple[Path, Ran, Ran]) -> None:
    folder, first, second = demo
    assert "Every article is known" in second.text
    assert "Every article is known" not in first.text
    assert f"{len(articles(folder))} articles in" in second.text


def test_what_it_plays_is_what_the_fixtures_hold() -> None:
    replies = json.loads((ROOT / "fixtures" / "huxiu" / "demo.json").read_text(encoding="utf-8"))
    assert bundled_pages().keys() == replies.keys()
