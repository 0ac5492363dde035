"""Site: a web site on loopback with pages that a test changes, and crawls of it in this process.

It answers as a forward proxy too, so that a crawl meets `http://news.example/…` under its own name.
"""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scrapy.utils.reactor import install_reactor

from crawler.config import Settings
from crawler.crawl import Job, crawl
from crawler.report import CrawlReport
from crawler.source import Source, parse_source

HOST = "http://news.example"
FEED = f"{HOST}/feed"
LIST = f"{HOST}/list"
DEADLINE_SECONDS = 60.0

RECIPE = r"""
name = "tech"
title = "Tech"
home = "http://news.example/"
language = "zh-CN"
zone = "Asia/Shanghai"
hosts = ["news.example", "www.news.example"]

[article]
patterns = ['/article/(?P<id>\d+)(?:/(?P<page>\d+))?(?:\.html)?/?']
canonical = "http://news.example/article/{id}"

[[discovery]]
kind = "feed"
url = "http://news.example/feed"
full = true
skip = { type = "video_article" }

[[discovery]]
kind = "listing"
url = "http://news.example/list"
items = ".card"
link = "a"
title = "a"

[[templates]]
name = "only"
when = "article"
title = "h1"
authors = ".author"
published = "time"
body = ".body"
next = ".next"

[[checks]]
state = "blocked"
reason = "the site's check page"
words = "Access Verification"

[[checks]]
state = "gone"
reason = "the page says the article is deleted"
words = "This article was deleted"
"""

WAF = b"<html><head><title>Access Verification</title></head><body>Access Verification</body></html>"
DELETED = b"<html><head><title>Sorry</title></head><body><p>This article was deleted.</p></body></html>"


def tech() -> Source:
    """The site's recipe."""
    return parse_source(RECIPE, "tech.toml")


def text_of(number: int) -> str:
    """A text of its own for each number, of more than 200 letters."""
    return f"第{number}篇的正文。" + f"这是一段足够长的文字，编号{number}，讲一件事情的来龙去脉。" * 12


def article_page(number: int, *, more: str = "", text: str | None = None) -> bytes:
    """An article of the site; `more` goes after its body."""
    return (
        f"<html><head><meta charset='utf-8'><title>第{number}篇 - Tech</title></head><body><nav>首页</nav><article>"
        f"<h1>第{number}篇</h1><span class='author'>小明</span><time>2026-11-20 10:{number % 60:02}</time>"
        f"<div class='body'><p>{text or text_of(number)}</p><p>完{number}。</p></div>{more}</article></body></html>"
    ).encode()


def feed(numbers: Iterable[int], *, html: bool = False, extra: str = "") -> bytes:
    """The site's RSS; with `html` each item holds its article."""
    start = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    items = "".join(
        f"<item><title>第{number}篇</title><link>{HOST}/article/{number}.html?f=rss#top</link>"
        f"<pubDate>{format_datetime(start + timedelta(minutes=number))}</pubDate><author>小明</author>"
        + (f"<description>&lt;p&gt;{text_of(number)}（来自订阅）&lt;/p&gt;</description>" if html else "")
        + "<type>article</type></item>"
        for number in numbers
    )
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Tech</title>{items}{extra}</channel></rss>".encode()


def listing(numbers: Iterable[int]) -> bytes:
    """The site's page that lists articles."""
    cards = "".join(
        f"<div class='card'><a href='/article/{number}.html'>第{number}篇</a></div>" for number in numbers
    )
    return f"<html><head><meta charset='utf-8'><title>文章</title></head><body>{cards}</body></html>".encode()


@dataclass(frozen=True)
class Reply:
    """One answer. `drop` closes the connection instead; `held` is waited for first.

    With an `ETag` or `Last-Modified`, who asks with it is told that nothing changed; `stubborn`: whoever asks so.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    held: threading.Event | None = None
    stubborn: bool = False

    def for_conditions(self, etag: str | None, date: str | None) -> "Reply":
        """What is answered to a conditional request."""
        is_asked = etag is not None or date is not None
        stated = self.headers.get("ETag"), self.headers.get("Last-Modified")
        # RFC 9110 §13.2.2: the date counts only where no tag is sent.
        same = etag == stated[0] if etag is not None else date == stated[1]
        unchanged = self.status == 200 and is_asked and (self.stubborn or (same and any(stated)))
        return replace(self, status=304, body=b"") if unchanged else self


class Site:
    """Serves `pages` (URL → bytes or Reply) on loopback while in `with`; everything else is 404."""

    def __init__(
        self, pages: Mapping[str, bytes | Reply] | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self.pages = dict(pages or {})
        self._scheme = "https" if tls else "http"
        self._asked: list[str] = []
        self._agents: set[str] = set()
        self.answered: list[tuple[str, int]] = []  # URL and status, in order
        self.referers: dict[str, str | None] = {}  # URL → the page it was last asked for from
        self._server = _Server(self, tls)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def address(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    @property
    def asked(self) -> list[str]:
        """What was asked for, robots.txt aside, in order."""
        return [url for url in self._asked if not url.endswith("/robots.txt")]

    @property
    def robots(self) -> list[str]:
        """The robots.txt that were asked for."""
        return [url for url in self._asked if url.endswith("/robots.txt")]

    @property
    def agents(self) -> set[str]:
        return self._agents

    def forget(self) -> None:
        """Start the lists of requests anew."""
        self._asked.clear()
        self.answered.clear()

    def publish(self, *numbers: int, html: bool = False) -> None:
        """Put articles on the site, in its feed and in its list."""
        self.pages |= {f"{HOST}/article/{number}.html?f=rss": article_page(number) for number in numbers}
        self.pages |= {f"{HOST}/article/{number}": article_page(number) for number in numbers}
        self.pages |= {f"{HOST}/article/{number}.html": article_page(number) for number in numbers}
        self.pages[FEED] = Reply(feed(numbers, html=html), headers={"Content-Type": "application/rss+xml"})
        self.pages[LIST] = listing(numbers)

    def put(self, number: int, page: bytes | Reply) -> None:
        """Answer so for one article, in every spelling of its address."""
        for tail in ("", ".html", ".html?f=rss"):
            self.pages[f"{HOST}/article/{number}{tail}"] = page

    def reply(self, url: str, agent: str) -> Reply:
        self._asked.append(url)
        self._agents.add(agent)
        page = self.pages.get(url, Reply(b"<html><title>404</title>nothing here</html>", 404))
        reply = page if isinstance(page, Reply) else Reply(page)
        if reply.held is not None:
            reply.held.wait(DEADLINE_SECONDS)
        return reply

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for page in self.pages.values():
            if isinstance(page, Reply) and page.held is not None:
                page.held.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, site: Site, tls: ssl.SSLContext | None) -> None:
        self.site = site
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that goes away, or trusts nobody, is what some tests are about."""

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
        self.server.open.discard(self.connection)

    def do_GET(self) -> None:
        url = self.path if "://" in self.path else self.server.site.address + self.path
        reply = self.server.site.reply(url, self.headers.get("User-Agent", ""))
        reply = reply.for_conditions(self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since"))
        self.server.site.answered.append((url, reply.status))
        self.server.site.referers[url] = self.headers.get("Referer")
        if reply.drop:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        with contextlib.suppress(OSError):
            self.send_response(reply.status)
            headers = {"Content-Type": "text/html; charset=utf-8", **reply.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep the test's output its own."""


def settings(root: Path, **changes: Any) -> Settings:
    """Settings for a crawl of the site, without waits."""
    facts: dict[str, Any] = {"archive": root / "archive", "delay": 0.0, "contact": "test@news.example"}
    return Settings(**(facts | changes))


def crawled(
    config: Settings,
    *urls: str,
    source: Source | None = None,
    limit: int | None = None,
    by: str = "crawl",
    on_event: Callable[[CrawlReport], None] | None = None,
) -> CrawlReport:
    """The report of a crawl in this process."""
    job = Job(source or tech(), urls, limit, by)  # type: ignore[arg-type]
    return in_loop(crawl(job, config, on_event))


def in_loop(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine gives that runs in the reactor's loop, which has a thread of its own here."""
    return asyncio.run_coroutine_threadsafe(coroutine, reactor_loop()).result(DEADLINE_SECONDS)


@lru_cache(maxsize=1)
def reactor_loop() -> asyncio.AbstractEventLoop:
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor

    started = threading.Event()
    reactor.callWhenRunning(started.set)  # type: ignore[attr-defined]
    threading.Thread(
        target=reactor.run,  # type: ignore[attr-defined]
        kwargs={"installSignalHandlers": False},
        daemon=True,
        name="reactor",
    ).start()
    assert started.wait(DEADLINE_SECONDS)
    return reactor._asyncioEventloop  # type: ignore[attr-defined,no-any-return]
