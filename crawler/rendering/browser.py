"""Browser: shows one page after the other through scrapy-playwright. Needs the extra `render`.

The browser resolves no name and reaches no address. Whatever a page asks for is refused or fetched by the caller, who
is Scrapy: so the rules of any other request hold for it, too.
"""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser as Chromium
from playwright.async_api import (
    BrowserContext,
    Page,
    Playwright,
    Route,
    async_playwright,
)
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeoutError
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy_playwright.handler import Config, ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from crawler.config import ConfigError
from crawler.rendering.chromium import Leash, find_browser
from crawler.rendering.parts import Part, Served

# A page has its own time, and besides that the time in which its parts are fetched, which is for politeness to say.
SETTLE_SECONDS = 15.0  # of its own, to fill itself; then it is taken as it stands
READ_SECONDS = 10.0  # to be read, which a script that never ends forbids
LONGEST_SECONDS = 180.0  # with all its parts
MOST_PAGES = 50  # of one browser: they grow
MOST_CHARACTERS = 10 * 1024 * 1024
_CLOSING_SECONDS = 5.0

_OPTIONS = (
    # Nothing resolves, not even the proxy that everything would have to go through.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://none.invalid:1",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--blink-settings=imagesEnabled=false",
    "--js-flags=--max-old-space-size=512",
)
# In a world of its own, where the page's scripts have changed nothing.
_HTML = "document.documentElement ? document.documentElement.outerHTML.slice(0, %d) : ''"

Fetch = Callable[[Part], Awaitable[Served | None]]

# What it says of single pages is in the report of the crawl.
logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)


class RenderingFailed(IgnoreRequest):
    """A page that the browser could not show; the message says why."""


class Browser:
    """Shows pages, one at a time; the browser starts with the first one and is renewed after so many."""

    def __init__(self, crawler: Crawler, context: dict[str, Any]) -> None:
        self._handler = ScrapyPlaywrightDownloadHandler.from_crawler(crawler)
        # A page that brought the browser down is not shown again.
        self._handler.config.target_closed_max_retries = 0
        self._context = {"service_workers": "block", "accept_downloads": False} | context
        self._shown = 0

    async def show(self, url: str, served: Served, wait_for: str | None, fetch: Fetch) -> str:
        """The page's HTML once its scripts have filled it. Raises RenderingFailed."""
        if self._shown >= MOST_PAGES:
            await self._end_browser()
        self._shown += 1
        visit = _Visit(served, wait_for, fetch)
        try:
            async with asyncio.timeout(LONGEST_SECONDS + READ_SECONDS):
                await self._handler.download_request(self._request(url, visit))
                await self._handler.context_wrappers[visit.name].context.close()
        except TimeoutError as error:
            await self._end_browser()
            raise RenderingFailed("the page's scripts do not come to an end") from error
        except (PlaywrightError, ConfigError) as error:
            await self._end_browser()
            raise RenderingFailed(f"the browser: {_in_a_line(error)}") from error
        if len(visit.html) >= MOST_CHARACTERS:
            raise RenderingFailed("the page its scripts make is too large")
        return visit.html

    async def close(self) -> None:
        """Ends the browser and its driver, however busy they are."""
        self._kill()
        with contextlib.suppress(TimeoutError, PlaywrightError):
            await asyncio.wait_for(self._handler.close(), _CLOSING_SECONDS)

    def _request(self, url: str, visit: "_Visit") -> Request:
        return Request(
            url,
            meta={
                "playwright": True,
                "playwright_context": visit.name,
                "playwright_context_kwargs": self._context,
                "playwright_page_init_callback": visit.prepare,
                "playwright_page_goto_kwargs": {"wait_until": "commit"},
                "playwright_page_methods": [PageMethod(visit.read)],
            },
        )

    def _kill(self) -> None:
        provider = getattr(self._handler, "browser_provider", None)
        if isinstance(provider, LeashedChromium):  # else the crawl ended before it began
            provider.kill()

    async def _end_browser(self) -> None:
        """Kills the browser and waits until the handler knows; the next page starts another."""
        self._shown = 0
        self._kill()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING_SECONDS):
                while hasattr(self._handler, "browser"):
                    await asyncio.sleep(0.01)


class _Visit:
    """One page in a context of its own, so that no cookie and no storage lasts."""

    name = "visit"

    def __init__(self, served: Served, wait_for: str | None, fetch: Fetch) -> None:
        self.html = ""
        self._served = served
        self._wait_for = wait_for
        self._fetch = fetch
        self._is_begun = False
        self._watch = _Watch()

    async def prepare(self, page: Page, _request: Request) -> None:
        """Routes what the page asks for to us; of two routes the later one is asked."""
        self._watch = _Watch()  # the browser may just have started
        await page.route("**", self._answer)

    async def read(self, page: Page) -> None:
        while (left := self._watch.left()) > 0:
            with contextlib.suppress(PlaywrightTimeoutError):
                await self._settle(page, max(left, 0.1) * 1000)
                break
        async with asyncio.timeout(READ_SECONDS):
            self.html = await _html_of(page)
            # The handler reads the page once more, and without a bound.
            await page.goto("about:blank")

    async def _settle(self, page: Page, most: float) -> None:
        if self._wait_for is None:
            await page.wait_for_load_state("networkidle", timeout=most)
            return
        kind = "" if self._wait_for.startswith("xpath:") else "css="
        selector = kind + self._wait_for.replace("xpath:", "xpath=", 1)
        await page.wait_for_selector(selector, state="attached", timeout=most)

    async def _answer(self, route: Route) -> None:
        # Gone pages, and a browser that is gone, have no use for an answer.
        with contextlib.suppress(PlaywrightError):
            if not route.request.is_navigation_request():
                await _serve(route, await self._part(route))
            elif self._is_begun:  # a frame, or a script that leads elsewhere: the page stays as it is
                await route.abort("aborted")
            else:
                self._is_begun = True
                await _serve(route, self._served)

    async def _part(self, route: Route) -> Served | None:
        asked = route.request
        body = asked.post_data_buffer or b""
        with self._watch.stopped():
            return await self._fetch(Part(asked.url, asked.resource_type, asked.method, asked.headers, body))


class _Watch:
    """A page's own time: it stands while parts are fetched."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._stood = 0.0
        self._fetches = 0
        self._since = 0.0

    def left(self) -> float:
        """Seconds until the page is taken as it stands."""
        now = time.monotonic()
        stood = self._stood + (now - self._since if self._fetches else 0.0)
        took = now - self._begun
        return min(SETTLE_SECONDS - (took - stood), LONGEST_SECONDS - took)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        if not self._fetches:
            self._since = time.monotonic()
        self._fetches += 1
        try:
            yield
        finally:
            self._fetches -= 1
            if not self._fetches:
                self._stood += time.monotonic() - self._since


async def _serve(route: Route, served: Served | None) -> None:
    if served is None:
        await route.abort("blockedbyclient")
    else:
        await route.fulfill(status=served.status, headers=dict(served.headers), body=served.body)


async def _html_of(page: Page) -> str:
    session = await page.context.new_cdp_session(page)
    frames = await session.send("Page.getFrameTree")
    world = await session.send("Page.createIsolatedWorld", {"frameId": frames["frameTree"]["frame"]["id"]})
    answer = await session.send(
        "Runtime.evaluate",
        {
            "expression": _HTML % MOST_CHARACTERS,
            "contextId": world["executionContextId"],
            "returnByValue": True,
        },
    )
    return str(answer["result"].get("value", ""))


class LeashedChromium:
    """scrapy-playwright's provider of the system's Chromium: started when a page needs it, killed with our process."""

    def __init__(self, config: Config) -> None:
        self._named = config.launch_options.get("executable_path")
        self._playwright: Playwright | None = None
        self._leash: Leash | None = None

    async def start(self) -> None:
        """Nothing yet: most crawls find nothing new."""

    async def launch_browser(self) -> Chromium:
        browser = find_browser(Path(self._named) if self._named else None)
        if browser is None:
            raise ConfigError("there is none any more")
        if self._playwright is None:
            self._playwright = await async_playwright().start()
        self.kill()
        self._leash = Leash.on(browser)
        return await self._playwright.chromium.launch(
            executable_path=self._leash.program,
            args=_OPTIONS,
            env=self._leash.environ(),
            ignore_default_args=["--disable-popup-blocking"],
            chromium_sandbox=os.geteuid() != 0,  # Chromium refuses to sandbox for root
            # Signals are the crawl's to answer.
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    async def launch_persistent_context(self, context_kwargs: dict[str, Any]) -> BrowserContext:
        raise NotImplementedError("nothing is kept of a page")

    def kill(self) -> None:
        """Kills the browser with all its processes."""
        if self._leash is not None:
            self._leash.cut()

    async def close(self) -> None:
        self.kill()
        if self._playwright is not None:
            await self._playwright.stop()
        if self._leash is not None:
            self._leash.clear()


def _in_a_line(error: Exception) -> str:
    """What the browser said last, where it did not start; else what Playwright says first."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = [line.partition("[err]")[2].strip() for line in lines if "[err]" in line]
    return [*lines[:1], *said][-1][:300] if lines else type(error).__name__
