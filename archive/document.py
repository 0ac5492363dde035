"""Pure: how an Article shows in its file, and where its time and title come from."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from archive.article import Article
from archive.markdown import Document, one_line

# Keys a setting may add after the five, in the order they are asked for.
FURTHER_KEYS = (
    "source",
    "publisher",
    "authors",
    "tags",
    "language",
    "summary",
    "image",
    "licence",
    "published_at",
    "modified_at",
    "fetched_at",
    "read_from",
)

_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/_]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A document and what stands behind it where the page states nothing."""

    document: Document
    at: datetime  # the moment behind `time`, in the zone the file shows
    time_from: str  # stated | feed | url | first_seen
    title_from: str  # stated | source


def document_of(article: Article, further: tuple[str, ...] = ()) -> Document:
    """The article's document, as `Archive.add` writes it where nothing but the page is known."""
    return show(article, further=further).document


def show(
    article: Article,
    *,
    feed_time: datetime | None = None,
    first_seen_at: datetime | None = None,
    further: tuple[str, ...] = (),
) -> Shown:
    """The article's document; a time nobody states is the best that is known: feed, URL, first seen."""
    at, time_from = _time(article, feed_time, first_seen_at or article.fetched_at)
    publisher = article.publisher or article.source
    title, title_from = article.title, "stated"
    if not is_readable(title):
        title, title_from = f"{publisher} {at:%Y-%m-%d}", "source"
    document = Document(
        url=article.url,
        name=_names(article) or publisher,
        time=f"{at:%Y-%m-%d %H:%M}",
        title=title,
        body=article.body,
        further=_further(article, further),
    )
    return Shown(document=document, at=at, time_from=time_from, title_from=title_from)


def is_readable(title: str) -> bool:
    """Does the title hold a letter, a digit or a pictograph, so that a person can tell it?"""
    return any(unicodedata.category(char)[0] in "LN" or unicodedata.category(char) == "So" for char in title)


def _time(article: Article, feed_time: datetime | None, first_seen_at: datetime) -> tuple[datetime, str]:
    zone = _zone(article.zone)
    if article.published_at is not None:
        return article.published_at, "feed" if article.read_from == "feed" else "stated"
    if feed_time is not None:
        return feed_time.astimezone(zone), "feed"
    day = _day_in(article.url, zone)
    if day is not None and day <= first_seen_at:
        return day, "url"
    return first_seen_at.astimezone(zone), "first_seen"


def _day_in(url: str, zone: ZoneInfo) -> datetime | None:
    for year, _, month, day in _URL_DAY.findall(urlsplit(url).path):
        try:
            return datetime(int(year), int(month), int(day), tzinfo=zone)
        except ValueError:  # 2024-02-31
            continue
    return None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _names(article: Article) -> str:
    names = [name for name in map(one_line, article.authors) if name]
    return ("、" if _is_chinese(article) else ", ").join(names)


def _is_chinese(article: Article) -> bool:
    if article.language:
        return article.language.lower().split("-")[0] in ("zh", "yue")
    return any("\u4e00" <= char <= "\u9fff" for char in article.title)


def _further(article: Article, keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = ((key, _flat(getattr(article, key))) for key in keys if key in FURTHER_KEYS)
    return tuple((key, value) for key, value in pairs if value)


def _flat(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value or "")


def utc(moment: datetime | None) -> str | None:
    """The moment as sortable text: ISO 8601 in UTC, whole seconds."""
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None
