"""The database goes away and comes back: the daemon waits, says so once, and goes on."""

import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from archive import DAEMON, Archive
from crawler.config import Settings
from scheduler import trouble
from scheduler.daemon import Start
from scheduler.notify import notify, watchdog_seconds
from scheduler.place import Claim
from scheduler.trouble import Trouble
from tests.builders import drop_database
from tests.postgres import empty_database
from tests.serving import Served, serving, until
from tests.site import RECIPE, Site, settings
from tests.terminal import PROGRAM, ROOT


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with Site() as played:
        monkeypatch.setenv("http_proxy", played.address)
        played.publish(1)
        yield played


def rounds(served: Served) -> int:
    return sum(line.startswith("tech: ") for line in served.said)


def goes_on(served: Served, site: Site, number: int) -> None:
    """What is published from now on is archived."""
    site.publish(*range(1, number + 1))
    served.waits_for("tech: 1 new", number)


def test_a_deleted_catalog_is_made_anew(site: Site, tmp_path: Path) -> None:
    config = settings(tmp_path, sources=("tech",), interval=1.0)
    with serving(config) as served:
        served.waits_for("tech: 1 new")
        drop_database(config.archive, None)
        goes_on(served, site, 2)
        with Archive.open(config.archive) as archive:
            assert len(archive.articles()) == 2
            until(lambda: [*archive.runs.due()])  # what a crawl came to is said first, then written down
            assert archive.runs.due()["tech"].failures == 0
            until(lambda: ["held"] if archive.leases.of(DAEMON) else [])
            archive.orders.give("run", ["tech"], archive.runs.due()["tech"].next_at)
            until(lambda: [] if archive.orders.open() else ["heard"])
    assert served.never_said("no crawl begins")


def test_a_locked_database_is_waited_for(site: Site, tmp_path: Path) -> None:
    config = settings(tmp_path, sources=("tech",), interval=1.0)
    with serving(config) as served:
        served.waits_for("tech: 1 new")
        other = sqlite3.connect(config.archive / "catalog.sqlite3", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        time.sleep(1.5)
        other.execute("ROLLBACK")
        other.close()
        goes_on(served, site, 2)
    with Archive.read(config.archive) as archive:
        assert archive.runs.due()["tech"].failures == 0


def test_a_server_that_is_away_for_a_while(site: Site, tmp_path: Path, postgres_server: str) -> None:
    with empty_database(postgres_server) as url:
        config = settings(tmp_path, sources=("tech",), interval=1.0, database_url=url)
        with serving(config) as served:
            served.waits_for("tech: 1 new")
            _is_open(postgres_server, url, is_open=False)
            line = served.waits_for("no crawl begins for now: database ")
            asked = len(site.asked)
            time.sleep(2.5)
            assert served.said.count(line) == 1
            assert len(site.asked) == asked
            _is_open(postgres_server, url, is_open=True)
            served.waits_for("the archive can be written to again: crawls go on")
            goes_on(served, site, 2)
        with Archive.read(config.archive, url) as archive:
            assert archive.runs.due()["tech"].failures == 0
            assert archive.leases.of(DAEMON) is None


def _is_open(server: str, url: str, *, is_open: bool) -> None:
    name = url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {is_open}')
        if not is_open:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )


def test_trouble_is_said_once_for_each_cause_and_rests_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    now = 0.0
    monkeypatch.setattr(trouble, "steady", lambda: now)
    met = Trouble(said.append)
    rests = []
    for _ in range(7):
        met.meet("no room")
        met.meet("no room")  # of two crawls at once
        begun = now
        while met.rests:
            now += 0.5
        rests.append(now - begun)
    assert rests == [1, 2, 4, 8, 16, 30, 30]
    met.meet("no net")
    met.end()
    met.end()
    assert said == [
        "no crawl begins for now: no room",
        "no crawl begins for now: no net",
        "the archive can be written to again: crawls go on",
    ]


# --- in shape for years ---


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "tech.toml").write_text(RECIPE, encoding="utf-8")
    (tmp_path / "broadsheet.toml").write_text(
        'archive = "archive"\nrecipes = "recipes"\nsources = ["tech"]\ninterval = "1s"\ndelay = 0\n'
        "recycle_after = 1\n"
    )
    return tmp_path


def test_a_process_that_has_crawled_often_becomes_another_one_and_keeps_its_place(
    site: Site, folder: Path
) -> None:
    log = folder / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [*PROGRAM, "daemon"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    said = lambda words: [line for line in log.read_text().splitlines() if words in line]  # noqa: E731
    with Archive.open(folder / "archive") as archive:
        until(lambda: said("crawling tech"), log)
        before = archive.leases.of(DAEMON)
        config = Settings(archive=folder / "archive", sources=("tech",), delay=0.0)
        with serving(config, start=Start(Claim(stands_by=True))) as other:
            other.waits_for("standing by")
            until(lambda: said("this process is made anew"), log)
            until(lambda: said("crawling tech")[1:], log)
            after = archive.leases.of(DAEMON)
            assert process.poll() is None
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0, log.read_text()
        assert before is not None
        assert after is not None
        assert before.holder == after.holder
        assert after.holder.pid == process.pid
        states = [run.state for run in archive.runs.recent() if run.by == "daemon"]
    assert set(states) <= {"ok"} or states[0] == "failed"  # told to stop in the middle of one
    assert len(said("tech: ")) >= 1


def test_systemd_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        there.bind(str(address))
        there.settimeout(10)
        notify("READY=1")  # nobody asked
        monkeypatch.setenv("NOTIFY_SOCKET", str(address))
        notify("STOPPING=1")
        assert there.recv(100) == b"STOPPING=1"
        notify("RELOADING=1")
        assert there.recv(100).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
    notify("READY=1")  # nobody is there any more
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        there.bind("\0broadsheet-test")
        there.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", "@broadsheet-test")
        notify("READY=1")
        assert there.recv(100) == b"READY=1"


@pytest.mark.parametrize(
    ("limit", "pid", "seconds"),
    [("", "", None), ("30000000", "", 10.0), ("30000000", "1", None), ("0", "", None), ("soon", "", None)],
)
def test_how_often_systemd_wants_to_hear(
    limit: str, pid: str, seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", limit)
    monkeypatch.setenv("WATCHDOG_PID", pid)
    assert watchdog_seconds() == seconds
