"""The clock that a crawl's manners go by."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
