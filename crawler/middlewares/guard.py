"""AddressGuard: no request leaves for an address that a crawl has no business with; each redirect is looked at anew."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request

from crawler.addresses import Network, networks, why_not


class RefusedAddress(IgnoreRequest):
    """The URL leads where a crawl may not go; the message says where."""


class AddressGuard:
    """Refuses other schemes and addresses that a URL spells out; names are judged as they are resolved."""

    def __init__(self, allowed: tuple[Network, ...]) -> None:
        self._allowed = allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(networks(crawler.settings.getlist("ALLOW_NETWORKS")))

    def process_request(self, request: Request) -> None:
        reason = why_not(request.url, self._allowed)
        if reason is not None:
            raise RefusedAddress(reason)
