"""Scrapy's requests and responses, and what the rest of the room knows in their place."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from scrapy import FormRequest, Request
from scrapy.http import Response

from archive import RereadRow
from crawler.past.rereading import NOTHING_STATED, Validators
from crawler.politeness.manners import fresh_for
from crawler.polling import Got
from crawler.reading import Fetched
from crawler.source import Source
from crawler.survey import Asked

# The bounds of sitemaps.org; a gzipped one is unpacked as it is read.
_LARGEST_SITEMAP = 50 * 1024 * 1024


def discovery_request(
    asked: Asked, source: Source, callback: Callable[..., Any], errback: Callable[..., Any]
) -> Request:
    """What is sent for a request of discovery."""
    step, ask = source.discovery[asked.number], asked.ask
    facts: dict[str, Any] = {
        "callback": callback,
        "errback": errback,
        "method": step.method,
        # As bytes: Scrapy would send text as UTF-8, and a validator goes back as it came.
        "headers": {**step.headers, **{name: value.encode("latin-1") for name, value in asked.sent.items()}},
        "cb_kwargs": {"asked": asked},
        "dont_filter": True,
        # Discovery comes before the articles, so that the crawl knows all it is to fetch.
        "priority": 100,
    }
    if step.kind == "sitemap":
        facts["meta"] = {"download_maxsize": _LARGEST_SITEMAP, "keep_compressed": True}
    if ask.json_body is not None:
        facts["headers"] = {"Content-Type": "application/json", **facts["headers"]}
        return Request(ask.url, body=ask.json_body, **facts)
    return FormRequest(ask.url, formdata=dict(ask.form) or None, **facts)


def as_got(response: Response) -> Got:
    """A reply of discovery."""
    return Got(
        status=response.status,
        body=response.body,
        url=response.url,
        content_type=_header(response, "Content-Type"),
        received_at=datetime.now(UTC),
        etag=_header(response, "ETag"),
        last_modified=_header(response, "Last-Modified"),
        fresh_seconds=fresh_for(_header(response, "Cache-Control"), _header(response, "Age")),
    )


def as_fetched(response: Response) -> Fetched:
    """A reply as the reader takes it."""
    asked = response.meta.get("redirect_urls")
    return Fetched(
        url=response.url,
        status=response.status,
        body=response.body,
        content_type=_header(response, "Content-Type"),
        fetched_at=datetime.now(UTC),
        headers=tuple(_headers(response)),
        requested=asked[0] if asked else None,
        passed=tuple(asked or ()),
    )


def stated_by(pages: Sequence[Fetched]) -> Validators:
    """What an article's page says of its state; nothing for several, of which each has its own."""
    if len(pages) != 1 or pages[0].status != 200:
        return NOTHING_STATED
    found = {name.lower(): value for name, value in pages[0].headers}
    return Validators(found.get("etag"), found.get("last-modified"))


def validators_of(response: Response, row: RereadRow) -> Validators:
    """Those that are good after "not modified", which may bring new ones and need not (RFC 9111 §4.3.4)."""
    return Validators(
        _header(response, "ETag") or row.etag, _header(response, "Last-Modified") or row.last_modified
    )


def _headers(response: Response) -> Iterator[tuple[str, str]]:
    for name, values in response.headers.items():
        for value in values:
            yield name.decode("latin-1"), value.decode("latin-1")


def _header(response: Response, name: str) -> str | None:
    value: Any = response.headers.get(name)
    return value.decode("latin-1") if value else None
