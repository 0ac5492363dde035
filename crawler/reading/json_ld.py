"""What a page says of its article in JSON-LD, by schema.org's words."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from crawler.reading.page import Page
from crawler.urls import tidy

_POSTS = ("BlogPosting", "LiveBlogPosting", "SocialMediaPosting", "Report")  # beside the kinds of Article
_DEEPEST = 20
_LINKED = ("author", "creator", "publisher", "image")  # what may stand in the graph, told by its @id
_WRAPPING = re.compile(r"<!\[CDATA\[|\]\]>|<!--|-->")
_LAST_COMMA = re.compile(r",(?=\s*[}\]])")
_START = re.compile(r"[{\[]")
# What can be read of an object that is no JSON: texts that are whole, and the first author's name.
_ARTICLE = re.compile(r'"@type"\s*:\s*\[?\s*"(\w{0,30}(?:Article|Posting))"')
_WHOLE = re.compile(
    r'"(headline|description|datePublished|dateModified|inLanguage)"\s*:\s*"((?:[^"\\\n]|\\.){1,1000})"\s*[,}]'
)
_AUTHOR = re.compile(r'"author"\s*:\s*\[?\s*\{[^{}]{0,300}?"name"\s*:\s*"([^"\\\n]{1,200})"\s*[,}]')


def article_object(page: Page, own_url: str | None) -> dict[str, Any] | None:
    """The JSON-LD object of the article: the one that names this page, else the first; `own_url` is the stated one.

    Persons and the like that it names by their @id are filled in."""
    nodes = [node for value in _values(page) for node in _nodes(value)]
    found = [node for node in nodes if _is_article(node)]
    here = {page.fetched.url, tidy(page.fetched.url), own_url}
    own = next((node for node in found if _page_of(node) in here), found[0] if found else None)
    return _filled(own, nodes) if own else None


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
        name = _name_of(one) if isinstance(one, dict) else one
        if isinstance(name, list):
            yield from (part.strip() for part in name if isinstance(part, str) and part.strip())
        elif isinstance(name, str) and name.strip() and "://" not in name:
            yield name.strip()


def _name_of(person: dict[str, Any]) -> Any:
    parts = (person.get("givenName"), person.get("familyName"))
    return person.get("name") or " ".join(part for part in parts if isinstance(part, str))


def _values(page: Page) -> Iterator[Any]:
    for script in page.linked_data:
        raw = script.strip().rstrip(";")
        try:
            yield json.loads(raw, strict=False)
        except (ValueError, RecursionError):
            yield _mended(raw)


def _mended(raw: str) -> Any:
    """The first value in a script that is no JSON as it stands: wrapped, escaped, with a comma too much."""
    raw = _WRAPPING.sub("", raw)
    if "&quot;" in raw and '"' not in raw:
        raw = html.unescape(raw)
    raw = _LAST_COMMA.sub("", raw)
    start = _START.search(raw)
    try:
        return json.JSONDecoder(strict=False).raw_decode(raw, start.start())[0] if start else None
    except (ValueError, RecursionError):
        return _scraps(raw)


def _scraps(raw: str) -> dict[str, Any] | None:
    """What can be told of an article from broken JSON."""
    kind, author = _ARTICLE.search(raw), _AUTHOR.search(raw)
    if kind is None:
        return None
    whole = {match[1]: match[2] for match in reversed(list(_WHOLE.finditer(raw)))}
    return {"@type": kind[1], **whole, **({"author": {"name": author[1]}} if author else {})}


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


def _filled(article: dict[str, Any], nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """The article with the objects that it names by their @id; a creator is an author."""
    by_id = {own: node for node in nodes if isinstance(own := node.get("@id"), str) and len(node) > 1}

    def whole(value: Any) -> Any:
        if isinstance(value, list):
            return [whole(one) for one in value] if all(not isinstance(one, list) for one in value) else value
        own = value.get("@id") if isinstance(value, dict) and "name" not in value else None
        return by_id.get(own, value) if isinstance(own, str) else value

    filled = article | {key: whole(article[key]) for key in _LINKED if key in article}
    return filled if filled.get("author") else filled | {"author": filled.get("creator")}
