"""When the article was published, and when it was last modified."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from crawler.reading import json_ld
from crawler.reading.choice import Candidate, Choice
from crawler.reading.metadata import linked
from crawler.reading.page import Page, text_of

_PUBLISHED = (
    "article:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "date",
    "dc.date",
    "og:published_time",
)
_MODIFIED = ("article:modified_time", "datemodified", "og:updated_time", "last-modified")

Stated = tuple[str | None, str]


def published(page: Page) -> Choice[datetime | None]:
    return _first(
        page, [(json_ld.text(linked(page).get("datePublished")), "JSON-LD datePublished")], _PUBLISHED
    )


def modified(page: Page) -> Choice[datetime | None]:
    return _first(page, [(json_ld.text(linked(page).get("dateModified")), "JSON-LD dateModified")], _MODIFIED)


def _first(page: Page, stated: list[Stated], metas: Iterable[str]) -> Choice[datetime | None]:
    stated += [(text, f"meta {key}") for key in metas for text in page.metas.get(key, [])]
    if metas is _PUBLISHED:
        stated += _seen(page)
    moments = ((page.moment(text), origin) for text, origin in stated if text)
    candidates = tuple(Candidate(moment, origin) for moment, origin in moments if moment)
    return Choice(candidates[0].value if candidates else None, "the most trusted", candidates)


def _seen(page: Page) -> Iterator[Stated]:
    """The first time element, else the first date that stands by itself near the headline."""
    for node in page.nodes("article time, main time, time")[:1]:
        yield node.get("datetime") or text_of(node), "time element"
    for heading in page.root.xpath("//h1")[:1]:
        for near in heading.xpath(
            "following::*[not(*) or self::div or self::p or self::span][position() <= 12]"
        ):
            text = text_of(near)
            if len(text) <= 200:
                yield text, "near the headline"
