"""What a process holds that has read a page and its recipes: imported where others are forked from it."""

from datetime import UTC, datetime

from crawler.reading import Fetched, read
from crawler.source import load_sources, source_for

_PAGE = f"""<!doctype html><html lang="en"><head><title>One</title><script type="application/ld+json">
{{"@type": "NewsArticle", "headline": "One", "datePublished": "2026-11-20T10:00:00Z", "author": "Ann Example"}}
</script></head><body><article><h1>One</h1>{"<p>A paragraph that is as long as they are. </p>" * 12}</article></body></html>"""

_sources = load_sources()
_url = "https://www.warm.example/2026/11/one"
_fetched = Fetched(
    url=_url, status=200, body=_PAGE.encode(), content_type="text/html", fetched_at=datetime.now(UTC)
)
read(_fetched, source_for(_url, _sources))
