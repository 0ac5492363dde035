"""What a page says of its article in JSON-LD, by schema.org's words."""

import json
from collections.abc import Iterator
from typing import Any

from crawler.reading.page import Page
from crawler.urls import tidy

_POSTS = ("BlogPosting", "LiveBlogPosting", "SocialMediaPosting", "Report")  # beside the kinds of Article
_DEEPEST = 20
_MOST_SCRIPTS = 50


def article_object(page: Page, own_url: str | None) -> dict[str, Any] | None:
    """The JSON-LD object of the article: the one that names this page, else the first; `own_url` is the stated one."""
    found = [node for value in _values(page) for node in _nodes(value) if _is_article(node)]
    here = {page.fetched.url, tidy(page.fetched.url), own_url}
    return next((node for node in found if _page_of(node) in here), found[0] if found else None)


def text(value: Any) -> str | None:
    """The value's own text: of a list the first one's, of an object its value or name."""
    if isinstance(value, list):
        value = next(iter(value), None)
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return value if isinstance(value, str) and value.strip() else None


def names(value: Any) -> Iterator[str]:
    """The names of one or several persons or organisations; addresses are left out."""
    for one in value if isinstance(value, list) else [value]:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, list):
            yield from names(name)
        elif isinstance(name, str) and name.strip() and "://" not in name:
            yield name.strip()


def _values(page: Page) -> Iterator[Any]:
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
    return text(page.get("@id") or page.get("url")) if isinstance(page, dict) else text(page)
