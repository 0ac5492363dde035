"""The picture a page leads with: stated for those who share it, else the first large one of the article."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from crawler.reading.choice import Candidate, Choice
from crawler.reading.facts import line
from crawler.reading.fields.title import headline
from crawler.reading.fields.walk import elements_after
from crawler.reading.metadata import linked, related
from crawler.reading.page import Node, Page, joined, picture

_METAS = (
    "og:image", "og:image:secure_url", "og:image:url", "twitter:image", "twitter:image:src", "sailthru.image.full",
    "parsely-image-url", "image", "thumbnail", "thumbnailurl",
)  # fmt: skip
_MOST_OF_A_NAME = 2
_FIGURE_AWAY = 3  # elements around a picture that may be its figure
_NEAR = 400  # elements after the headline among which the first picture is looked for
_SMALLEST = 200  # pixels of a picture's side, where the page says how large it is
# Parts of a file's name that tell what stands for a picture.
_NO_PICTURE = re.compile(
    r"(?<![a-z])(?:logos?|favicon|apple-touch-icon|icons?|avatar|gravatar|placeholder|blank|spacer|pixel|transparent|1x1|sprite|loading|"
    r"default[-_]?(?:image|img|share|thumb\w{0,4}|og)|no[-_]?(?:image|photo|thumb))(?![a-z])[^/]*$|\.svg$|^data:",
    re.IGNORECASE,
)


def image(page: Page) -> Choice[str | None]:
    candidates = _distinct(_stated(page))
    best = _sound(candidates)
    if best is None:
        # Looked for only where none is stated: it takes a walk through the page.
        candidates += _distinct(_in_article(page))
        best = _sound(candidates)
    if best is None:
        return Choice(None, "no picture but logos" if candidates else "no picture", candidates)
    return Choice(best.value, "the most trusted", candidates)


def _distinct(found: Iterator[tuple[str | None, str]]) -> tuple[Candidate[str], ...]:
    first: dict[str, Candidate[str]] = {}
    for url, origin in found:
        if url:
            first.setdefault(url, Candidate(url, origin))
    return tuple(first.values())


def _sound(candidates: tuple[Candidate[str], ...]) -> Candidate[str] | None:
    return next((one for one in candidates if not _stands_for_one(one.value)), None)


def _stated(page: Page) -> Iterator[tuple[str | None, str]]:
    for name in ("image", "thumbnailUrl"):
        yield _of(page, linked(page).get(name)), f"JSON-LD {name}"
    for name in _METAS:
        for text in page.metas.get(name, [])[:_MOST_OF_A_NAME]:
            yield joined(page.base_url, text), f"meta {name}"
    for link in related(page, "image_src")[:1]:
        yield joined(page.base_url, link.get("href") or ""), "link image_src"


def _in_article(page: Page) -> Iterator[tuple[str | None, str]]:
    heading = headline(page)
    following = elements_after(heading.node, _NEAR) if heading else ()
    for node in following:
        if node.tag == "img" and _is_large(node):
            yield picture(node, page.base_url), "picture in the article"


def _of(page: Page, value: Any) -> str | None:
    """The address a JSON-LD image states: text, an object, or the first of a list."""
    if isinstance(value, list):
        value = next(iter(value), None)
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
    if isinstance(value, list):
        value = next(iter(value), None)
    return joined(page.base_url, value) if isinstance(value, str) and line(value) else None


def _is_large(node: Node) -> bool:
    """Does the page say that it is large, or give it a figure of its own? Small ones are buttons."""
    sides = ((node.get(name) or "").removesuffix("px")[:5] for name in ("width", "height"))
    known = [int(side) for side in sides if side.isdecimal()]
    around = islice(node.iterancestors(), _FIGURE_AWAY)
    return min(known) >= _SMALLEST if known else any(parent.tag in ("figure", "picture") for parent in around)


def _stands_for_one(url: str) -> bool:
    return _NO_PICTURE.search(url.partition("?")[0]) is not None
