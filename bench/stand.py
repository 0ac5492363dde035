"""A stand of news sites that are played on loopback, in a process of their own, behind a forward proxy.

Each publishes at random times, known beforehand, and has robots.txt, a feed with an ETag and articles. By an order (a
request to `control.example`) a site, or all, can fail in one of the ways of `FAULTS`, and stop failing.
"""

import asyncio
import json
import multiprocessing
import multiprocessing.connection
import os
import random
import time
import urllib.request
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from itertools import accumulate
from typing import Any
from urllib.parse import urlsplit

FAULTS = (
    "redesign",  # articles' title, author, time and body are marked up otherwise
    "unsigned",  # articles have no author any more
    "down",  # 503 to everything
    "dropped",  # the connection ends without an answer
    "storm",  # 429 to everything, with Retry-After
    "check",  # 200 and a check page for every article
    "moved",  # 301 from the feed to another address
    "silent",  # nothing new in the feed, but it answers
    "slow",  # an answer takes 20 s
)
EVERY_HOST = "*"
_CONTROL = "control.example"
_SYLLABLES = tuple(first + then for first in "bdfgklmnprst" for then in "aeiou")


@dataclass(frozen=True)
class Plan:
    """Of all sites: articles a day, those that are out at the beginning, and for how long publication times are known.

    A feed names the newest `listed`, else as many as were out at the beginning.
    """

    hosts: tuple[str, ...]
    begin: float  # seconds since 1970
    a_day: float = 20.0
    items: int = 20
    seconds: float = 3600.0
    seed: int = 1
    listed: int = 0

    def times(self, host: str) -> list[float]:
        """When the articles 0, 1, 2 … of a site are published; the first `items` are there from the start."""
        chance = random.Random(f"{self.seed} {host}")  # noqa: S311  plays, guards nothing
        before = [self.begin - 60.0 * (self.items - number) for number in range(self.items)]
        each = 86400 / self.a_day
        waits = (chance.expovariate(1 / each) for _ in range(int(3 * self.seconds / each) + 20))
        return before + [
            at for at in accumulate(waits, initial=self.begin) if self.begin < at < self.begin + self.seconds
        ]


def name_of(host: str) -> str:
    """What the source is called."""
    return host.partition(".")[0]


def recipe(host: str, poll: str = "") -> str:
    """A recipe for a played site; `poll` is what stands in its `[poll]`."""
    name = name_of(host)
    return (
        f'name = "{name}"\nhome = "http://{host}/"\nhosts = ["{host}"]\nlanguage = "en"\n'
        f"[article]\npatterns = '/article/(?P<id>\\d+)'\ncanonical = \"http://{host}/article/{{id}}\"\n"
        f'[[discovery]]\nkind = "feed"\nurl = "http://{host}/feed"\n'
        '[[templates]]\nname = "only"\nwhen = "article"\ntitle = "h1"\nauthors = ".author"\n'
        'published = "time::attr(datetime)"\nbody = ".body"\n'
        '[[checks]]\nstate = "blocked"\nreason = "the site\'s check page"\nwords = "Are you a robot"\n'
        + (f"[poll]\n{poll}\n" if poll else "")
    )


@lru_cache(maxsize=4096)
def text(host: str, number: int) -> tuple[str, ...]:
    """Six paragraphs that no other article has."""
    chance = random.Random(f"{host} {number}")  # noqa: S311  as above
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(300)]
    return tuple(" ".join(words[first : first + 50]).capitalize() + "." for first in range(0, 300, 50))


# --- the sites ---


@dataclass(frozen=True)
class Answer:
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drop: bool = False


@dataclass
class Stand:
    plan: Plan
    faults: dict[str, str] = field(default_factory=dict)  # host → how it fails
    is_dark: bool = False  # nobody is answered, not even by the proxy
    dark_seconds: float = 0.0  # an order to go dark for as long
    held: dict[str, int] = field(default_factory=dict)  # host → articles when it fell silent
    is_early: bool = False  # nothing is out yet but what was there from the start
    requests: int = 0
    sent: int = 0
    times: dict[str, list[float]] = field(default_factory=dict)

    def answer(self, url: str, tag: str) -> Answer:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if host == _CONTROL:
            return Answer(kind="application/json", body=json.dumps(self._control(parts.path)).encode())
        self.requests += 1
        fault = self.faults.get(host, "")
        if self.is_dark or fault == "dropped":
            return Answer(drop=True)
        if fault in ("down", "storm"):
            return Answer(503) if fault == "down" else Answer(429, headers={"Retry-After": "5"})
        wait = 20.0 if fault == "slow" else 0.0
        if parts.path == "/robots.txt":
            return Answer(kind="text/plain", body=b"User-agent: *\nDisallow: /private\n", wait=wait)
        if parts.path in ("/feed", "/feed2"):
            return self._feed(host, parts.path, tag, fault, wait)
        return self._article(host, parts.path, fault, wait)

    def _feed(self, host: str, path: str, tag: str, fault: str, wait: float) -> Answer:
        if fault == "moved" and path == "/feed":
            return Answer(301, headers={"Location": f"http://{host}/feed2"})
        count = self.count(host)
        own = f'"{count}"'
        headers = {"ETag": own}
        if tag == own:
            return Answer(304, "", headers=headers, wait=wait)
        items = "".join(
            f"<item><title>{_title(host, number)}</title><link>http://{host}/article/{number}</link>"
            f"<pubDate>{format_datetime(datetime.fromtimestamp(self.times[host][number], UTC))}</pubDate>"
            f"<description>{text(host, number)[0]}</description></item>"
            for number in range(count - 1, max(-1, count - 1 - (self.plan.listed or self.plan.items)), -1)
        )
        body = f"<rss version='2.0'><channel><title>{host}</title>{items}</channel></rss>".encode()
        return Answer(kind="application/rss+xml", body=body, headers=headers, wait=wait)

    def _article(self, host: str, path: str, fault: str, wait: float) -> Answer:
        _, _, number = path.rpartition("/article/")
        if not number.isdigit() or int(number) >= self.count(host):
            return Answer(404, body=b"<html><title>Not found</title></html>")
        if fault == "check":
            return Answer(body=b"<html><title>Check</title><body><p>Are you a robot?</p></body></html>")
        at = datetime.fromtimestamp(self.times[host][int(number)], UTC)
        return Answer(body=_page(host, int(number), at, fault), wait=wait)

    def count(self, host: str) -> int:
        """So many articles are out."""
        if host not in self.times:
            self.times[host] = self.plan.times(host)
        if self.faults.get(host) == "silent":
            return self.held[host]
        return bisect_right(self.times[host], self.plan.begin if self.is_early else time.time())

    def _control(self, path: str) -> object:
        order, _, rest = path.strip("/").partition("/")
        if order == "fault":
            host, _, kind = rest.partition("/")
            for one in self.plan.hosts if host == EVERY_HOST else (host,):
                self.held[one] = self.count(one)
                self.faults[one] = kind
        elif order == "dark":
            self.dark_seconds = float(rest)
        elif order in ("early", "now"):
            self.is_early = order == "early"
        elif order == "published":
            return {host: self.count(host) for host in self.plan.hosts}
        counted = {"requests": self.requests, "sent": self.sent}
        self.requests = self.sent = 0
        return counted


def _title(host: str, number: int) -> str:
    return f"Story {number} of {name_of(host)}"


def _page(host: str, number: int, at: datetime, fault: str) -> bytes:
    title, paragraphs = _title(host, number), text(host, number)
    head = f"<html><head><meta charset='utf-8'><title>{title}</title></head><body>"
    if fault == "redesign":
        told = "".join(f"<section><div>{paragraph}</div></section>" for paragraph in paragraphs)
        return f"{head}<article><div class='x7'>{title}</div><div class='y7'>{told}</div></article></body></html>".encode()
    by = "" if fault == "unsigned" else "<span class='author'>Ann Writer</span>"
    told = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"{head}<article><h1>{title}</h1>{by}<time datetime='{at.isoformat()}'></time>"
        f"<div class='body'>{told}</div></article></body></html>"
    ).encode()


# --- the process ---


async def _serve(plan: Plan, pipe: multiprocessing.connection.Connection) -> None:
    stand = Stand(plan)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                fields = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
                tag = next((value for name, value in fields.items() if name.lower() == "if-none-match"), "")
                answer = stand.answer(lines[0].split(" ")[1], tag)
                if answer.wait:
                    await asyncio.sleep(answer.wait)
                if answer.drop:
                    break
                reply = _packed(answer)
                stand.sent += len(reply)
                writer.write(reply)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    pipe.send(port)
    while True:
        await asyncio.sleep(0.2)
        if stand.dark_seconds:
            server.close()
            stand.is_dark = True
            await asyncio.sleep(stand.dark_seconds)
            stand.is_dark, stand.dark_seconds = False, 0.0
            server = await asyncio.start_server(connected, "127.0.0.1", port)


def _packed(answer: Answer) -> bytes:
    headers = {"Content-Type": answer.kind, "Content-Length": str(len(answer.body)), **answer.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    date = format_datetime(datetime.now(UTC), usegmt=True)
    return f"HTTP/1.1 {answer.status} Played\r\nDate: {date}\r\n{lines}\r\n".encode() + answer.body


def _play(plan: Mapping[str, Any], pipe: multiprocessing.connection.Connection) -> None:
    asyncio.run(_serve(Plan(**{**plan, "hosts": tuple(plan["hosts"])}), pipe))


@contextmanager
def played(plan: Plan) -> Iterator[str]:
    """The address of the proxy, which is this process's too while in `with`."""
    ours, theirs = multiprocessing.Pipe()
    player = multiprocessing.get_context("spawn").Process(
        target=_play, args=(asdict(plan), theirs), daemon=True
    )
    player.start()
    for name in list(os.environ):
        if name.lower() in ("no_proxy", "all_proxy", "https_proxy") or name.startswith("BROADSHEET_"):
            del os.environ[name]
    os.environ["http_proxy"] = f"http://127.0.0.1:{ours.recv()}"
    try:
        yield os.environ["http_proxy"]
    finally:
        player.terminate()
        player.join()


def order(*words: str) -> Any:
    """Tells the stand something; what it says to that: mostly requests and bytes since the last order."""
    with urllib.request.urlopen(f"http://{_CONTROL}/{'/'.join(words)}") as reply:
        return json.loads(reply.read())
