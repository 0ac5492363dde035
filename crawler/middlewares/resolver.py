"""PublicResolver: names resolve to addresses of the open internet and to nothing else."""

import ipaddress
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

from scrapy.crawler import Crawler
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.config import Settings, load_settings
from crawler.middlewares.proxies import host_key, proxies
from crawler.politeness.addresses import Network, is_public, networks


@implementer(IHostnameResolver)
class PublicResolver:
    """The reactor's own resolver, less the addresses that a crawl may not reach.

    It keeps nothing: a daemon that runs for months would hold on to addresses that have moved. The user's own
    proxies are exempt, by name and port; what is behind a proxy, the proxy resolves. Twisted asks here for addresses
    that a URL spells out, too, and for every new connection (`HostnameEndpoint.connect`, 26.10).
    """

    # Names that resolved to refused addresses last. Of the process, like the reactor.
    refused: ClassVar[set[str]] = set()

    def __init__(self, reactor: Any, allowed: tuple[Network, ...]) -> None:
        self._reactor = reactor
        self._allowed = allowed
        self._proxies = proxies()
        inner: Any = reactor.nameResolver
        self._inner: Any = inner._inner if isinstance(inner, PublicResolver) else inner

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:
        """For `scrapy …` in the checkout, which makes the resolver before any spider."""
        settings = load_settings(None, os.environ, Path.cwd())
        return cls(reactor, networks(settings.allow_networks))

    @classmethod
    def install(cls, reactor: Any, settings: Settings) -> None:
        cls(reactor, networks(settings.allow_networks)).install_on_reactor()

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802  Twisted's interface
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        name = host_key(hostName)
        self.refused.discard(name)
        receiver: Any = resolutionReceiver
        if not self._is_proxy(name, portNumber):
            receiver = _Filter(resolutionReceiver, name, self)
        found: IHostResolution = self._inner.resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )
        return found

    def _is_proxy(self, name: str, port: int) -> bool:
        # Only Scrapy's way through a proxy to https resolves without a port (`_TunnelingTCP4ClientEndpoint`).
        return (name, port) in self._proxies or (port == 0 and name in {host for host, _ in self._proxies})

    def judge(self, name: str, host: str) -> bool:
        """May the address be reached? If not, the name is noted."""
        if is_public(ipaddress.ip_address(host.partition("%")[0]), self._allowed):
            return True
        self.refused.add(name)
        return False


@implementer(IResolutionReceiver)
class _Filter:
    def __init__(self, receiver: Any, name: str, resolver: PublicResolver) -> None:
        self._receiver = receiver
        self._name = name
        self._resolver = resolver

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if self._resolver.judge(self._name, address.host):
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()
