"""Pages that fill themselves by script: shown by a browser that reaches nothing, is bounded, and outlives no crawl."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from archive import Archive, parse
from crawler.config import ConfigError, Settings
from crawler.crawl import Crawls, Job, crawl
from crawler.fetch import fetch
from crawler.rendering import chromium
from crawler.rendering.chromium import find_browser, require_browser
from crawler.rendering.parts import Part, handed_over, is_wanted, passed_on
from crawler.source import RecipeError, Source, parse_source
from scheduler.runner import LocalRunner
from tests.builders import files
from tests.site import HOST, RECIPE, Reply, Site, article_page, crawled, in_loop, settings, tech, text_of
from tests.terminal import PROGRAM, ROOT, Terminal

REQUIRED = "BROADSHEET_REQUIRE_CHROMIUM"
RENDERED = RECIPE.replace("[article]", "render = true\n\n[article]", 1)
SHELL = b"<!doctype html><meta charset='utf-8'><title>Tech</title><div id='app'></div><script src='/app.js'></script>"
APP = """
const id = location.pathname.match(/\\d+/)[0];
fetch(`/api/${id}.json`).then(reply => reply.json()).then(one => {
  document.querySelector("#app").innerHTML = `<article><h1>${one.title}</h1><span class="author">${one.author}</span>
    <time>${one.time}</time><div class="body"><p>${one.text}</p></div></article>`;
});
"""


@pytest.fixture
def browser() -> None:
    """A test that needs Chromium. Skips where there is none, fails where one is required."""
    missing = None if find_spec("scrapy_playwright") else "scrapy-playwright is not installed"
    missing = missing or (None if find_browser(None) else "no Chromium on PATH")
    if missing and os.environ.get(REQUIRED):
        pytest.fail(f"{REQUIRED} is set: {missing}")
    if missing:
        pytest.skip(missing)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The site behind its proxy."""
    with Site() as playing:
        monkeypatch.setenv("http_proxy", playing.address)
        yield playing


@pytest.fixture
def leashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder in which browsers of this test keep what they need: its name tells their processes."""
    # Chromium puts a socket there, whose path may not be long.
    with tempfile.TemporaryDirectory(prefix="leashes-") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


def rendered(*lines: str) -> Source:
    return parse_source(
        RECIPE.replace("[article]", "\n".join(("render = true", *lines, "", "[article]")), 1), "r"
    )


def publish_app(site: Site, *numbers: int) -> None:
    """Articles whose pages hold nothing but a script that asks for them."""
    site.publish(*numbers)
    site.pages[f"{HOST}/app.js"] = Reply(APP.encode(), headers={"Content-Type": "text/javascript"})
    for number in numbers:
        site.put(number, SHELL)
        one = {
            "title": f"第{number}篇",
            "author": "小明",
            "time": "2026-11-20 10:05",
            "text": text_of(number),
        }
        site.pages[f"{HOST}/api/{number}.json"] = Reply(
            json.dumps(one).encode(), headers={"Content-Type": "application/json"}
        )


def with_script(number: int, script: str) -> bytes:
    return article_page(number).replace(b"</body>", f"<script>{script}</script></body>".encode())


def processes(folder: Path) -> dict[int, str]:
    """What runs with the folder in its arguments or its environment, or in the process group of such a one."""
    if not Path("/proc/self/environ").exists():
        pytest.skip("processes are told by /proc")
    running: dict[int, tuple[int, str]] = {}
    marked: set[int] = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            state, _, group = (process / "stat").read_text().rpartition(")")[2].split()[:3]
            command = (process / "cmdline").read_bytes()
            if state != "Z":
                running[int(process.name)] = int(group), command.replace(b"\0", b" ").decode(errors="replace")
            if str(folder).encode() in command + (process / "environ").read_bytes():
                marked.add(int(process.name))
    groups = {running[number][0] for number in marked & running.keys()} - {os.getpgrp()}
    return {n: text for n, (group, text) in running.items() if n in marked or group in groups}


def are_gone(numbers: Iterable[int]) -> bool:
    def is_gone(number: int) -> bool:
        try:
            return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            return True

    return all(map(is_gone, numbers))


def until(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


# --- a page that fills itself ---


@pytest.mark.usefixtures("browser")
def test_a_page_that_a_script_fills_is_kept_whole(site: Site, tmp_path: Path) -> None:
    publish_app(site, 1, 2)
    report = crawled(settings(tmp_path), source=rendered())
    assert report.counts == {"new": 2}, report.reasons
    texts = files(tmp_path / "archive")
    document = parse(texts["tech/2026/2026-11-20-1.md"].encode())
    assert (document.title, document.name, document.time) == ("第1篇", "小明", "2026-11-20 10:05")
    assert text_of(1) in document.body
    # Asked for once: the page, its data, and the script for both pages.
    assert sorted(url for url in site.asked if "/article/" not in url) == [
        f"{HOST}/api/1.json",
        f"{HOST}/api/2.json",
        f"{HOST}/app.js",
        f"{HOST}/feed",
    ]
    assert len(site.agents) == 1
    assert all(agent.startswith("Broadsheet/") for agent in site.agents)


@pytest.mark.usefixtures("browser")
def test_a_single_page_is_fetched_as_a_crawl_would_see_it(site: Site, tmp_path: Path) -> None:
    publish_app(site, 1)
    reply = in_loop(fetch(f"{HOST}/article/1", settings(tmp_path), rendered()))
    assert text_of(1) in reply.body.decode()


@pytest.mark.usefixtures("browser")
def test_what_the_browser_made_of_a_page_is_kept_beside_what_came(site: Site, tmp_path: Path) -> None:
    publish_app(site, 1)
    crawled(settings(tmp_path), source=rendered())
    with Archive.read(tmp_path / "archive") as archive:
        (stored,) = archive.snapshots.each()
        kinds = [(row.kind, row.record_id) for row in archive.snapshots.rows(f"{HOST}/article/1")]
        (row,) = archive.articles()
    assert text_of(1) in stored.body.decode()
    assert row.snapshot == stored.record_id
    assert [kind for kind, _ in kinds] == ["conversion", "response"]


def test_without_a_browser_such_a_page_is_refused(site: Site, tmp_path: Path) -> None:
    publish_app(site, 1)
    assert "new" not in crawled(settings(tmp_path), source=tech()).counts
    assert f"{HOST}/app.js" not in site.asked


@pytest.mark.usefixtures("browser")
def test_an_element_is_waited_for_and_robots_txt_holds_for_parts(site: Site, tmp_path: Path) -> None:
    late = "setTimeout(() => { fetch('/private/x'); document.querySelector('article').className = 'full'; }, 900)"
    site.publish(1)
    site.put(
        1,
        with_script(
            1,
            f"{late}; document.querySelector('.body').textContent = ''; "
            f"setTimeout(() => document.querySelector('.body').innerHTML = '<p>{text_of(9)}</p>', 900)",
        ),
    )
    site.pages[f"{HOST}/robots.txt"] = Reply(
        b"User-agent: *\nDisallow: /private/", headers={"Content-Type": "text/plain"}
    )
    assert crawled(settings(tmp_path), source=rendered('wait_for = "article.full"')).counts == {"new": 1}
    assert text_of(9) in next(iter(files(tmp_path / "archive").values()))
    assert f"{HOST}/private/x" not in site.asked


@pytest.mark.usefixtures("browser")
def test_a_page_without_a_part_of_its_own_is_tried_again(site: Site, tmp_path: Path) -> None:
    publish_app(site, 1)
    site.pages[f"{HOST}/api/1.json"] = Reply(drop=True)
    report = crawled(settings(tmp_path), source=rendered())
    assert report.counts == {"failed": 1}
    assert f"{HOST}/api/1.json, which the page needs: " in report.reasons[f"{HOST}/article/1"]


# --- what it may reach ---


@pytest.mark.usefixtures("browser")
def test_a_page_reaches_nothing_that_a_crawl_may_not(site: Site, tmp_path: Path) -> None:
    """Every way out of a page that there is, to a site and a UDP port of the machine's own."""
    with Site() as inner, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        udp.setblocking(False)
        there, port = inner.address, inner.address.rpartition(":")[2]
        site.publish(1, 2)
        site.put(
            1,
            with_script(
                1,
                f"""
            document.cookie = "seen=1";
            localStorage.seen = 1;
            for (const way of [
                () => fetch("{there}/fetch", {{mode: "no-cors"}}),
                () => fetch("http://localhost:{port}/name", {{mode: "no-cors"}}),
                () => fetch("/away", {{mode: "no-cors"}}),
                () => {{ new Image().src = "{there}/image"; }},
                () => {{ navigator.sendBeacon("{there}/beacon", "x"); }},
                () => {{ new WebSocket("ws://127.0.0.1:{port}/socket"); }},
                () => {{ new EventSource("{there}/events"); }},
                () => {{ new Worker(URL.createObjectURL(new Blob(["fetch('{there}/worker')"]))); }},
                () => {{ open("{there}/popup"); }},
                () => {{ alert("dialog"); }},
                () => {{ document.body.insertAdjacentHTML("beforeend", `<iframe src="{there}/frame"></iframe>
                    <link rel="stylesheet" href="{there}/style"><link rel="preconnect" href="{there}">
                    <link rel="prefetch" href="{there}/prefetch"><script src="{there}/script"></` + `script>`); }},
                () => {{ const p = new RTCPeerConnection({{iceServers: [{{urls: "stun:127.0.0.1:{udp.getsockname()[1]}"}}]}});
                    p.createDataChannel("x"); p.createOffer().then(offer => p.setLocalDescription(offer)); }},
                () => navigator.serviceWorker.register("/worker.js"),
                () => {{ location.href = "{there}/navigation"; }},
            ]) {{ try {{ Promise.resolve(way()).catch(() => 0); }} catch {{}} }}
        """,
            ),
        )
        site.put(
            2,
            with_script(2, "fetch('/told?cookie=' + document.cookie + (localStorage.seen || ''))"),
        )
        site.pages[f"{HOST}/away"] = Reply(status=302, headers={"Location": f"{there}/redirect"})
        report = crawled(settings(tmp_path), source=rendered())
        assert report.counts == {"new": 2}, report.reasons
        assert (inner.asked, inner.robots) == ([], [])
        with pytest.raises(BlockingIOError):
            udp.recv(1)
    assert [url for url in site.asked if "/told" in url] == [f"{HOST}/told?cookie="]
    assert f"{HOST}/worker.js" not in site.asked


@pytest.mark.parametrize(
    ("part", "wanted"),
    [
        (Part("https://cdn.example.org/app.js", "script"), True),
        (Part("https://www.example.com/api", "fetch", "POST"), True),
        (Part("https://stats.example.org/api", "fetch", "POST"), False),
        (Part("https://news.example/api", "xhr", "DELETE"), False),
        (Part("http://127.1/x", "fetch"), False),
        (Part("http://[::1]/x", "script"), False),
        (Part("file:///x", "fetch"), False),
        *(
            (Part("https://news.example/x", kind), False)
            for kind in ("image", "font", "media", "stylesheet", "ping")
        ),
    ],
)
def test_a_page_is_given_what_text_can_come_from(part: Part, wanted: bool) -> None:
    assert is_wanted(part, "https://example.com/1") is wanted


def test_a_part_is_asked_for_in_our_name_and_answered_without_cookies() -> None:
    sent = {
        "user-agent": "Chrome",
        "cookie": "a=1",
        "sec-ch-ua": "x",
        "x-token": "t",
        "content-type": "text/plain",
    }
    assert passed_on(sent) == {"x-token": "t", "content-type": "text/plain"}
    assert handed_over({"Set-Cookie": "a=1", "Content-Encoding": "br", "ETag": "x"}) == {"ETag": "x"}


# --- bounds ---


@pytest.mark.usefixtures("browser")
def test_pages_without_an_end_are_bounded_and_the_crawl_goes_on(
    site: Site, tmp_path: Path, leashes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crawler.middlewares import rendering
    from crawler.rendering import browser

    monkeypatch.setattr(browser, "SETTLE_SECONDS", 1.0)
    monkeypatch.setattr(browser, "READ_SECONDS", 1.0)
    monkeypatch.setattr(browser, "MOST_CHARACTERS", 1_000_000)
    monkeypatch.setattr(rendering, "MOST_PARTS", 5)
    site.publish(1, 2, 3, 4)
    site.put(1, with_script(1, "while (true) {}"))
    site.put(2, with_script(2, "setInterval(() => fetch('/more?' + Math.random()), 10)"))
    site.put(3, with_script(3, "document.body.append('x'.repeat(1_000_000))"))
    report = crawled(settings(tmp_path), source=rendered())
    assert report.states == {
        f"{HOST}/article/1": "failed",
        f"{HOST}/article/2": "new",
        f"{HOST}/article/3": "failed",
        f"{HOST}/article/4": "new",
    }
    assert report.reasons == {
        f"{HOST}/article/1": "the page's scripts do not come to an end",
        f"{HOST}/article/3": "the page its scripts make is too large",
    }
    assert len([url for url in site.asked if "/more" in url]) == 5
    assert until(lambda: not processes(leashes)), processes(leashes)


@pytest.mark.usefixtures("browser")
def test_a_browser_is_renewed_after_so_many_pages(
    site: Site, tmp_path: Path, leashes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crawler.rendering import browser

    monkeypatch.setattr(browser, "MOST_PAGES", 2)
    publish_app(site, 1, 2, 3)
    seen: set[str] = set()
    report = crawled(
        settings(tmp_path),
        source=rendered(),
        on_event=lambda _: seen.update(path.name for path in leashes.glob("broadsheet-browser-*")),
    )
    assert report.counts == {"new": 3}
    assert len(seen) == 2
    assert until(lambda: not list(leashes.iterdir())), list(leashes.iterdir())


# --- nothing outlives the crawl ---


@pytest.mark.usefixtures("browser")
def test_a_crawl_that_is_told_to_stop_takes_its_browser_along(
    site: Site, tmp_path: Path, leashes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.crawl.GRACE_SECONDS", 0.3)
    publish_app(site, 1)
    site.pages[f"{HOST}/api/1.json"] = Reply(held=threading.Event())

    async def stopped() -> dict[int, str]:
        task = asyncio.ensure_future(crawl(Job(rendered()), settings(tmp_path)))
        while f"{HOST}/api/1.json" not in site.asked:
            await asyncio.sleep(0.02)
        before = processes(leashes)
        assert before
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()
        return before

    before = in_loop(stopped())
    assert until(lambda: are_gone(before) and not processes(leashes), 5), processes(leashes)
    with Archive.read(tmp_path / "archive") as archive:
        assert archive.counts()["tech"] == {"discovered": 1}


@pytest.mark.usefixtures("browser")
def test_a_crawl_that_is_killed_leaves_no_browser(site: Site, tmp_path: Path, leashes: Path) -> None:
    publish_app(site, 1)
    # The worst of times for a browser: its page is busy for ever.
    site.put(1, SHELL + b"<script>fetch('/busy'); setTimeout(() => { while (true) {} }, 10)</script>")
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "tech.toml").write_text(RENDERED, encoding="utf-8")
    (tmp_path / "broadsheet.toml").write_text('recipes = "recipes"\ndelay = 0\n', encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(leashes)}
    with (tmp_path / "log").open("wb") as log:
        crawling = subprocess.Popen(
            [*PROGRAM, "crawl", "tech"], cwd=tmp_path, env=environ, stdout=log, stderr=log
        )
    try:
        assert until(lambda: f"{HOST}/busy" in site.asked), (tmp_path / "log").read_text()
        before = processes(leashes)
        assert any("renderer" in command for command in before.values())
    finally:
        crawling.send_signal(signal.SIGKILL)
        crawling.wait()
    assert until(lambda: are_gone(before) and not processes(leashes), 10), processes(leashes)
    assert until(lambda: not list(leashes.iterdir())), list(leashes.iterdir())


# --- where there is no browser ---


def test_a_browser_that_is_missing_is_one_line(broadsheet: Terminal, tmp_path: Path) -> None:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "tech.toml").write_text(RENDERED, encoding="utf-8")
    (tmp_path / "broadsheet.toml").write_text('recipes = "recipes"\nbrowser = "nowhere"\n', encoding="utf-8")
    complaint = broadsheet("crawl", "tech").complaint
    assert complaint.startswith("tech: render = true needs ")
    assert not (tmp_path / "archive-data").exists()


def test_the_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = {"PATH": str(tmp_path)}
    require_browser(tech(), None, empty)
    monkeypatch.setattr(chromium, "_NAMES", ("chromium",))
    monkeypatch.setattr(chromium, "find_spec", lambda _name: object())
    with pytest.raises(ConfigError, match=r"apt-get install chromium"):
        require_browser(rendered(), None, empty)
    monkeypatch.setattr(chromium, "find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match=r"pip install 'broadsheet\[render\]'"):
        require_browser(rendered(), None, empty)


def test_a_daemon_says_it_of_the_one_source(tmp_path: Path) -> None:
    config: Settings = settings(tmp_path, browser=tmp_path / "nowhere")
    outcome = in_loop(LocalRunner(Crawls(config)).run(Job(rendered(), by="daemon")))
    assert outcome.report is None
    assert outcome.summary.startswith("tech: render = true needs ")


@pytest.mark.parametrize(
    "lines", ['wait_for = "p"', 'render = true\nwait_for = "p::text"', 'render = true\nwait_for = "["']
)
def test_what_can_not_be_waited_for_is_named(lines: str) -> None:
    with pytest.raises(RecipeError, match=r"^r\.toml: wait_for: "):
        parse_source(RECIPE.replace("[article]", f"{lines}\n\n[article]", 1), "r.toml")
