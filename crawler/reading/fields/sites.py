"""What the site calls itself, and titles less that name."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from crawler.reading import json_ld
from crawler.reading.metadata import linked
from crawler.reading.page import Page
from crawler.urls import registrable, split

_NOT_LETTERS = re.compile(r"[\W_]+")
_NAMING = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "twitter:site",
    "al:ios:app_name",
)
_SHORTEST = 3  # letters of a name that may stand inside another
_MOST_PARTS = 12
_LONGEST = 400  # characters of a title that are taken apart
# A hyphen parts a title only between spaces or before a last word, a colon only before a space, a bar anywhere.
_PARTED = re.compile(r"\s+[-–—―·•/~]+\s+|\s*[|｜_»«›]+\s*|\s*::\s*|\s*[-–—](?=[^-–—\s]{2,20}$)|:\s+")


@lru_cache(maxsize=1024)
def key(text: str | None) -> str:
    """The text's letters and digits in one case: what is equal here is equal to a reader."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text or "").casefold())


def site_keys(page: Page) -> frozenset[str]:
    """The keys of the site's names: the stated ones, its domain, its host."""
    return page.once("site keys", lambda: frozenset(filter(None, map(key, _names(page)))))


def names_site(page: Page, text: str) -> bool:
    """Is the text the site's name, or nearly?"""
    own = key(text)
    return any(own == name or _nearly(own, name) for name in site_keys(page))


def less_site(page: Page, title: str) -> str:
    """A title less the site's name at its end or its beginning; the title itself if nothing else is left."""
    spans = _spans(title)
    while len(spans) > 1 and names_site(page, title[slice(*spans[-1])]):
        spans.pop()
    while len(spans) > 1 and key(title[slice(*spans[0])]) in site_keys(page):
        spans.pop(0)
    return title[spans[0][0] : spans[-1][1]].strip() if spans else title


def less_tail(title: str) -> tuple[str, str]:
    """A title less its last part, and that part: most likely the site's name, if it is the shorter of the two."""
    spans = _spans(title)
    if len(spans) < 2 or spans[-1][1] - spans[-1][0] > spans[-2][1] - spans[0][0]:
        return title, ""
    return title[spans[0][0] : spans[-2][1]].strip(), title[slice(*spans[-1])].strip()


def _names(page: Page) -> Iterator[str]:
    for name in _NAMING:
        yield from page.metas.get(name, [])[:2]
    yield from json_ld.names(linked(page).get("publisher"))
    address = split(page.fetched.url)
    host = (address.hostname or "").removeprefix("www.") if address else ""
    domain = (registrable(page.fetched.url) or "").removeprefix("www.")
    yield from (host, domain, domain.partition(".")[0])


def _nearly(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _SHORTEST and shorter in longer and len(longer) <= 2 * len(shorter) + 4


def _spans(text: str) -> list[tuple[int, int]]:
    """Where the parts of a title begin and end, as its separators divide it."""
    marks = list(_PARTED.finditer(text[:_LONGEST]))[:_MOST_PARTS]
    starts = [0, *(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(text)]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if text[start:end].strip()]
