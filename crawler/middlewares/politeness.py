"""Politeness: one registrable domain at a time, and no faster than its robots.txt asks."""

from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request

from crawler.urls import registrable

_LONGEST_DELAY = 30.0  # a longer Crawl-delay would make a crawl of one feed take an hour


class Politeness:
    """Gives every request its domain's slot, so that a site's hosts share one queue and one delay."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        politeness = cls(crawler)
        crawler.signals.connect(politeness.heed, signal=signals.robots_parsed)
        return politeness

    def process_request(self, request: Request) -> None:
        # A redirect brings the slot of where it came from.
        request.meta["download_slot"] = registrable(request.url) or ""

    def heed(self, robotparser: Any, request: Request) -> None:
        """Slow the domain's slot down where its robots.txt says so; Scrapy reads the line and leaves it at that."""
        agent = self._crawler.settings["ROBOTSTXT_USER_AGENT"]
        delay = robotparser.crawl_delay(agent)
        slot = self._crawler.engine.downloader.slots.get(registrable(request.url) or "")
        if delay and slot is not None:
            slot.delay = max(slot.delay, min(delay, _LONGEST_DELAY))
