"""What a person tells the running daemon: pause, resume, run."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import Archive
from crawler.config import load_settings
from tests.builders import NOW
from tests.serving import Served, serving, until
from tests.site import FEED, RECIPE, Reply, Site
from tests.terminal import Terminal

TOML = 'archive = "archive"\nrecipes = "recipes"\nsources = ["tech"]\ninterval = "1h"\ndelay = 0\n'


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with Site() as played:
        monkeypatch.setenv("http_proxy", played.address)
        played.publish(1)
        yield played


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "tech.toml").write_text(RECIPE, encoding="utf-8")
    (tmp_path / "recipes" / "other.toml").write_text(RECIPE.replace('"tech"', '"other"'), encoding="utf-8")
    (tmp_path / "broadsheet.toml").write_text(TOML)
    return tmp_path


@pytest.fixture
def served(site: Site, folder: Path) -> Iterator[Served]:
    """A daemon that has crawled and would not for an hour."""
    with serving(load_settings(None, {}, folder)) as served:
        served.waits_for("tech: 1 new")
        site.publish(1, 2)
        yield served


def test_run_has_the_daemon_crawl_now_and_says_what_came_of_it(
    broadsheet: Terminal, served: Served, folder: Path
) -> None:
    ran = broadsheet("run", "tech")
    assert (ran.status, ran.err) == (0, "")
    assert ran.text.startswith("tech: 1 new")
    with Archive.read(folder / "archive") as archive:
        run = archive.runs.recent()[0]
        assert (run.by, run.due_at) == ("run", None)


def test_run_as_json_gives_the_report(broadsheet: Terminal, served: Served) -> None:
    [row] = broadsheet("run", "tech", "--json").rows
    assert row["source"] == "tech"
    assert row["answer"]["ok"]
    assert row["answer"]["report"]["counts"] == {"new": 1, "known": 1}
    assert row["daemon"]["pid"]


def test_run_without_waiting(broadsheet: Terminal, served: Served) -> None:
    ran = broadsheet("run", "tech", "--no-wait")
    assert ran.status == 0
    assert "was told" in ran.text
    served.waits_for("tech: 1 new", 2)


def test_orders_while_the_source_is_crawled_are_one_crawl(
    broadsheet: Terminal, served: Served, site: Site, folder: Path
) -> None:
    held, feed = threading.Event(), site.pages[FEED]
    site.forget()
    site.pages[FEED] = Reply(b"", held=held)
    for _ in range(3):
        assert broadsheet("run", "tech", "--no-wait").status == 0
    until(lambda: site.asked)
    site.pages[FEED] = feed
    held.set()
    until(lambda: [line for line in served.said if line.startswith("tech: ")][1:])
    with Archive.read(folder / "archive") as archive:
        until(lambda: [] if archive.orders.open() else ["all answered"])
        assert len(archive.runs.recent()) == 2


def test_what_could_not_be_had_is_exit_status_1(broadsheet: Terminal, served: Served, site: Site) -> None:
    site.pages.clear()
    ran = broadsheet("run", "tech")
    assert (ran.status, ran.out) == (1, b"")
    assert "discovery failed" in ran.err


def test_a_source_the_daemon_does_not_crawl(broadsheet: Terminal, served: Served) -> None:
    ran = broadsheet("run", "other")
    assert (ran.status, ran.out) == (1, b"")
    assert ran.err == "other: the daemon does not crawl it; `broadsheet crawl other` does\n"


def test_a_paused_source_is_left_alone_until_it_is_resumed(
    broadsheet: Terminal, served: Served, folder: Path, site: Site
) -> None:
    ran = broadsheet("pause", "tech")
    assert (ran.status, ran.err) == (0, "")
    assert ran.text.startswith("tech: paused; the daemon (pid ")
    assert ran.text.endswith("knows\n")
    with Archive.open(folder / "archive") as archive:
        assert set(archive.orders.paused()) == {"tech"}
        archive.runs.set_due("tech", archive.runs.due()["tech"].next_at.replace(year=2020), 0)
    served.stop()
    served.ended.result(30)
    with serving(load_settings(None, {}, folder)) as again:
        again.waits_for("crawling tech")
        time.sleep(1.1)
        assert again.never_said("tech: ")
        assert broadsheet("run", "tech").status == 0  # it is crawled where it is asked for
        site.publish(1, 2, 3)
        with Archive.open(folder / "archive") as archive:
            assert len(archive.runs.recent()) == 2
        assert broadsheet("resume", "tech", "--json").rows[0]["done"] == "resumed"


def test_without_a_daemon_a_pause_holds_and_run_says_what_to_do(
    broadsheet: Terminal, folder: Path, site: Site
) -> None:
    assert broadsheet("pause", "tech").complaint.startswith("no archive in ")
    Archive.open(folder / "archive").close()
    assert broadsheet("pause", "tech").text == (
        "tech: paused; no daemon is running; it holds for the next one, too\n"
    )
    ran = broadsheet("run", "tech")
    assert (ran.status, ran.out) == (1, b"")
    assert ran.err == "broadsheet: no daemon is running; `broadsheet crawl tech` crawls without one\n"
    with Archive.read(folder / "archive") as archive:
        assert set(archive.orders.paused()) == {"tech"}
        assert archive.orders.open() == []
    assert "did you mean tech" in broadsheet("pause", "tehc").complaint


def test_a_daemon_that_dies_meanwhile_is_told(broadsheet: Terminal, served: Served, site: Site) -> None:
    held = threading.Event()
    site.forget()
    site.pages[FEED] = Reply(b"", held=held)

    def die() -> None:
        until(lambda: site.asked)
        served.stop()

    threading.Thread(target=die, daemon=True).start()
    ran = broadsheet("run", "tech")
    held.set()
    assert (ran.status, ran.out) == (1, b"")
    assert "is gone, and nothing is known of the crawl" in ran.err


def test_orders_are_kept_in_the_order_they_came(folder: Path, database_url: str | None) -> None:
    with Archive.open(folder / "archive", database_url) as archive:
        first = archive.orders.give("run", ["a", "b", "a"], NOW)
        second = archive.orders.give("pause", ["c"], NOW)
        assert [(one.verb, one.source) for one in archive.orders.open()] == [
            ("run", "a"),
            ("run", "b"),
            ("pause", "c"),
        ]
        archive.orders.done(first, json.dumps({"ok": True}), NOW)
        assert [one.id for one in archive.orders.open()] == second
        got = archive.orders.get(first[0])
        assert got is not None
        assert got.answer == '{"ok": true}'
        archive.orders.withdraw([*first, *second])
        assert archive.orders.open() == []
        assert archive.orders.get(first[0]) is not None
        assert archive.orders.paused() == {"c": NOW}
        archive.orders.give("resume", ["c"], NOW)
        assert archive.orders.paused() == {}
