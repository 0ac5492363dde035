"""Article: the one record that flows from a page to a file."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as its publisher states it; meanings as in schema.org NewsArticle.

    `None` (or an empty tuple) means the page does not state it. `published_at` and
    `modified_at` are aware and keep the source's own offset, which is the one the file
    shows; `fetched_at` is aware UTC.
    """

    url: str  # canonical
    source: str  # the recipe's name, else the registrable domain
    title: str
    body: str  # Markdown: CommonMark + GFM tables
    fetched_at: datetime
    published_at: datetime | None = None
    modified_at: datetime | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None  # BCP 47
    summary: str | None = None
    image: str | None = None
    snapshot: str | None = None
    licence: str | None = None
    identifier: str | None = None  # the site's own id, as the recipe reads it off the URL
    publisher: str | None = None  # the source's name as a reader says it: 虎嗅
    zone: str = "UTC"  # IANA name of the source's zone, for times nobody stated
    reader: str | None = None  # the edition of reader and recipe that read it
    read_from: str = "page"  # or "feed", where the page was refused

    def __post_init__(self) -> None:
        for name in ("published_at", "modified_at"):
            value = getattr(self, name)
            if value is not None and value.tzinfo is None:
                raise ValueError(f"{name} of {self.url} has no time zone")
        if self.fetched_at.utcoffset() != UTC.utcoffset(None):
            raise ValueError(f"fetched_at of {self.url} is not UTC")
