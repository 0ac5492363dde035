"""Ask for pages as a crawl would, and keep nothing. Needs the asyncio reactor; `scheduler.loop` runs one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive import Archive
from crawler.config import Settings
from crawler.crawl import runner_for, until_done
from crawler.exchange import as_fetched
from crawler.politeness.failures import failure
from crawler.politeness.trust import name_authorities
from crawler.reading import Fetched, Refusal
from crawler.rendering.chromium import require_browser
from crawler.settings import overrides
from crawler.source import Source

_SITEMAP = {"download_maxsize": 50 * 1024 * 1024, "keep_compressed": True}  # as in a crawl


class Desk(Spider):
    """Waits at its desk: asks for what a session wants, until that is done."""

    name = "desk"

    def __init__(self, source: Source | None = None, archive: Archive | None = None) -> None:
        super().__init__()
        self.source = source
        self.archive = archive
        self.opened = asyncio.Event()
        self.done = asyncio.Event()
        self.robots: dict[str, tuple[int, bytes]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *arguments: Any, **named: Any) -> "Desk":
        desk = super().from_crawler(crawler, *arguments, **named)
        crawler.signals.connect(desk.note_robots, signal=signals.response_received)
        return desk

    async def start(self) -> AsyncIterator[Request]:
        self.opened.set()
        await self.done.wait()
        return
        yield  # what makes it a generator

    def note_robots(self, response: Response, request: Request) -> None:
        """What a robots.txt said, which Scrapy's middleware keeps to itself."""
        if request.meta.get("dont_obey_robotstxt") and request.url.endswith("/robots.txt"):
            self.robots[urlsplit(request.url).netloc] = response.status, response.body


class Session:
    """Asks for pages one by one under the rules of a crawl: robots.txt once a host, the domain's delay, the guard."""

    def __init__(self, crawler: Crawler, desk: Desk) -> None:
        self._crawler = crawler
        self._desk = desk
        self.asked = 0

    async def get(
        self, url: str, headers: Mapping[str, str] | None = None, *, is_sitemap: bool = False
    ) -> Fetched | Refusal:
        """The page at a URL; a Refusal where none was had."""
        meta = dict(_SITEMAP) if is_sitemap else {}
        try:
            request = Request(url, headers=dict(headers or {}), meta=meta)
        except ValueError as error:
            return Refusal(url=url, state="failed", reason=str(error))
        reply = await self.send(request)
        return reply if isinstance(reply, Refusal) else as_fetched(reply)

    async def send(self, request: Request) -> Response | Refusal:
        """The reply to a request; a Refusal where there was none."""
        self.asked += 1
        engine = self._crawler.engine
        if engine is None:
            raise RuntimeError("the session is over")
        try:
            return await engine.download_async(request)
        except Exception as error:  # noqa: BLE001  whatever a host does must not end the session
            state, reason = failure(Failure(error))  # type: ignore[no-untyped-call]
            return Refusal(url=request.url, state=state, reason=reason)

    def robots(self, url: str) -> tuple[int, bytes] | None:
        """Status and text of the robots.txt of a URL's host, where it was asked for in this session."""
        return self._desk.robots.get(urlsplit(url).netloc)


@asynccontextmanager
async def session(
    settings: Settings,
    language: str | None = None,
    source: Source | None = None,
    archive: Archive | None = None,
) -> AsyncIterator[Session]:
    """A session that stays open while in `async with`; article pages of `source` are rendered if its recipe says so.

    What domains asked of us, and how much of them was asked today, is remembered in the `archive`.
    """
    if source is not None:
        require_browser(source, settings.browser)
    name_authorities()
    runner = runner_for(settings, {**overrides(settings, language), "ITEM_PIPELINES": {}})
    crawler = runner.create_crawler(Desk)
    running = asyncio.ensure_future(
        until_done(crawler, asyncio.ensure_future(runner.crawl(crawler, source=source, archive=archive)))
    )
    try:
        desk = await _opened(crawler, running)
        yield Session(crawler, desk)
    finally:
        if isinstance(crawler.spider, Desk):
            crawler.spider.done.set()
        if not running.done():
            await running


async def fetch(url: str, settings: Settings, source: Source) -> Fetched | Refusal:
    """The source's page at a URL, asked for under the same rules as in a crawl; a Refusal where none was had."""
    async with session(settings, source.language, source) as asking:
        return await asking.get(url)


async def _opened(crawler: Crawler, running: "asyncio.Future[None]") -> Desk:
    """The spider, once it is at its desk; what kept it from there is raised."""
    while not isinstance(crawler.spider, Desk):
        if running.done():
            await running
            raise RuntimeError("the crawl ended before it began")
        await asyncio.sleep(0.005)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(crawler.spider.opened.wait(), 30)
    return crawler.spider
