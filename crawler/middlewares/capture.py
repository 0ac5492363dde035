"""Capture: what comes for an article is taken down as it was received, each hop of a redirect for itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.http.headers import Headers
from scrapy.utils.misc import load_object

from archive import Exchange

TAKEN = "taken"  # the meta key of a list: where a request wants what comes for it put, whatever becomes of it

_NOT_MODIFIED = 304


class Capture:
    """Nearest to the downloader: a body is still packed here, and a redirect not yet followed.

    A request says by its meta that it is for an article's page. The list is shared by the requests that Scrapy makes
    of it, for a redirect or another try.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(load_object(crawler.settings["CLOCK"]))

    def process_response(self, request: Request, response: Response) -> Response:
        taken: list[Exchange] | None = request.meta.get(TAKEN)
        # "Not modified" has no page to keep.
        if taken is not None and response.status != _NOT_MODIFIED:
            taken.append(_exchange(request, response, self._clock()))
        return response


def rendered(request: Request, html: bytes) -> None:
    """Notes what a browser made of the page that came last."""
    taken: list[Exchange] | None = request.meta.get(TAKEN)
    if taken:
        taken[-1] = replace(taken[-1], rendered=html)


def _exchange(request: Request, response: Response, now: datetime) -> Exchange:
    sent = _pairs(request.headers)
    if not any(name.lower() == "host" for name, _ in sent):
        sent = (("Host", urlsplit(request.url).netloc.rpartition("@")[2]), *sent)
    return Exchange(
        url=response.url,
        method=request.method,
        request_headers=sent,
        status=response.status,
        reason=_reason(response.status),
        headers=_pairs(response.headers),
        body=response.body,
        at=now,
    )


def _pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    )


def _reason(status: int) -> str:
    """The phrase that belongs to a status; the one that was sent is not handed on."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
