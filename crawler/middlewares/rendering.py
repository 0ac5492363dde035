"""Rendering: an article's page is shown in a browser before it is read, where the recipe says so."""

import asyncio
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Headers, HtmlResponse, Request, Response
from scrapy.utils.misc import load_object
from twisted.python.failure import Failure

from crawler.middlewares.capture import rendered
from crawler.politeness.addresses import networks
from crawler.politeness.failures import failure
from crawler.politeness.putoff import PutOff
from crawler.rendering.chromium import require_browser
from crawler.rendering.parts import (
    MOST_PART_BYTES,
    MOST_PARTS,
    Part,
    Served,
    handed_over,
    is_wanted,
    passed_on,
)
from crawler.source import Source
from crawler.urls import registrable

if TYPE_CHECKING:
    from crawler.rendering.browser import Browser

MOST_KEPT_BYTES = 32 * 1024 * 1024  # of scripts, for the next pages of the crawl

_PART = "part_of_a_page"  # the mark of a request for one
_OF_A_PART = {_PART: True, "dont_retry": True, "download_timeout": 10, "download_maxsize": 5 * 1024 * 1024}


class PartMissing(IgnoreRequest):
    """A page that lacks a part of its own, and so may lack its text; the message names the part."""


class Rendering:
    """Shows each article's page, as it was received, in a browser.

    What the page asks for is fetched as any request of the crawl: under the same guard, robots.txt, turns and bounds.
    Discovery, redirects, refusals and whatever else is no article's page stay as they are.
    """

    def __init__(self, crawler: Crawler, source: Source, browser: "Browser") -> None:
        self._crawler = crawler
        self._source = source
        self._browser = browser
        self._allowed = networks(crawler.settings.getlist("ALLOW_NETWORKS"))
        self._one_at_a_time = asyncio.Lock()
        self._clock = load_object(crawler.settings["CLOCK"])
        self._scripts: dict[str, Served] = {}
        self._is_closed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        source = getattr(crawler.spider, "source", None)
        if not isinstance(source, Source) or not source.render:
            raise NotConfigured
        require_browser(source, crawler.settings["BROWSER"])
        # Only here: it takes half a second, and needs the extra.
        from crawler.rendering.browser import Browser  # noqa: PLC0415

        context = {
            "user_agent": crawler.settings["USER_AGENT"],
            "timezone_id": source.zone,
            "locale": source.language or "en",
        }
        rendering = cls(crawler, source, Browser(crawler, context))
        crawler.signals.connect(rendering.close, signal=signals.engine_stopped)
        return rendering

    async def process_response(self, request: Request, response: Response) -> Response:
        if not self._is_page(request, response):
            return response
        page = _Page(self, response.url)
        try:
            async with self._one_at_a_time:
                html = await self._browser.show(
                    response.url, _served(response), self._source.wait_for, page.fetch
                )
        except IgnoreRequest as error:
            if self._is_closed:
                raise PutOff(self._clock(), "the crawl was told to stop") from error
            raise
        finally:
            page.end()
        if page.missing is not None:
            raise page.missing
        body = html.encode("utf-8", "replace")
        rendered(request, body)
        headers = Headers(response.headers)
        headers["Content-Type"] = "text/html; charset=utf-8"
        return HtmlResponse(response.url, 200, headers, body, request=request)

    async def close(self) -> None:
        """Ends the browser with all its processes."""
        self._is_closed = True
        await self._browser.close()

    async def fetch(self, part: Part, page: str) -> Served | None:
        """A part of a page; None where it may not be had. Scripts are kept for the next pages."""
        if not is_wanted(part, page, self._allowed):
            return None
        if part.is_script and part.url in self._scripts:
            return self._scripts[part.url]
        request = Request(
            part.url,
            method=part.method,
            headers=passed_on(part.headers),
            body=part.body,
            meta=dict(_OF_A_PART),
            dont_filter=True,
        )
        served = _served(await self._crawler.engine.download_async(request))
        if part.is_script and served.status == 200:
            self._keep(part.url, served)
        return served

    def _is_page(self, request: Request, response: Response) -> bool:
        if request.meta.get(_PART) or not isinstance(response, HtmlResponse) or response.status != 200:
            return False
        return self._source.identify(response.url) is not None

    def _keep(self, url: str, served: Served) -> None:
        held = sum(len(script.body) for script in self._scripts.values())
        if held + len(served.body) <= MOST_KEPT_BYTES:
            self._scripts[url] = served


class _Page:
    """What one page asks for, one part after the other. `missing` says what of its own site it could not have."""

    def __init__(self, rendering: Rendering, url: str) -> None:
        self.missing: IgnoreRequest | None = None
        self._rendering = rendering
        self._url = url
        self._parts = 0
        self._bytes = 0
        self._one_at_a_time = asyncio.Lock()

    async def fetch(self, part: Part) -> Served | None:
        async with self._one_at_a_time:
            self._parts += 1
            if self._parts > MOST_PARTS or self._bytes > MOST_PART_BYTES:
                return None
            try:
                served = await self._rendering.fetch(part, self._url)
            except Exception as error:  # noqa: BLE001  whatever a part does must not end the crawl
                self._lacks(part, error)
                return None
            self._bytes += len(served.body) if served else 0
            return served

    def end(self) -> None:
        """Nothing that still waits for its turn is asked for."""
        self._parts = MOST_PARTS

    def _lacks(self, part: Part, error: Exception) -> None:
        """A part that a rule forbids is one the page does without; so is one of another site that does not answer."""
        if isinstance(error, PutOff):
            self.missing = self.missing or error
            return
        state, reason = failure(Failure(error))  # type: ignore[no-untyped-call]
        if state == "failed" and registrable(part.url) == registrable(self._url):
            self.missing = self.missing or PartMissing(f"{part.url}, which the page needs: {reason}")


def _served(response: Response) -> Served:
    told = {
        name.decode("latin-1"): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    return Served(response.status, handed_over(told), response.body)
