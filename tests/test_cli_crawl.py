"""crawl and daemon as typed, in processes of their own, against a played site."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from cli.demo import bundled_pages
from cli.player import Page, Player
from tests.forked import python
from tests.terminal import BROADSHEET, ROOT, Ran, run_apart

FEED = "https://rss.huxiu.com/"
ARTICLE = "https://www.huxiu.com/article/34127"
BLOCKED = "https://www.huxiu.com/article/4893550"
SETTINGS = 'delay = 0\nsources = ["huxiu"]\ninterval = "1s"\n'


@pytest.fixture
def player() -> Iterator[Player]:
    with Player(bundled_pages()) as playing:
        yield playing


def meeting(player: Player) -> Mapping[str, str]:
    """The environment in which a process meets the player."""
    return {
        "http_proxy": player.proxy_url,
        "https_proxy": player.proxy_url,
        "SSL_CERT_FILE": str(player.ca_file),
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "broadsheet.toml").write_text(SETTINGS)
    return tmp_path


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "archive-data" / "huxiu").rglob("*.md"))


def test_a_source_is_crawled_and_told_of_in_a_table(folder: Path, player: Player) -> None:
    ran = run_apart("crawl", "huxiu", cwd=folder, environ=meeting(player))
    assert (ran.status, ran.err) == (0, "")
    assert all(word in ran.text for word in ("source", "new", "gone", "huxiu"))
    assert f"Archive: {folder / 'archive-data'}" in ran.text
    assert len(files(folder)) >= 8


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """A folder in which all that the feed names was crawled or is gone, and what that crawl said."""
    folder = tmp_path_factory.mktemp("settled")
    (folder / "broadsheet.toml").write_text(SETTINGS)
    with Player(bundled_pages()) as player:
        without_the_blocked(player)
        return folder, run_apart("crawl", "huxiu", "--json", cwd=folder, environ=meeting(player))


def without_the_blocked(player: Player) -> None:
    player.pages = {url: page for url, page in player.pages.items() if not url.startswith(BLOCKED)}


def test_a_second_crawl_asks_for_the_feed_and_for_no_page(
    folder: Path, player: Player, settled: tuple[Path, Ran]
) -> None:
    shutil.copytree(settled[0], folder, dirs_exist_ok=True)
    without_the_blocked(player)
    ran = run_apart("crawl", "--json", cwd=folder, environ=meeting(player))
    assert [url for _, url in player.requests if not url.endswith("/robots.txt")] == [FEED]
    assert ran.rows[0]["archived"] == 0


def test_what_only_the_feed_gave_is_asked_for_again(folder: Path, player: Player) -> None:
    run_apart("crawl", cwd=folder, environ=meeting(player))
    player.requests.clear()
    run_apart("crawl", cwd=folder, environ=meeting(player))
    assert {url.partition(".html")[0] for _, url in player.requests if "/article/" in url} == {BLOCKED}


def test_json_is_an_object_a_source_without_the_time_of_day(settled: tuple[Path, Ran]) -> None:
    (row,) = settled[1].rows
    assert (row["source"], row["ok"], row["discovery_answered"]) == ("huxiu", True, True)
    assert {"started_at", "seconds"} & row.keys() == set()


def test_a_single_article_is_crawled_by_any_of_its_urls(folder: Path, player: Player) -> None:
    ran = run_apart("crawl", f"{ARTICLE}.html?f=rss", cwd=folder, environ=meeting(player))
    assert (ran.status, files(folder)) == (0, ["2014-05-21-34127.md"])
    assert FEED not in {url for _, url in player.requests}


def test_the_limit_holds(folder: Path, player: Player) -> None:
    (row,) = run_apart("crawl", "huxiu", "--limit", "2", "--json", cwd=folder, environ=meeting(player)).rows
    assert row["wanted"] == 2
    assert sum(row["counts"].values()) == 2
    assert len({url.partition(".html")[0] for _, url in player.requests if "/article/" in url}) == 2


def test_a_page_that_could_not_be_had_is_status_1_and_named(folder: Path, player: Player) -> None:
    player.pages = {**player.pages, ARTICLE: Page(b"", 500)}
    ran = run_apart("crawl", ARTICLE, cwd=folder, environ=meeting(player))
    assert ran.status == 1
    assert f"{ARTICLE}: failed" in ran.err
    assert "Traceback" not in ran.err


def test_a_source_that_does_not_answer_is_status_1(folder: Path, player: Player) -> None:
    player.pages = {}
    ran = run_apart("crawl", "huxiu", cwd=folder, environ=meeting(player))
    assert (ran.status, "discovery failed" in ran.err) == (1, True)


def test_a_certificate_that_is_not_trusted_is_a_failure(folder: Path, player: Player) -> None:
    environ = {"http_proxy": player.proxy_url, "https_proxy": player.proxy_url}
    ran = run_apart("crawl", ARTICLE, cwd=folder, environ=environ)
    assert (ran.status, files(folder)) == (1, [])


def test_the_user_agent_names_the_contact(folder: Path, player: Player) -> None:
    (folder / "broadsheet.toml").write_text('delay = 0\ncontact = "me@example.org"\n')
    run_apart("crawl", ARTICLE, cwd=folder, environ=meeting(player))
    assert {agent.partition(" ")[2] for agent in player.agents} == {"(+me@example.org)"}


def test_the_daemon_says_what_it_crawls_and_ends_when_told(folder: Path, player: Player) -> None:
    environ = {**os.environ, **meeting(player), "PYTHONPATH": str(ROOT)}
    with python(
        *(*BROADSHEET, "daemon"),
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as daemon:
        assert daemon.stdout is not None
        said = [daemon.stdout.readline(), daemon.stdout.readline()]
        daemon.send_signal(signal.SIGTERM)
        _, errors = daemon.communicate(timeout=20)
    assert (daemon.returncode, errors) == (0, "")
    assert "huxiu" in said[0]
    assert str(folder / "archive-data") in said[0]
    assert "new" in said[1]
    rows = [json.loads(line) for line in run_apart("status", "--json", cwd=folder).text.splitlines()]
    assert rows[0]["last"]["by"] == "daemon"
