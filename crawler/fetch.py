"""Fetch one page as a crawl would, and keep nothing. Needs the asyncio reactor; `scheduler.loop` runs one."""

from collections.abc import AsyncIterator

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.config import Settings
from crawler.crawl import runner_for, until_done
from crawler.exchange import as_fetched
from crawler.failures import failure
from crawler.reading import Fetched, Refusal
from crawler.settings import overrides
from crawler.trust import name_authorities


class OnePage(Spider):
    """Asks for one page. `reply` is what came: the page as it was received, or why there is none."""

    name = "one-page"

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self.reply: Fetched | Refusal = Refusal(url=url, state="failed", reason="no answer")

    async def start(self) -> AsyncIterator[Request]:
        yield Request(self._url, callback=self.take, errback=self.miss, dont_filter=True)

    def take(self, response: Response) -> None:
        self.reply = as_fetched(response)

    def miss(self, error: Failure) -> None:
        state, reason = failure(error)
        self.reply = Refusal(url=self._url, state=state, reason=reason)


async def fetch(url: str, settings: Settings, language: str | None = None) -> Fetched | Refusal:
    """The page at a URL, asked for once under the same rules as in a crawl; a Refusal where none was had."""
    name_authorities()
    runner = runner_for(settings, {**overrides(settings, language), "ITEM_PIPELINES": {}})
    crawler = runner.create_crawler(OnePage)
    await until_done(crawler, runner.crawl(crawler, url=url))
    if not isinstance(crawler.spider, OnePage):
        raise TypeError(f"{crawler.spider!r} asks for more than one page")
    return crawler.spider.reply
