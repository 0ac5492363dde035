"""BoundedHandler: connections go to judged addresses only, and no reply is without bounds.

Of a reply's body Scrapy bounds the size (DOWNLOAD_MAXSIZE) and of a download the time from the connection to the last
byte (DOWNLOAD_TIMEOUT: `_ScrapyAgent.download_request` cancels it, however much drips in). Twisted's client bounds one
header line and nothing else of a reply's head: neither the number of lines nor that of 1xx replies. After an error it
only asks a TLS peer to end the connection, and takes what the peer still sends. Seen in Scrapy 2.19, Twisted 26.10.
"""

import ipaddress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _TunnelingTCP4ClientEndpoint,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadFailedError,
    ResponseDataLossError,
)
from scrapy.http import Request, Response
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError
from twisted.web.client import HTTPConnectionPool
from twisted.web.http import _ChunkedTransferDecoder, _MalformedChunkedDataError

from crawler.middlewares.guard import RefusedAddress
from crawler.middlewares.proxies import host_key
from crawler.middlewares.resolver import PublicResolver
from crawler.politeness.addresses import Network, is_public, networks

_MOST_HEAD_LINES = 1_000
_MOST_HEAD_BYTES = 128 * 1024  # of all heads of one reply; a browser stops at 256 KiB
_MOST_CHUNKS = 100_000  # a body in parts of one byte costs a second of work a megabyte


class BadReplyError(DownloadCancelledError):
    """A reply that is no HTTP or goes beyond a bound; the message says which. It is not asked for again."""


class BoundedHandler(HTTP11DownloadHandler):
    """Scrapy's own handler, with a pool that judges peers and connections that bound replies."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        allowed = networks(crawler.settings.getlist("ALLOW_NETWORKS"))
        pool = _Pool(self._pool._reactor, allowed)
        pool.maxPersistentPerHost = self._pool.maxPersistentPerHost
        self._pool = pool

    async def download_request(self, request: Request) -> Response:
        try:
            return await super().download_request(request)
        except CannotResolveHostError as error:
            host = host_key(urlsplit(request.url).hostname or "")
            if host not in PublicResolver.refused:
                raise
            raise RefusedAddress(f"{host} leads to no address of the open internet") from error
        except (DownloadFailedError, ResponseDataLossError) as error:
            refused = _refused(error)
            if refused is None:
                raise
            raise refused from error


class _Pool(HTTPConnectionPool):
    """Makes the connections; one that was judged is reused for the same scheme, host and port only."""

    def __init__(self, reactor: Any, allowed: tuple[Network, ...]) -> None:
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self._allowed = allowed

    def _newConnection(self, key: Any, endpoint: Any) -> Any:  # noqa: N802  Twisted's name
        # What Scrapy marks as a way to the user's proxy is exempt; were the mark to change, proxies would be refused.
        is_to_proxy = key[0] == b"http-proxy" or isinstance(endpoint, _TunnelingTCP4ClientEndpoint)
        factory: Any = _Factory(partial(self._putConnection, key), repr(endpoint))  # type: ignore[no-untyped-call]
        factory.judge = _trust if is_to_proxy else partial(_judge, self._allowed)
        return endpoint.connect(factory)


class _Factory(_LenientHTTP11ClientFactory):
    judge: Any

    def buildProtocol(self, addr: Any) -> "_Protocol":  # noqa: N802  Twisted's name
        # The address is that of the connected socket (`twisted.internet.tcp`): no name can have changed since.
        self.judge(addr.host)
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


def _judge(allowed: tuple[Network, ...], host: str) -> None:
    if not is_public(ipaddress.ip_address(host.partition("%")[0]), allowed):
        raise RefusedAddress(f"{host} is not an address of the open internet")


def _trust(_host: str) -> None:
    """The user chose the proxy."""


class _Protocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> "Deferred[Any]":
        answered = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = _Parser  # as Scrapy does it: the class is fixed in Twisted
        return answered

    def _giveUp(self, reason: Failure) -> None:  # noqa: N802  Twisted's name
        if not isinstance(reason.value, ConnectionDone) and self.transport is not None:
            self.transport.abortConnection()
        super()._giveUp(reason)  # type: ignore[no-untyped-call]


class _Chunks(_ChunkedTransferDecoder):
    _count = 0

    def _dataReceived_CHUNK_LENGTH(self) -> bool:  # noqa: N802  Twisted's name
        self._count += 1
        if self._count > _MOST_CHUNKS:
            raise BadReplyError(f"the reply comes in more than {_MOST_CHUNKS} parts")
        return super()._dataReceived_CHUNK_LENGTH()


class _Parser(_LenientHTTPClientParser):
    _transferDecoders = {b"chunked": _Chunks}  # noqa: N815, RUF012  Twisted's name and form
    _lines = 0
    _bytes = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802  Twisted's name
        self._lines += 1
        self._bytes += len(line)
        if self._lines > _MOST_HEAD_LINES or self._bytes > _MOST_HEAD_BYTES:
            raise BadReplyError("the head of the reply is too large")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802  Twisted's name
        raise BadReplyError("a line in the head of the reply is too long")


def _refused(error: BaseException) -> BadReplyError | None:
    """What is wrong with the reply itself, where it was not the connection that failed."""
    for inner in _innermost(error):
        if isinstance(inner, BadReplyError):
            return inner
        if isinstance(inner, ParseError | ValueError | KeyError | _MalformedChunkedDataError):
            return BadReplyError(f"the reply is not HTTP: {' '.join(str(inner).split())}"[:200])
    return None


def _innermost(error: BaseException) -> list[BaseException]:
    """The errors that Twisted wraps several times over."""
    reasons = [getattr(reason, "value", reason) for reason in getattr(error, "reasons", ())]
    causes = reasons or [cause for cause in (error.__cause__,) if cause is not None]
    return [inner for cause in causes for inner in _innermost(cause)] or [error]
