"""What the accuracy scorer calls: one page through `crawler.reading`, with no recipe."""

import gc
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from archive import Article
from crawler.reading import Fetched, read
from crawler.source import Source, source_for

_FETCHED_AT = datetime(2026, 11, 24, tzinfo=UTC)
_SOMEWHERE = "https://page.invalid/article"


def setup() -> None:
    """As a crawl does when it starts."""
    gc.freeze()


def extract(html: bytes, url: str) -> dict[str, Any]:
    """Title, authors, publication time (ISO) and body (plain text, one block a line) of a page; empty if refused."""
    return extracted(html, url, {})


def extracted(html: bytes, url: str, sources: Mapping[str, Source]) -> dict[str, Any]:
    """The same, by the recipe of the page's site where the sources have one."""
    address = url if url.startswith(("http://", "https://")) else _SOMEWHERE
    fetched = Fetched(url=address, status=200, body=html, content_type=None, fetched_at=_FETCHED_AT)
    article = read(fetched, source_for(address, sources), plain=True)
    if not isinstance(article, Article):
        return {}
    return {
        "title": article.title,
        "authors": list(article.authors),
        "date_published": article.published_at.isoformat() if article.published_at else None,
        "body": article.body.replace("\n\n", "\n"),
    }
