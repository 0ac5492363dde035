"""What goes into a reading, and what comes out where it is no article."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A reply as it was received, decompressed."""

    url: str  # where it came from, after redirects
    status: int
    body: bytes
    content_type: str | None
    fetched_at: datetime  # aware UTC
    headers: tuple[tuple[str, str], ...] = ()
    requested: str | None = None  # what was asked for, where a redirect led elsewhere
    passed: tuple[str, ...] = ()  # the URLs that led here by redirects, the one asked for first


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A page that is no article, and why."""

    url: str
    state: str  # blocked | walled | gone | not_an_article | failed
    reason: str  # one line
    evidence: str = ""  # what was seen: the words, the selector, the status; one line, at most 200 characters
