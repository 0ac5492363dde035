"""What goes over the wire, and what is found of it again: the records that snapshots take and give."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and the response to it, as they went over the wire (a body may be compressed).

    Without a `method` the request is not known, and with the status 0 nothing is of the response but its body: a file.
    """

    url: str
    method: str
    request_headers: tuple[tuple[str, str], ...]
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at: datetime  # aware UTC
    rendered: bytes | None = None  # HTML in UTF-8: what a browser made of the page
    article: str | None = None  # the URL of the article it was asked for, where that is another one


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A stored response, found again. `body` is as a browser would have it: unpacked, and rendered if it was."""

    record_id: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at: datetime
