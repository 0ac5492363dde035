"""Snapshots: each response as it was received, in WARC files inside the archive."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and the response to it, as they went over the wire (a body may be compressed)."""

    url: str
    method: str
    request_headers: tuple[tuple[str, str], ...]
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at: datetime  # aware UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A stored response, found again. `body` is as a browser would have it: unpacked."""

    record_id: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at: datetime


class Snapshots:
    """`snapshots/<yyyy>/<yyyy-mm-dd>-<number>.warc.gz` below the archive (WARC 1.1, ISO 28500:2017)."""

    def put(self, exchange: Exchange) -> str:
        """The record id of the stored response; an identical payload is kept once (`revisit`)."""
        raise NotImplementedError

    def get(self, record_id: str) -> Stored | None:
        """The response; None where there is none, or none that can be read."""
        raise NotImplementedError

    def of(self, url: str) -> list[str]:
        """The record ids of a URL's responses, the latest first."""
        raise NotImplementedError

    def each(self, since: datetime | None = None) -> Iterator[Stored]:
        """Every stored response, in the order it was received."""
        raise NotImplementedError
