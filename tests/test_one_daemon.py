"""One daemon an archive, and one crawl a source at a time."""

import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import DAEMON, Archive, Held, Holder, source_lease
from cli import crawling
from crawler.crawl import Crawls
from crawler.job import Job
from scheduler.daemon import Start
from scheduler.place import Claim
from tests.serving import serving, until
from tests.site import FEED, Reply, Site, crawled, in_loop, settings, tech
from tests.test_daemon import daemon, runs, times_asked, wait_for

HOUR = timedelta(hours=1)
STANDBY = Start(Claim(stands_by=True))


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with Site() as played:
        monkeypatch.setenv("http_proxy", played.address)
        played.publish(1)
        yield played


def test_a_second_daemon_says_who_is_the_first(site: Site, tmp_path: Path, database_url: str | None) -> None:
    config = settings(tmp_path, sources=("tech",), database_url=database_url)
    with serving(config) as first:
        first.waits_for("tech: 1 new")
        says = pytest.raises(Held, match=r"`broadsheet daemon` \(pid \d+ on .+, since .+ UTC\) crawls into")
        with serving(config) as second, says:
            second.ended.result(30)
        assert second.said == []
    with Archive.read(config.archive, database_url) as archive:
        assert archive.leases.of(DAEMON) is None


def test_one_that_stands_by_takes_over_when_the_first_ends(site: Site, tmp_path: Path) -> None:
    config = settings(tmp_path, sources=("tech",), interval=1.0)
    with serving(config) as first:
        first.waits_for("crawling tech")
        with serving(config, start=STANDBY) as second:
            assert "standing by: `broadsheet daemon`" in second.waits_for("standing by")
            assert len(second.said) == 1
            first.stop()
            second.waits_for("crawling tech")
            second.waits_for("tech: ")


def test_a_killed_daemon_is_followed_at_once(site: Site, tmp_path: Path) -> None:
    """Two real ones: the first is crawling while it is killed."""
    held = threading.Event()
    with daemon(tmp_path) as first:
        wait_for(lambda: times_asked(site, 1), "the first to crawl")
        site.pages[FEED] = Reply(b"", held=held)
        site.forget()
        wait_for(lambda: FEED in site.asked, "the first to be crawling")
        with daemon(tmp_path) as second:
            assert second.wait(60) == 2
            assert second.stdout is not None
            line = second.stdout.read()
            assert f"(pid {first.pid} on " in line
            assert line.count("\n") == 1
        config = settings(tmp_path, sources=("tech",), interval=1.0)
        with serving(config, start=STANDBY) as next_one:
            next_one.waits_for("standing by")
            first.send_signal(signal.SIGKILL)
            first.wait()
            killed = time.monotonic()
            next_one.waits_for("crawling tech")
            assert time.monotonic() - killed < 2
            site.publish(1, 2)
            held.set()
            next_one.waits_for("tech: 1 new")
    assert [run.state for run in runs(tmp_path)].count("abandoned") == 1


def test_a_crawl_by_hand_waits_while_the_daemon_crawls_the_source(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = threading.Event()
    site.pages[FEED] = Reply(b"", held=held)
    config = settings(tmp_path, sources=("tech",), interval=3600.0)
    with serving(config) as served:
        until(lambda: site.asked)
        with pytest.raises(Held, match=r"tech is being crawled by `broadsheet daemon` \(pid"):
            crawled(config)
        site.publish(1)
        held.set()
        served.waits_for("tech: ")
        assert crawled(config).ok


def test_the_daemon_waits_while_a_source_is_crawled_by_hand(site: Site, tmp_path: Path) -> None:
    config = settings(tmp_path, sources=("tech",), interval=3600.0)
    began = datetime.now(UTC)
    with Archive.open(config.archive) as archive:
        lease = archive.leases.take(source_lease("tech"), Holder.here("crawl"), began)
        with serving(config) as served:
            said = served.waits_for("tech is being crawled by `broadsheet crawl`")
            assert said.endswith("; its crawl waits for that")
            time.sleep(1.2)
            assert served.said.count(said) == 1
            archive.leases.free(lease)
            served.waits_for("tech: 1 new")
        [run] = archive.runs.recent()
        assert run.due_at is not None
        assert archive.runs.due()["tech"].failures == 0


def test_what_was_missed_while_no_daemon_ran_is_crawled_once_and_late(site: Site, tmp_path: Path) -> None:
    config = settings(tmp_path, sources=("tech",), interval=3600.0, jitter=0.0)
    with Archive.open(config.archive) as archive:
        missed = datetime.now(UTC).replace(microsecond=0) - 3 * HOUR
        archive.runs.set_due("tech", missed, 0)
        with serving(config) as served:
            assert served.waits_for("tech: 1 new").endswith("; late by 3 h")
        [run] = archive.runs.recent()
        assert run.due_at == missed.isoformat()
        assert run.late is not None
        assert archive.runs.due()["tech"].next_at > datetime.now(UTC)


def test_a_crawl_by_hand_says_for_whom_it_waits_and_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(crawling, "_ATTEMPTS", 3)
    monkeypatch.setattr(crawling, "_PAUSE_SECONDS", 0.01)
    config = settings(tmp_path)
    with Archive.open(config.archive) as archive, Crawls(config) as crawls:
        lease = archive.leases.take(source_lease("tech"), Holder.here("daemon"), datetime.now(UTC))
        report = in_loop(crawling._in_turn(crawls, Job(tech()), lambda _report: None))
        archive.leases.free(lease)
    assert capsys.readouterr().err.startswith(
        "broadsheet: tech is being crawled by `broadsheet daemon` (pid "
    )
    assert report.problem.startswith("it is being crawled by `broadsheet daemon` (pid ")
    assert crawling.exit_status([report]) == 1
