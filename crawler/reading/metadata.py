"""What a page says of itself for machines: JSON-LD, then OpenGraph and other meta elements."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from crawler.reading.facts import Facts, line, names
from crawler.reading.page import Page, joined
from crawler.reading.template import split_names
from crawler.urls import tidy

_POSTS = ("BlogPosting", "LiveBlogPosting", "SocialMediaPosting", "Report")  # beside the kinds of Article
_DEEPEST = 20
_MOST_SCRIPTS = 50
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


def metadata(page: Page) -> Facts:
    """The page's own statements about its article; no body but JSON-LD's."""
    return _from_json_ld(page).or_else(_from_metas(page))


def says_article(page: Page) -> bool:
    """Does the page say, for machines, that it is an article?"""
    kinds = page.metas.get("og:type", [])
    return _article(page) is not None or "article" in kinds or "article:published_time" in page.metas


def stated_url(page: Page) -> str | None:
    """The address the page calls its own, absolute and tidied."""
    links = page.root.xpath("//link[@rel='canonical']/@href")
    stated = [str(link) for link in links] or page.metas.get("og:url", [])
    url = joined(page.base_url, stated[0]) if stated else None
    return tidy(url) if url else None


def _from_json_ld(page: Page) -> Facts:
    article = _article(page)
    if article is None:
        return Facts()
    text = _text(article.get("articleBody"))
    return Facts(
        title=line(_text(article.get("headline")) or _text(article.get("name"))),
        authors=split_names(tuple(_names(article.get("author")))),
        published_at=_moment(page, [_text(article.get("datePublished")) or ""]),
        modified_at=_moment(page, [_text(article.get("dateModified")) or ""]),
        body=_paragraphs(text) if text else None,
        tags=names(tuple(_keywords(article.get("keywords")))),
        language=line(_text(article.get("inLanguage"))),
        summary=line(_text(article.get("description"))),
        image=_image(page, article.get("image")),
        publisher=next(_names(article.get("publisher")), None),
    )


def _from_metas(page: Page) -> Facts:
    def of(*keys: str) -> list[str]:
        return next((page.metas[key] for key in keys if key in page.metas), [])

    def first(*keys: str) -> str | None:
        return next(iter(of(*keys)), None)

    image = first("og:image", "og:image:url", "twitter:image")
    return Facts(
        title=first("og:title", "twitter:title"),
        # An article:author may be the address of a profile.
        authors=split_names(
            tuple(name for name in of("author", "article:author", "dc.creator") if "://" not in name)
        ),
        published_at=_moment(page, of(*_PUBLISHED)),
        modified_at=_moment(page, of(*_MODIFIED)),
        tags=names(tuple(_keywords(of("article:tag") or of("keywords")))),
        language=line(page.root.get("lang")),
        summary=first("og:description", "description", "twitter:description"),
        image=joined(page.base_url, image) if image else None,
        publisher=first("og:site_name", "application-name"),
    )


def _article(page: Page) -> dict[str, Any] | None:
    """The JSON-LD object of the article: the one that names this page, else the first."""
    found = [node for value in _json_ld(page) for node in _nodes(value) if _is_article(node)]
    here = {page.fetched.url, tidy(page.fetched.url), stated_url(page)}
    return next((node for node in found if _page_of(node) in here), found[0] if found else None)


def _json_ld(page: Page) -> Iterator[Any]:
    for script in page.root.xpath("//script[@type='application/ld+json']")[:_MOST_SCRIPTS]:
        try:
            yield json.loads(script.text_content().strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue


def _nodes(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement"):
            yield from _nodes(value.get(key), depth + 1)
    elif isinstance(value, list):
        for one in value:
            yield from _nodes(one, depth + 1)


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    return any(
        isinstance(kind, str) and (kind.endswith("Article") or kind in _POSTS)
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _page_of(node: dict[str, Any]) -> str | None:
    page = node.get("mainEntityOfPage") or node.get("url")
    return _text(page.get("@id") or page.get("url")) if isinstance(page, dict) else _text(page)


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = next(iter(value), None)
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return value if isinstance(value, str) and value.strip() else None


def _names(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, list):
            yield from _names(name)
        elif isinstance(name, str) and name.strip() and "://" not in name:
            yield name.strip()


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


def _moment(page: Page, texts: list[str]) -> datetime | None:
    return next(filter(None, map(page.moment, texts)), None)


def _paragraphs(text: str) -> str:
    if "<p" in text or "<br" in text:
        return text
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"<p>{one}</p>" for one in escaped.splitlines() if one.strip())
