"""What a poll of a source costs when there is nothing new, and what a new article costs, as sources grow.

    python bench/polling.py [--sources 10,100,1000] [--items 20] [--json]

The sites are played on loopback by a process of its own behind a forward proxy, so that CPU is ours alone: each has a
robots.txt and a feed of so many items, which the archive has settled. All are polled once, and then in turn:

    validators     the feed has an ETag, which the server honours: 304
    no validators  the server sends the same body every time
    new article    every source has one new article (what is asked for: the feed and the page)

Beside ours, on the same sites in the same run: feedparser behind urllib, as a feed reader polls, with validators and
without. It keeps nothing, obeys no robots.txt and waits for nobody; the wait between two requests is set to none for both.
"""

import argparse
import asyncio
import json
import logging
import multiprocessing
import multiprocessing.connection
import os
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

import feedparser

import tests.shut.sitecustomize  # noqa: F401  it shuts the network
from archive import Archive, Found
from crawler.config import Settings
from crawler.crawl import Crawls
from crawler.job import Job
from crawler.source import Source, parse_source
from scheduler.loop import run

TEXT = "The company showed a new product today and said that it would change how the industry works. " * 8


@dataclass(frozen=True)
class Figures:
    """One phase: all per poll of one source."""

    who: str
    sources: int
    phase: str
    requests: float
    least: int  # requests that no client can do without
    kilobytes: float
    cpu_ms: float
    wall_ms: float


# --- the sites, in a process of their own ---


@dataclass
class Played:
    items: int
    first: int = 0  # the newest articles are first … first + items - 1
    tags: bool = True
    requests: int = 0
    sent: int = 0

    def answer(self, url: str, tag: str) -> tuple[int, str, str, bytes]:
        """Status, content type, ETag, body."""
        parts = urlsplit(url)
        if parts.hostname == "control.example":
            return 200, "application/json", "", self._control(parts.path.strip("/"))
        self.requests += 1
        if parts.path == "/feed":
            own = f'"{self.first}"' if self.tags else ""
            if own and tag == own:
                return 304, "", own, b""
            return 200, "application/rss+xml", own, self._feed(parts.hostname or "")
        if parts.path.startswith("/article/"):
            return (
                200,
                "text/html; charset=utf-8",
                "",
                _page(parts.hostname or "", int(parts.path.rsplit("/", 1)[1])),
            )
        return 404, "text/plain", "", b"nothing here"

    def _control(self, order: str) -> bytes:
        if order == "publish":
            self.first += 1
        elif order == "reset":
            self.first = 0
        elif order in ("tags", "notags"):
            self.tags = order == "tags"
        counted = json.dumps([self.requests, self.sent]).encode()
        self.requests = self.sent = 0
        return counted

    def _feed(self, host: str) -> bytes:
        items = "".join(
            f"<item><title>Story {number} of {host}</title><link>http://{host}/article/{number}</link>"
            f"<pubDate>Mon, 23 Nov 2026 10:{number % 60:02}:00 GMT</pubDate><description>{TEXT[:300]}</description></item>"
            for number in range(self.first + self.items - 1, self.first - 1, -1)
        )
        return f"<rss version='2.0'><channel><title>{host}</title>{items}</channel></rss>".encode()


def _page(host: str, number: int) -> bytes:
    paragraphs = "".join(f"<p>{number}.{part} {TEXT} {host}</p>" for part in range(6))
    return (
        f"<html><head><title>Story {number} of {host}</title></head><body><article><h1>Story {number} of {host}</h1>"
        f"<span class='author'>Ann Writer</span><time datetime='2026-11-23T10:{number % 60:02}:00Z'></time>"
        f"<div class='body'>{paragraphs}</div></article></body></html>"
    ).encode()


async def _serve(items: int, tell: Callable[[int], None]) -> None:
    played = Played(items)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                fields = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
                tag = next((value for name, value in fields.items() if name.lower() == "if-none-match"), "")
                status, kind, own, body = played.answer(lines[0].split(" ")[1], tag)
                more = (f"Content-Type: {kind}\r\n" if kind else "") + (f"ETag: {own}\r\n" if own else "")
                reply = (
                    f"HTTP/1.1 {status} Played\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body
                )
                played.sent += len(reply)
                writer.write(reply)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    tell(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _play(items: int, pipe: multiprocessing.connection.Connection) -> None:
    asyncio.run(_serve(items, pipe.send))


def _order(order: str) -> list[int]:
    """Tells the played sites something; gives requests and bytes since the last order."""
    with urllib.request.urlopen(f"http://control.example/{order}") as reply:
        counted: list[int] = json.loads(reply.read())
        return counted


# --- who polls ---


def source(number: int) -> Source:
    host = f"site{number}.example"
    return parse_source(
        f'name = "site{number}"\nhome = "http://{host}/"\nhosts = ["{host}"]\nlanguage = "en"\n'
        f"[article]\npatterns = '/article/(?P<id>\\d+)'\ncanonical = \"http://{host}/article/{{id}}\"\n"
        f'[[discovery]]\nkind = "feed"\nurl = "http://{host}/feed"\n'
        '[[templates]]\nname = "only"\nwhen = "article"\ntitle = "h1"\nauthors = ".author"\n'
        'published = "time::attr(datetime)"\nbody = ".body"\n',
        f"site{number}.toml",
    )


def settle(sources: Iterable[Source], settings: Settings, items: int) -> None:
    """What a feed holds at first is known to the archive, as it is after months."""
    now = datetime.now(UTC)
    with Archive.open(settings.archive) as archive:
        for one in sources:
            urls = [f"{one.home}article/{number}" for number in range(items)]
            archive.discover([Found(url, one.name, found_by="feed") for url in urls], now)
            for url in urls:
                archive.refuse(url, one.name, "gone", "settled by the benchmark", now)


async def poll_ours(sources: Iterable[Source], settings: Settings) -> None:
    """As the daemon does."""
    with Crawls(settings) as crawls:
        for one in sources:
            report = await crawls.crawl(Job(one, by="daemon"))
            if not report.ok:
                raise SystemExit(f"a poll failed: {report.summary} {report.troubles}")


class FeedReader:
    """feedparser behind urllib; remembers ETags where it is to."""

    def __init__(self, *, conditional: bool) -> None:
        self._conditional = conditional
        self._tags: dict[str, str] = {}
        self._known: set[str] = set()

    async def poll(self, sources: Iterable[Source]) -> None:
        for one in sources:
            url = str(one.discovery[0].url)
            request = urllib.request.Request(url)  # noqa: S310  by way of the proxy on loopback
            if self._conditional and url in self._tags:
                request.add_header("If-None-Match", self._tags[url])
            try:
                with urllib.request.urlopen(request) as reply:  # noqa: S310
                    body, self._tags[url] = reply.read(), reply.headers.get("ETag") or ""
            except urllib.error.HTTPError as error:
                error.close()
                continue
            self._known |= {entry.link for entry in feedparser.parse(body).entries}


# --- measuring ---


@dataclass(frozen=True)
class Phase:
    name: str
    order: str  # what the sites are told before
    least: int


PHASES = (
    Phase("validators", "tags", 1),
    Phase("new article", "publish", 2),
    Phase("no validators", "notags", 1),
)


async def measured(who: str, count: int, phase: Phase, act: Awaitable[None]) -> Figures:
    _order("count")
    cpu, wall = time.process_time(), time.perf_counter()
    await act
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    requests, sent = _order("count")
    each = 1000 / count
    return Figures(
        who, count, phase.name, requests / count, phase.least, sent / count / 1000, cpu * each, wall * each
    )


async def compared(counts: Sequence[int], items: int, root: Path) -> list[Figures]:
    found: list[Figures] = []
    for count in counts:
        sources = [source(number) for number in range(count)]
        settings = Settings(archive=root / str(count), delay=0.0)
        readers = {
            "feedparser, conditional": FeedReader(conditional=True),
            "feedparser": FeedReader(conditional=False),
        }
        _order("tags")
        _order("reset")
        settle(sources, settings, items)
        await poll_ours(sources, settings)
        for reader in readers.values():
            await reader.poll(sources)
        for phase in PHASES:
            _order(phase.order)
            if phase.order == "notags":  # what the change itself costs is not what is measured
                await poll_ours(sources, settings)
            found.append(await measured("ours", count, phase, poll_ours(sources, settings)))
            for who, reader in readers.items():
                found.append(await measured(who, count, phase, reader.poll(sources)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sources", default="10,100,1000", help="how many, one round for each number")
    parser.add_argument("--items", type=int, default=20, help="entries of a feed")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    counts = [int(count) for count in arguments.sources.split(",")]
    logging.disable(logging.WARNING)
    ours, theirs = multiprocessing.Pipe()
    player = multiprocessing.get_context("spawn").Process(
        target=_play, args=(arguments.items, theirs), daemon=True
    )
    player.start()
    for name in list(os.environ):
        if name.lower() in ("no_proxy", "all_proxy") or name.startswith("BROADSHEET_"):
            del os.environ[name]
    os.environ["http_proxy"] = f"http://127.0.0.1:{ours.recv()}"
    try:
        with tempfile.TemporaryDirectory(prefix="broadsheet-polling-") as folder:
            figures = run(lambda: compared(counts, arguments.items, Path(folder)))
    finally:
        player.terminate()
        player.join()
    show(figures, as_json=arguments.json)


def show(figures: Iterable[Figures], *, as_json: bool) -> None:
    if as_json:
        for one in figures:
            print(json.dumps(asdict(one)))
        return
    print("| sources | what is polled | who | requests | least | kB received | CPU ms | wall ms |")
    print("|---|---|---|---|---|---|---|---|")
    for one in figures:
        cells = (one.sources, one.phase, one.who, f"{one.requests:.2f}", one.least)
        print(
            "|",
            *(f"{cell} |" for cell in cells),
            f"{one.kilobytes:.2f} | {one.cpu_ms:.1f} | {one.wall_ms:.1f} |",
        )


if __name__ == "__main__":
    main()
