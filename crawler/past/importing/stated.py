"""Pure: an article from facts that a front matter or a JSON object states, whatever it calls them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from archive import Article, clean_body
from crawler.past.importing.item import LARGEST_BYTES
from crawler.reading import Refusal
from crawler.reading.dates import parse_date
from crawler.reading.facts import line, names, split_names
from crawler.source import Source

OF_NAME = "day of the file's name"  # a key that nobody states
_URLS = (
    "url",
    "canonical_url",
    "canonical",
    "original_url",
    "source_url",
    "external_url",
    "link",
    "permalink",
    "resolved_url",
)
_TITLES = ("title", "headline", "name")
_AUTHORS = ("authors", "author", "byline", "by", "creator")
_PUBLISHED = (
    *("published_at", "published", "date_published", "datePublished", "date_publish", "publish_date", "published_date"),
    *("publication_date", "pubDate", "date", "time", "created_at", "timestamp", OF_NAME),
)  # fmt: skip
_MODIFIED = (
    "modified_at",
    "date_modified",
    "dateModified",
    "date_modify",
    "lastmod",
    "last_modified_at",
    "updated",
    "updated_at",
)
_TAGS = ("tags", "keywords", "categories", "category")
_FETCHED = ("fetched_at", "date_download", "downloaded_at", "crawled_at", "retrieved_at")
_LANGUAGES = ("language", "lang", "inLanguage")
_SUMMARIES = ("summary", "description", "excerpt", "subtitle")
_IMAGES = ("image", "image_url", "lead_image_url", "cover", "thumbnail")
_LICENCES = ("licence", "license")
_MOST_VALUES = 50

Stated = Mapping[str, Any]  # a parsed front matter or JSON object: where the outside is met


def stated_article(
    stated: Stated, body: str, url: str, source: Source, fetched_at: datetime
) -> Article | Refusal:
    """The article that is stated, under its own URL; `body` is Markdown."""
    identity = source.identify(url)
    if identity is None or identity.page > 1:
        return Refusal(url=url, state="not_an_article", reason=f"no article's address on {source.name}")
    title, text = line(_text(stated, _TITLES)), clean_body(body)
    if not title or not text:
        missing = "title" if not title else "text"
        return Refusal(url=identity.url, state="failed", reason=f"it states no {missing}")
    fetched_at = stated_moment(stated, _FETCHED, "UTC", fetched_at) or fetched_at
    return Article(
        url=identity.url,
        source=source.name,
        title=title,
        body=text,
        fetched_at=fetched_at.astimezone(UTC),
        published_at=_in_zone(stated_moment(stated, _PUBLISHED, source.zone, fetched_at), source),
        modified_at=_in_zone(stated_moment(stated, _MODIFIED, source.zone, fetched_at), source),
        authors=_authors(stated),
        tags=names(tuple(dict.fromkeys(one for key in _TAGS for one in _strings(stated.get(key), ",")))),
        language=source.language or line(_text(stated, _LANGUAGES), 35),
        summary=line(_text(stated, _SUMMARIES)),
        image=line(_text(stated, _IMAGES)),
        licence=line(_text(stated, _LICENCES)),
        identifier=identity.identifier,
        publisher=source.title or line(_text(stated, ("publisher", "site_name"))),
        zone=source.zone,
        read_from="file",
    )


def plain_yaml(text: str) -> Stated | None:
    """A YAML mapping in which nothing is guessed: texts, lists and mappings. Raises ValueError, RecursionError."""
    try:
        found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  it makes nothing else
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    return found if isinstance(found, dict) else None


def stated_url(stated: Stated) -> str | None:
    """The first address of the web that is stated as the article's own."""
    values = (stated.get(key) for key in _URLS)
    found = (value.strip() for value in values if isinstance(value, str))
    return next((url for url in found if url.startswith(("http://", "https://"))), None)


def stated_moment(stated: Stated, keys: Sequence[str], zone: str, now: datetime) -> datetime | None:
    """The first time that is stated under one of the keys."""
    for key in keys:
        value = stated.get(key)
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))
        if isinstance(value, date):
            return datetime.combine(value, time(), ZoneInfo(zone))
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            moment = parse_date(str(value), zone, now)
            if moment is not None:
                return moment
    return None


def text_of(stated: Stated, keys: Iterable[str]) -> str:
    """The first text under one of the keys; of bearable length."""
    return (_text(stated, keys) or "")[:LARGEST_BYTES]


def _text(stated: Stated, keys: Iterable[str]) -> str | None:
    for key in keys:
        value = stated.get(key)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, Mapping):
            value = value.get("url") or value.get("name")
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return str(value)
    return None


def _authors(stated: Stated) -> tuple[str, ...]:
    for key in _AUTHORS:
        found = split_names(tuple(_strings(stated.get(key))))
        if found:
            return found
    # Our own files: `name` is who wrote it, beside a `title`.
    return split_names(tuple(_strings(stated.get("name")))) if stated.get("title") else ()


def _strings(value: object, parted_at: str | None = None) -> list[str]:
    if isinstance(value, str):
        return value.split(parted_at)[:_MOST_VALUES] if parted_at else [value]
    if isinstance(value, Mapping):
        value = value.get("name")
        return [value] if isinstance(value, str) else []
    if not isinstance(value, list | tuple):
        return []
    return [text for one in value[:_MOST_VALUES] for text in _strings(one)]


def _in_zone(moment: datetime | None, source: Source) -> datetime | None:
    return moment.astimezone(ZoneInfo(source.zone)) if moment and source.has_recipe else moment
