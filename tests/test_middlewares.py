"""Addresses are guarded and domains asked one request at a time, whatever a page or a name says."""

from typing import Any

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import Request
from scrapy.settings import Settings as ScrapySettings
from twisted.internet.address import IPv4Address, IPv6Address

from crawler.config import Settings
from crawler.middlewares.guard import AddressGuard, RefusedAddress
from crawler.middlewares.politeness import Politeness
from crawler.middlewares.resolver import PublicResolver
from crawler.politeness.addresses import networks
from crawler.politeness.clock import utc_now
from crawler.settings import overrides
from tests.site import in_loop, settings

PUBLIC, INNER = "93.184.215.14", "192.168.1.1"


class Names:
    """A twin of the reactor and its resolver: names as the test says."""

    def __init__(self, names: dict[str, list[str]]) -> None:
        self.names = names
        self.nameResolver: Any = self

    def installNameResolver(self, resolver: Any) -> None:  # noqa: N802
        self.nameResolver = resolver

    def resolveHostName(self, receiver: Any, name: str, port: int, *_more: Any) -> object:  # noqa: N802
        receiver.resolutionBegan(object())
        for host in self.names.get(name, []):
            kind = IPv6Address if ":" in host else IPv4Address
            receiver.addressResolved(kind("TCP", host, port))
        receiver.resolutionComplete()
        return object()


class Found:
    """A receiver that keeps what it is given."""

    def __init__(self) -> None:
        self.hosts: list[str] = []
        self.complete = False

    def resolutionBegan(self, _resolution: object) -> None:  # noqa: N802
        self.hosts.clear()

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.hosts.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.complete = True


def resolved(names: dict[str, list[str]], name: str, config: Settings, port: int = 443) -> Found:
    reactor, found = Names(names), Found()
    PublicResolver.install(reactor, config)
    reactor.nameResolver.resolveHostName(found, name, port)
    assert found.complete
    return found


def test_inner_addresses_of_a_name_are_left_out(tmp_path: Any) -> None:
    names = {"news.example": [INNER, PUBLIC, "::1", "fe80::1", "2606:4700::1"]}
    assert resolved(names, "news.example", settings(tmp_path)).hosts == [PUBLIC, "2606:4700::1"]


def test_a_name_with_inner_addresses_only_resolves_to_nothing(tmp_path: Any) -> None:
    reactor, found = Names({"news.example": [INNER]}), Found()
    PublicResolver.install(reactor, settings(tmp_path))
    reactor.nameResolver.resolveHostName(found, "news.example", 443)
    assert found.hosts == []
    assert "news.example" in PublicResolver.refused


def test_a_name_that_does_not_exist_is_no_refusal(tmp_path: Any) -> None:
    assert resolved({}, "nowhere.example", settings(tmp_path)).hosts == []
    assert "nowhere.example" not in PublicResolver.refused


def test_an_allowed_network_is_reached_by_name(tmp_path: Any) -> None:
    config = settings(tmp_path, allow_networks=("192.168.0.0/16",))
    assert resolved({"news.example": [INNER]}, "news.example", config).hosts == [INNER]


def test_the_users_own_proxy_may_lie_inside(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://me:secret@proxy.example:3128")
    names = {"proxy.example": [INNER], "news.example": [INNER]}
    tunnel = 0  # how Scrapy resolves a proxy for https
    assert resolved(names, "proxy.example", settings(tmp_path), 3128).hosts == [INNER]
    assert resolved(names, "proxy.example", settings(tmp_path), tunnel).hosts == [INNER]
    assert resolved(names, "proxy.example", settings(tmp_path), 443).hosts == []
    assert resolved(names, "news.example", settings(tmp_path), 3128).hosts == []


def test_what_needs_no_proxy_is_none(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "inner.example,other.example")
    monkeypatch.setenv("ftp_proxy", "http://files.example:80")
    for name in ("inner.example", "other.example", "files.example"):
        assert resolved({name: [INNER]}, name, settings(tmp_path), 80).hosts == []


def test_installing_the_resolver_twice_does_not_stack_it(tmp_path: Any) -> None:
    reactor = Names({})
    for _ in range(3):
        PublicResolver.install(reactor, settings(tmp_path))
    assert reactor.nameResolver._inner is reactor


def test_a_request_inside_is_refused() -> None:
    with pytest.raises(RefusedAddress, match=r"10\.0\.0\.1 is not an address of the open internet"):
        AddressGuard(()).process_request(Request("http://10.0.0.1/"))


def test_a_request_to_an_allowed_network_goes_out() -> None:
    AddressGuard(networks(["10.0.0.0/8"])).process_request(Request("http://10.0.0.1/"))


def test_a_sites_hosts_share_one_slot(tmp_path: Any) -> None:
    values = {**overrides(settings(tmp_path)), "ROBOTSTXT_USER_AGENT": "Broadsheet", "DOWNLOAD_DELAY": 0}
    politeness = Politeness(Crawler(Spider, ScrapySettings(values)), utc_now)
    requests = [Request(f"https://{host}/") for host in ("rss.huxiu.com", "www.huxiu.com", "www.ithome.com")]
    for request in requests:
        request.meta["download_slot"] = "where a redirect came from"
        in_loop(politeness.process_request(request))
        politeness.close()
    assert [request.meta["download_slot"] for request in requests] == ["huxiu.com", "huxiu.com", "ithome.com"]
