"""A stored response as a crawl would have received it."""

from archive import Stored
from crawler.reading import Fetched


def as_received(stored: Stored) -> Fetched:
    """What the reader gets of it: the time is that of the response."""
    content_type = next((value for name, value in stored.headers if name.lower() == "content-type"), None)
    return Fetched(
        url=stored.url,
        status=stored.status,
        body=stored.body,
        content_type=content_type,
        fetched_at=stored.at,
        headers=stored.headers,
    )
