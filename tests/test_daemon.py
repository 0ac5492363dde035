"""The daemon: the real one in a process of its own, against a site on loopback that grows."""

import asyncio
import os
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive, RunRow
from crawler.config import Settings
from crawler.crawl import Crawls, Job
from crawler.politeness.line import LINE
from crawler.source import Source, parse_source
from scheduler.daemon import serve
from scheduler.runner import LocalRunner, Outcome
from tests.builders import files
from tests.forked import python
from tests.site import (
    DEADLINE_SECONDS,
    FEED,
    HOST,
    RECIPE,
    Reply,
    Site,
    article_page,
    in_loop,
    settings,
    tech,
)
from tests.terminal import BROADSHEET

ROOT = Path(__file__).parent.parent


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Waits until the condition holds; fails after a minute."""
    end = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < end, f"still waiting for {what}"
        time.sleep(0.02)


def articles(root: Path) -> int:
    return len(list((root / "archive").glob("tech/*/*.md")))


def runs(root: Path) -> list[RunRow]:
    with Archive.read(root / "archive") as archive:
        return archive.runs.recent(1000)


def times_asked(site: Site, number: int) -> int:
    return Counter(site.asked)[f"{HOST}/article/{number}.html?f=rss"]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with Site() as played:
        monkeypatch.setenv("http_proxy", played.address)
        yield played


@contextmanager
def daemon(root: Path) -> Iterator[subprocess.Popen[str]]:
    """`broadsheet daemon` on the archive under `root`, every second."""
    recipes = root / "recipes"
    recipes.mkdir(exist_ok=True)
    (recipes / "tech.toml").write_text(RECIPE, encoding="utf-8")
    (root / "broadsheet.toml").write_text(
        'archive = "archive"\nrecipes = "recipes"\nsources = ["tech"]\ninterval = "1s"\ndelay = 0\n'
    )
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    process = python(
        *("-W", "error", *BROADSHEET, "daemon"),
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        with process:
            yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_every_article_is_found_once_though_the_daemon_is_killed(site: Site, tmp_path: Path) -> None:
    site.publish(1, 2)
    with daemon(tmp_path) as first:
        wait_for(lambda: articles(tmp_path) == 2, "the first round")
        site.publish(1, 2, 3, 4)
        wait_for(lambda: articles(tmp_path) == 4, "the second round")
        held = threading.Event()
        site.publish(1, 2, 3, 4, 5, 6, 7)
        site.put(6, Reply(article_page(6), held=held))
        wait_for(lambda: times_asked(site, 6), "the third round to be under way")
        first.send_signal(signal.SIGKILL)
        first.wait()
    held.set()
    site.put(6, article_page(6))
    with daemon(tmp_path) as second:
        wait_for(lambda: articles(tmp_path) == 7, "what the killed daemon left")
        site.publish(1, 2, 3, 4, 5, 6, 7, 8)
        wait_for(lambda: articles(tmp_path) == 8, "the round after it")
        second.send_signal(signal.SIGTERM)
        output, _ = second.communicate(timeout=DEADLINE_SECONDS)
        assert second.returncode == 0, output
    urls = [text.split("\n")[2] for text in files(tmp_path / "archive").values()]
    assert sorted(urls) == [f"url: {HOST}/article/{number}" for number in range(1, 9)]
    assert [times_asked(site, number) for number in (1, 2, 3, 4, 7, 8)] == [1] * 6
    counted = Counter(run.state for run in runs(tmp_path))
    assert counted["ok"] >= 3
    assert counted["abandoned"] == 1
    assert counted["running"] == 0


def test_the_daemon_says_what_it_crawls_and_where(site: Site, tmp_path: Path) -> None:
    site.publish(1)
    with daemon(tmp_path) as process:
        wait_for(lambda: site.asked.count(FEED) > 1, "a second round")
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 0, output
    assert f"crawling tech every 1 s into {tmp_path / 'archive'}" in output
    assert "tech: 1 new" in output
    assert "Warning" not in output


def test_told_to_stop_the_daemon_ends_in_time_and_loses_nothing(site: Site, tmp_path: Path) -> None:
    """A page that never answers is under way."""
    held = threading.Event()
    site.publish(1, 2)
    site.put(1, Reply(article_page(1), held=held))
    with daemon(tmp_path) as process:
        wait_for(lambda: times_asked(site, 1), "the crawl to be under way")
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=DEADLINE_SECONDS)
        assert time.monotonic() - begun < 10
        assert process.returncode == 0, output
    assert [run.state for run in runs(tmp_path)] == ["failed"]
    with Archive.read(tmp_path / "archive") as archive:
        assert archive.counts()["tech"]["discovered"] >= 1


def test_a_second_signal_ends_the_daemon_at_once(site: Site, tmp_path: Path) -> None:
    held = threading.Event()
    site.publish(1)
    site.put(1, Reply(article_page(1), held=held))
    with daemon(tmp_path) as process:
        wait_for(lambda: times_asked(site, 1), "the crawl to be under way")
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        wait_for(lambda: "stopping" in process.stdout.readline(), "the first signal to be heard")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=5)
    assert process.returncode == 128 + signal.SIGTERM


def test_at_sighup_what_is_sound_is_read_again_and_what_is_not_is_named(site: Site, tmp_path: Path) -> None:
    site.publish(1)
    with daemon(tmp_path) as process:
        wait_for(lambda: times_asked(site, 1), "the crawl to be under way")
        assert process.stdout is not None
        # The first time nothing has changed: only the signal makes it say so.
        for recipe, said in (
            (RECIPE, "the same sources as before"),
            (RECIPE + "\nnonsense = 1\n", "tech.toml"),
        ):
            (tmp_path / "recipes" / "tech.toml").write_text(recipe, encoding="utf-8")
            process.send_signal(signal.SIGHUP)
            wait_for(lambda said=said: said in process.stdout.readline(), said)  # type: ignore[misc]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 0


# --- in this process ---


def served(config: Settings, until: Callable[[list[str]], bool]) -> list[str]:
    """What the daemon says until the condition on it holds."""
    said: list[str] = []

    async def run() -> None:
        stop = asyncio.Event()
        serving = asyncio.ensure_future(serve(config, {"tech": tech()}, said.append, stop))
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not until(said) and not serving.done():
                await asyncio.sleep(0.02)
        stop.set()
        await serving

    in_loop(run())
    return said


def rounds(said: list[str]) -> list[str]:
    return [line for line in said if line.startswith("tech: ")]


def test_a_silent_source_is_backed_off_and_tried_again(site: Site, tmp_path: Path) -> None:
    config = settings(tmp_path, sources=("tech",), interval=1.0, jitter=0.0)
    begun_at = datetime.now(UTC)
    said = served(config, lambda said: len(rounds(said)) >= 2)
    assert "discovery failed: it answers 404" in said[1]
    with Archive.read(config.archive) as archive:
        due = archive.runs.due()["tech"]
    assert due.failures >= 2
    assert due.next_at - begun_at >= timedelta(seconds=2 + 4)  # after the first failure, and after the second
    site.publish(1)
    served(config, lambda said: len(rounds(said)) >= 1)
    with Archive.read(config.archive) as archive:
        assert archive.runs.due()["tech"].failures == 0


def test_a_restart_waits_for_its_time(site: Site, tmp_path: Path) -> None:
    config = settings(tmp_path, sources=("tech",), interval=3600.0)
    site.publish(1)
    served(config, lambda said: len(rounds(said)) >= 1)
    site.forget()
    ticks = time.monotonic() + 1.2  # longer than two ticks
    said = served(config, lambda _said: time.monotonic() > ticks)
    assert rounds(said) == []
    assert site.asked == []


def test_two_sources_share_the_places(site: Site, tmp_path: Path) -> None:
    held = threading.Event()
    site.publish(1)
    site.pages[FEED] = Reply(b"", held=held)
    config = settings(tmp_path, sources=("tech", "again"), interval=1.0, crawls_at_once=1)
    said: list[str] = []

    async def run() -> None:
        stop = asyncio.Event()
        sources = {"tech": tech(), "again": tech().model_copy(update={"name": "again"})}
        serving = asyncio.ensure_future(serve(config, sources, said.append, stop))
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not site.asked:
                await asyncio.sleep(0.02)
            await asyncio.sleep(1.2)  # more than two ticks: the other source stays where it is
            assert site.asked == [FEED]
            held.set()
            while not any(line.startswith("again: ") for line in said):
                await asyncio.sleep(0.02)
        stop.set()
        await serving

    in_loop(run())


def test_a_crawl_that_breaks_off_is_an_outcome(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file where the archive should be")
    outcome: Outcome = in_loop(LocalRunner(Crawls(settings(tmp_path))).run(Job(tech(), by="daemon")))
    assert not outcome.answered
    assert outcome.problem
    assert outcome.summary.startswith("tech: ")


def test_runs_of_a_crawl_by_hand_are_left_alone(site: Site, tmp_path: Path) -> None:
    """It may be under way while the daemon starts."""
    config = settings(tmp_path, sources=("tech",), interval=3600.0)
    with Archive.open(config.archive) as archive:
        archive.runs.start("tech", "crawl", datetime.now(UTC))
    site.publish(1)
    served(config, lambda said: len(rounds(said)) >= 1)
    assert Counter(run.state for run in runs(tmp_path)) == {"running": 1, "ok": 1}


# --- our own line ---


def test_our_own_line_being_down_counts_against_no_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy is gone; then it is there again."""
    with Site() as closed:
        address = closed.address
    LINE.forget()
    monkeypatch.setenv("http_proxy", address)
    config = settings(tmp_path, sources=("tech",), interval=1.0)
    said = served(config, lambda said: len(rounds(said)) >= 2)
    assert all("no connection" in line for line in rounds(said))
    with Archive.read(config.archive) as archive:
        assert archive.runs.due()["tech"].failures == 0
    with Site() as site:
        monkeypatch.setenv("http_proxy", site.address)
        site.publish(1)
        assert "tech: 1 new" in served(config, lambda said: len(rounds(said)) >= 1)[1]
    assert not LINE.is_down


def test_what_was_held_against_a_source_before_we_knew_is_forgiven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sites on addresses where nobody listens: only with the second do we know that it is our line."""
    LINE.forget()
    recipes = {name: cut_off(name, f"127.0.0.{number}") for name, number in (("one", 2), ("two", 3))}
    config = settings(
        tmp_path, sources=("one", "two"), interval=1.0, crawls_at_once=1, allow_networks=("127.0.0.0/8",)
    )
    said: list[str] = []

    async def run() -> None:
        stop = asyncio.Event()
        serving = asyncio.ensure_future(serve(config, recipes, said.append, stop))
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not any("no connection" in line for line in said):
                await asyncio.sleep(0.02)
        stop.set()
        await serving

    in_loop(run())
    LINE.forget()
    first = next(line for line in said if line.startswith(("one: ", "two: ")))
    assert "the host refuses the connection" in first
    assert "no connection" not in first
    with Archive.read(config.archive) as archive:
        assert {name: due.failures for name, due in archive.runs.due().items()} == {"one": 0, "two": 0}


def cut_off(name: str, address: str) -> Source:
    """A source at an address where nobody listens."""
    with socket.socket() as free:
        free.bind((address, 0))
        port = free.getsockname()[1]
    recipe = RECIPE.replace('"tech"', f'"{name}"').replace("news.example", f"{address}:{port}")
    return parse_source(recipe.replace(f'"www.{address}:{port}"', f'"{address}"'), "tech.toml")


@pytest.mark.parametrize(("contact", "times"), [(None, 1), ("me@example.org", 0)])
def test_who_set_no_contact_is_told_once(contact: str | None, times: int, site: Site, tmp_path: Path) -> None:
    site.publish(1)
    config = settings(tmp_path, sources=("tech",), interval=3600.0, contact=contact)
    said = served(config, lambda said: bool(rounds(said)))
    assert sum("`contact`" in line for line in said) == times
