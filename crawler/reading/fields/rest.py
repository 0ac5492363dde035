"""The smaller facts: language, summary, lead image, tags, publisher, licence."""

from typing import Any

from crawler.reading import json_ld
from crawler.reading.choice import Candidate, Choice
from crawler.reading.facts import line, names
from crawler.reading.metadata import linked
from crawler.reading.page import Page, joined

Stated = Choice[str | None]


def language(page: Page) -> Stated:
    return _first(
        (json_ld.text(linked(page).get("inLanguage")), "JSON-LD inLanguage"),
        (page.root.get("lang"), "html lang"),
    )


def summary(page: Page) -> Stated:
    said = (json_ld.text(linked(page).get("description")), "JSON-LD description")
    return _first(said, *_metas(page, "og:description", "description", "twitter:description"))


def image(page: Page) -> Stated:
    said = (_image(page, linked(page).get("image")), "JSON-LD image")
    metas = (
        (joined(page.base_url, text), key)
        for text, key in _metas(page, "og:image", "og:image:url", "twitter:image")
    )
    return _first(said, *metas)


def publisher(page: Page) -> Stated:
    said = (next(json_ld.names(linked(page).get("publisher")), None), "JSON-LD publisher")
    return _first(said, *_metas(page, "og:site_name", "application-name"))


def licence(page: Page) -> Stated:
    return _first((None, ""))


def tags(page: Page) -> Choice[tuple[str, ...]]:
    stated = (
        (linked(page).get("keywords"), "JSON-LD keywords"),
        (page.metas.get("article:tag"), "meta article:tag"),
        (page.metas.get("keywords"), "meta keywords"),
    )
    found = ((names(tuple(_keywords(value))), origin) for value, origin in stated)
    candidates = tuple(Candidate(value, origin) for value, origin in found if value)
    return Choice(candidates[0].value if candidates else (), "the most trusted", candidates)


def _metas(page: Page, *keys: str) -> list[tuple[str, str]]:
    return [(page.metas[key][0], f"meta {key}") for key in keys if key in page.metas]


def _first(*stated: tuple[str | None, str]) -> Stated:
    candidates = tuple(Candidate(value, origin) for text, origin in stated if (value := line(text)))
    return Choice(candidates[0].value if candidates else None, "the most trusted", candidates)


def _keywords(value: Any) -> list[str]:
    texts = value if isinstance(value, list) else [value]
    return [
        word
        for text in texts
        if isinstance(text, str)
        for word in text.replace("，", ",").split(",")
        if word.strip()
    ]


def _image(page: Page, value: Any) -> str | None:
    if isinstance(value, list):
        value = next(iter(value), None)
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl")
    return joined(page.base_url, value) if isinstance(value, str) else None
