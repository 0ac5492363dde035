"""Pure: a post with front matter, of Jekyll, Hugo or our own, as an article."""

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urljoin

from archive import Article
from crawler.past.importing.item import Item, Site
from crawler.past.importing.stated import OF_NAME, Stated, plain_yaml, stated_article, stated_url
from crawler.reading import Refusal
from crawler.reading.markdown import to_markdown
from crawler.source import Source

_BLOCK = re.compile(
    r"\A\ufeff?(?P<mark>---|\+\+\+)[ \t]*\n(?P<head>.*?)^(?P=mark)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_LONGEST_HEAD = 100_000
_NAMED = re.compile(r"(?P<day>\d{4}-\d\d?-\d\d?)-(?P<slug>.+)")
_HEADING = re.compile(r"\A\s*#\s+(?P<title>.+?)\s*#*\s*$", re.MULTILINE)
_LIQUID = re.compile(r"\{%-?[^%{}]{0,1000}%\}|<!--more-->", re.IGNORECASE)


def read_post(item: Item, source_of: Callable[[str], Source]) -> Article | Refusal:
    """The article of a post. Its address is what it states, else what the site makes of it."""
    text = item.content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    block = _BLOCK.match(text[:_LONGEST_HEAD])
    stated = _parsed(block) if block else None
    if block is None or stated is None:
        return Refusal(url=item.path or item.name, state="failed", reason="no front matter that can be read")
    if str(stated.get("draft", "")).lower() == "true" or str(stated.get("published", "")).lower() == "false":
        return Refusal(url=item.path or item.name, state="not_an_article", reason="a draft")
    url = stated_url(stated) or _made_url(stated, item, item.site)
    if url is None:
        return Refusal(
            url=item.path or item.name,
            state="failed",
            reason="it states no address of the web; --base names the site's",
        )
    body = text[block.end() :]
    stated = _completed(stated, item, body)
    return stated_article(stated, _markdown(body, item, url), url, source_of(url), item.fetched_at)


def _parsed(block: re.Match[str]) -> Stated | None:
    try:
        if block["mark"] == "+++":
            return tomllib.loads(block["head"])
        return plain_yaml(block["head"])
    except (ValueError, RecursionError):
        return None


def _completed(stated: Stated, item: Item, body: str) -> Stated:
    """The facts with those that the file's name and its first heading tell."""
    named, heading = _NAMED.fullmatch(PurePosixPath(item.path).stem), _HEADING.match(body)
    told: dict[str, Any] = {OF_NAME: named["day"]} if named else {}
    if heading:
        told["title"] = heading["title"]
    return told | {key: value for key, value in stated.items() if value not in ("", None)}


def _markdown(body: str, item: Item, url: str) -> str:
    body = _LIQUID.sub("", body)
    is_html = item.path.endswith((".html", ".htm")) or body.lstrip()[:1] == "<"
    return to_markdown(body, url) if is_html else body


def _made_url(stated: Stated, item: Item, site: Site | None) -> str | None:
    if site is None:
        return None
    own = next(
        (value for key in ("permalink", "url") if isinstance(value := stated.get(key), str) and value), ""
    )
    path = _filled(own or site.permalink, stated, item)
    return urljoin(site.base_url.rstrip("/") + "/", path.lstrip("/")) if path else None


def _filled(permalink: str, stated: Stated, item: Item) -> str | None:
    """The path with Jekyll's places filled; None where one can't be."""
    stem = PurePosixPath(item.path).stem
    named = _NAMED.fullmatch(stem)
    slug = str(stated.get("slug") or (named["slug"] if named else stem))
    day = _day(str(stated.get("date") or (named["day"] if named else "")))
    values: Mapping[str, str | None] = {
        ":year": f"{day:%Y}" if day else None,
        ":month": f"{day:%m}" if day else None,
        ":day": f"{day:%d}" if day else None,
        ":categories": "",
        ":title": slug,
        ":slug": slug,
        ":output_ext": ".html",
        ":section": PurePosixPath(item.path).parent.name,
    }
    for place, value in values.items():
        if place in permalink and value is None:
            return None
        permalink = permalink.replace(place, value or "")
    return re.sub(r"/{2,}", "/", permalink)


def _day(text: str) -> date | None:
    found = re.match(r"(\d{4})-(\d\d?)-(\d\d?)", text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
