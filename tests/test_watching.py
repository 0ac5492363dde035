"""Watching: /metrics as Prometheus reads it, /healthz both ways, and a server that nobody can hold up or be led to."""

import json
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from archive import Archive
from crawler.outlets import Endpoint
from crawler.report import CrawlReport
from scheduler.desk import Desk
from scheduler.runner import Outcome
from scheduler.watching import window as window_module
from scheduler.watching.metrics import METERS, Meters, look
from scheduler.watching.pulse import PULSE, Pulse, examine
from scheduler.watching.window import Window, is_ours, parse
from tests.builders import NOW, article
from tests.site import in_loop, settings, tech

LOOPBACK = Endpoint("127.0.0.1", 0)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive") as opened:
        yield opened


@contextmanager
def opened(archive: Archive, endpoint: Endpoint = LOOPBACK) -> Iterator[tuple[int, list[str]]]:
    """A window on the archive, at a port that is free; and what it said."""
    window, said = Window(), list[str]()
    config = settings(archive.root.parent, metrics=endpoint, sources=("tech",))
    in_loop(window.keep(Desk(config, {"tech": tech()}, archive, said.append)))
    try:
        yield window.port or 0, said
    finally:
        in_loop(window.close())


def ask(port: int, head: str, seconds: float = 30) -> bytes:
    """All that comes back for a request."""
    with socket.create_connection(("127.0.0.1", port), seconds) as connection:
        connection.sendall(head.encode("latin-1"))
        received = b""
        while part := connection.recv(65536):
            received += part
    return received


def get(port: int, path: str, host: str | None = None, method: str = "GET") -> tuple[int, str]:
    received = ask(port, f"{method} {path} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{port}'}\r\n\r\n")
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode("utf-8")


def samples(page: bytes | str) -> dict[tuple[str, ...], float]:
    """Name and labels' values, the source first → value."""
    text = page if isinstance(page, str) else page.decode("utf-8")
    return {
        (
            sample.name,
            *(sample.labels[one] for one in sorted(sample.labels, key="source".__ne__)),
        ): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def report(**changes: Any) -> CrawlReport:
    facts: dict[str, Any] = {
        "source": "tech",
        "started_at": NOW,
        "finished_at": NOW + timedelta(seconds=3),
        "wanted": 2,
        "requests": 3,
        "received_bytes": 4096,
        "states": {"https://news.example/1": "new", "https://news.example/2": "duplicate"},
    }
    return CrawlReport(**facts | changes)


# --- what is measured ---


def test_runs_are_counted_by_source_and_outcome() -> None:
    meters = Meters()
    meters.after(Outcome("tech", report()))
    meters.after(Outcome("tech", problem="no disk"))
    meters.after(Outcome("tech", report(problem="the host refuses the connection"), is_offline=True))
    found = samples(meters.page([]))
    assert found["broadsheet_runs_total", "tech", "ok"] == 1
    assert found["broadsheet_runs_total", "tech", "failed"] == 1
    assert found["broadsheet_runs_total", "tech", "offline"] == 1
    assert found["broadsheet_articles_total", "tech", "new"] == 2
    assert found["broadsheet_requests_total", "tech"] == 6
    assert found["broadsheet_received_bytes_total", "tech"] == 8192
    assert found["broadsheet_run_seconds_count",] == 2
    assert found["broadsheet_run_seconds_bucket", "5.0"] == 2
    assert found["broadsheet_run_seconds_bucket", "2.5"] == 0
    assert found["process_resident_memory_bytes",] > 1_000_000
    assert found["process_open_fds",] > 2


def test_the_archive_is_measured_by_the_sources_that_are_set_and_the_rest_together(archive: Archive) -> None:
    archive.add(article(1))
    for number in range(30):
        archive.refuse(f"https://site{number}.example/1", f"site{number}.example", "blocked", "403", NOW)
    archive.alarms.raise_("huxiu", "silence", "", "nothing new", NOW, NOW)
    archive.alarms.raise_("", "disk", "", "full", NOW, NOW)
    archive.runs.finish(archive.runs.start("huxiu", "daemon", NOW), {}, "ok", NOW)
    for name, wait in (("huxiu", 60), ("late", -30), ("later", -90), ("paused", -500), ("gone", -900)):
        archive.runs.set_due(name, NOW + timedelta(seconds=wait), 0)
    archive.orders.give("pause", ["paused"], NOW)
    names = ("huxiu", "late", "later", "paused")
    found = samples(Meters().page(look(archive, names, NOW + timedelta(seconds=10))))
    assert found["broadsheet_urls", "huxiu", "archived"] == 1
    assert found["broadsheet_urls", "other", "blocked"] == 30
    assert found["broadsheet_open_alarms", "huxiu", "silence"] == 1
    assert found["broadsheet_open_alarms", "", "disk"] == 1
    assert found["broadsheet_seconds_since_success", "huxiu"] == 10
    assert found["broadsheet_next_due_seconds", "huxiu"] == 50
    assert found["broadsheet_due_sources",] == 2
    assert found["broadsheet_lateness_seconds",] == 100
    assert found["broadsheet_threads",] >= 1
    assert len([key for key in found if key[0] == "broadsheet_info"]) == 1
    assert not [key for key in found if "site1.example" in key or "gone" in key]


# --- the server ---


def test_metrics_and_health_are_served(archive: Archive) -> None:
    PULSE.beat()
    with opened(archive) as (port, said):
        status, page = get(port, "/metrics")
        assert status == 200
        assert ("broadsheet_threads",) in samples(page)
        status, body = get(port, "/healthz")
        assert (status, json.loads(body)["ok"]) == (200, True)
        assert get(port, "/healthz", method="HEAD") == (200, "")
        assert said == [f"watched at http://127.0.0.1:{port}/metrics and /healthz"]


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
        ("GET /metrics/../etc HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
        ("POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", 405),
        ("DELETE /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        ("GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
        ("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1.evil.example:80\r\n\r\n", 421),
        ("GET /healthz HTTP/1.1\r\nHost: broadsheet\r\n\r\n", 421),
        ("GET /healthz HTTP/1.1\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400),
        ("GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        ("nonsense\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + "a" * 20_000 + "\r\n\r\n", 431),
    ],
)
def test_everything_else_is_refused(archive: Archive, head: str, status: int) -> None:
    with opened(archive) as (port, _):
        assert int(ask(port, head).split()[1]) == status


def test_who_is_slow_is_hung_up_on_and_holds_up_nobody(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_module, "_HEAD_SECONDS", 0.3)
    monkeypatch.setattr(window_module, "_MOST_CONNECTIONS", 3)
    PULSE.beat()
    with opened(archive) as (port, _):
        slow = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(2)]
        for connection in slow:
            connection.sendall(b"GET /healthz HTTP/1.1\r\n")
        assert get(port, "/healthz")[0] == 200
        for connection in slow:
            assert connection.recv(100) == b""
            connection.close()


def test_beyond_so_many_at_once_nobody_is_served(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_module, "_MOST_CONNECTIONS", 2)
    with opened(archive) as (port, _):
        held = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(2)]
        time.sleep(0.05)
        assert ask(port, "") == b""
        for connection in held:
            connection.close()


def test_many_who_ask_at_once_make_one_look(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []
    real = METERS.page

    def page(*arguments: Any) -> bytes:
        looks.append(time.monotonic())
        time.sleep(0.1)
        return real(*arguments)

    monkeypatch.setattr(METERS, "page", page)
    with opened(archive) as (port, _):
        askers = [threading.Thread(target=get, args=(port, "/metrics")) for _ in range(8)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
    assert len(looks) == 1


def test_a_look_that_takes_long_holds_up_no_crawl(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop goes on while a thread looks."""
    begun, may_end = threading.Event(), threading.Event()

    def page(*_arguments: Any) -> bytes:
        begun.set()
        may_end.wait(30)
        return b""

    monkeypatch.setattr(METERS, "page", page)
    PULSE.beat()
    with opened(archive) as (port, _):
        asker = threading.Thread(target=get, args=(port, "/metrics"))
        asker.start()
        assert begun.wait(30)
        assert get(port, "/healthz")[0] == 200
        may_end.set()
        asker.join()


def test_it_moves_and_closes_with_the_settings(archive: Archive, tmp_path: Path) -> None:
    window, said = Window(), list[str]()

    def desk(endpoint: Endpoint | None) -> Desk:
        return Desk(settings(tmp_path, metrics=endpoint), {}, archive, said.append)

    in_loop(window.keep(desk(LOOPBACK)))
    first = window.port
    in_loop(window.keep(desk(LOOPBACK)))
    assert window.port == first
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        taken = free.getsockname()[1]
        free.listen()
        with pytest.raises(OSError, match=r"[Aa]ddress already in use"):
            in_loop(window.keep(desk(Endpoint("127.0.0.1", taken))))
    in_loop(window.keep(desk(Endpoint("127.0.0.1", taken))))
    assert window.port == taken
    in_loop(window.keep(desk(None)))
    assert window.port is None
    assert len(said) == 2


def test_that_other_machines_can_reach_it_is_said(archive: Archive) -> None:
    with opened(archive, Endpoint("0.0.0.0", 0)) as (port, said):
        assert said == [
            f"watched at http://0.0.0.0:{port}/metrics and /healthz; other machines can reach it, too"
        ]


@pytest.mark.parametrize(
    ("host", "bound", "is_let_in"),
    [
        ("localhost:9464", "127.0.0.1", True),
        ("[::1]:9464", "::1", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("192.0.2.1:9464", "127.0.0.1", False),
        ("broadsheet:9464", "127.0.0.1", False),
        ("evil.example:9464", "127.0.0.1", False),
        ("", "127.0.0.1", False),
        ("broadsheet:9464", "0.0.0.0", True),
        ("192.0.2.1:9464", "0.0.0.0", True),
        ("[2001:db8::1]:9464", "::", True),
        ("node1.internal:9464", "node1.internal", True),
        ("evil.example:9464", "0.0.0.0", False),
        ("", "0.0.0.0", False),
    ],
)
def test_whom_a_request_may_name(host: str, bound: str, is_let_in: bool) -> None:
    assert is_ours(host, Endpoint(bound, 9464)) is is_let_in


def test_a_head_is_read_strictly() -> None:
    assert parse(b"GET /metrics?a=b HTTP/1.1\r\nhost:  h \r\n\r\n") == ("GET", "/metrics", "h")
    assert parse(b"GET /metrics HTTP/2\r\nHost: h\r\n\r\n") is None


# --- health ---


def beaten(seconds_ago: float | None) -> Pulse:
    times = iter([0.0, seconds_ago or 0.0])
    pulse = Pulse(clock=lambda: next(times))
    if seconds_ago is not None:
        pulse.beat()
    return pulse


def test_a_daemon_that_looks_is_well(archive: Archive) -> None:
    facts = examine(beaten(0.5), archive)
    assert (facts["ok"], facts["causes"], facts["looked_seconds_ago"]) == (True, [], 0.5)


@pytest.mark.parametrize(
    ("ago", "says"), [(None, "has not begun"), (90.0, "has not looked what is due for 90 s")]
)
def test_a_daemon_that_does_not_look_is_not_well(archive: Archive, ago: float | None, says: str) -> None:
    facts = examine(beaten(ago), archive)
    assert not facts["ok"]
    assert says in facts["causes"][0]


def test_without_room_it_is_not_well(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(archive.root)._replace(free=10 * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    assert examine(beaten(0.5), archive)["causes"] == ["10 MB are left on the archive's disk; make room"]


def test_without_its_database_it_is_not_well_and_says_why(archive: Archive) -> None:
    PULSE.beat()
    with opened(archive) as (port, _):
        for file in archive.root.glob("catalog.sqlite3*"):
            file.unlink()
        (archive.root / "catalog.sqlite3").write_bytes(b"no database at all, but long enough to be one" * 100)
        archive.close()
        status, body = get(port, "/healthz")
        assert status == 503
        assert "not a database" in json.loads(body)["causes"][0]
        status, body = get(port, "/metrics")
        assert status == 503
        assert "not a database" in body


def test_a_database_that_does_not_answer_is_said(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_module, "_HEALTH_SECONDS", 0.1)
    held: Callable[..., Any] = lambda *_: threading.Event().wait(1)  # noqa: E731
    monkeypatch.setattr(type(archive.marks), "get", held)
    with opened(archive) as (port, _):
        status, body = get(port, "/healthz")
    assert status == 503
    assert "the database did not answer within 0.1 s" in body
