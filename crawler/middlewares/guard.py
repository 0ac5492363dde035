"""AddressGuard: no request leaves for an address that a crawl has no business with; each redirect is looked at anew."""

from typing import Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Request

from crawler.addresses import Network, networks, why_not
from crawler.middlewares.resolver import PublicResolver


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

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Says why a name led nowhere, where it was our resolver that left its addresses out."""
        host = urlsplit(request.url).hostname or ""
        if isinstance(exception, CannotResolveHostError) and host in PublicResolver.refused:
            raise RefusedAddress(f"{host} leads to no address of the open internet") from exception
