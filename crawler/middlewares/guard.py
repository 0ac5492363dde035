"""AddressGuard: no request leaves for an address that a crawl has no business with; each redirect is looked at anew.

Three looks, each at what the one before cannot see. The guard judges what a URL spells out, before robots.txt is asked
for. `PublicResolver` judges what a name resolves to, each time it is resolved. `bounds.BoundedHandler` judges the
peer of each new connection before a byte is sent, whatever led there.
"""

from typing import Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request

from crawler.middlewares.proxies import host_key, proxies
from crawler.politeness.addresses import Network, networks, why_not


class RefusedAddress(IgnoreRequest):
    """The URL leads where a crawl may not go; the message says where."""


class AddressGuard:
    """Refuses other schemes and addresses that a URL spells out; names are judged as they are resolved."""

    def __init__(self, allowed: tuple[Network, ...]) -> None:
        self._allowed = allowed
        self._proxies = proxies()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(networks(crawler.settings.getlist("ALLOW_NETWORKS")))

    def process_request(self, request: Request) -> None:
        reason = why_not(request.url, self._allowed) or self._is_proxy(request.url)
        if reason is not None:
            raise RefusedAddress(reason)

    def _is_proxy(self, url: str) -> str | None:
        """The proxy's name may lead inside, but only to be a proxy. Its address, if it is one, was judged already."""
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        is_proxy = (host_key(parts.hostname or ""), port) in self._proxies
        if not is_proxy or self._allowed:
            return None
        return f"{parts.hostname} is the proxy, and no site"
