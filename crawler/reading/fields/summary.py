"""What an article's standfirst says: stated for machines, or shown below the headline."""

import html
import re
from collections.abc import Iterator
from functools import lru_cache

from crawler.reading import json_ld
from crawler.reading.choice import Candidate, Choice
from crawler.reading.facts import line
from crawler.reading.fields.bylines import near_headline
from crawler.reading.fields.sites import key
from crawler.reading.fields.title import title
from crawler.reading.fields.walk import is_short
from crawler.reading.metadata import linked
from crawler.reading.page import Page, text_of

_METAS = ("og:description", "description", "twitter:description", "dc.description", "sailthru.description")
_TAG = re.compile(r"<[^<>]{1,300}>")
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\W{0,4}$")
_DEK = re.compile(
    r"(?<![a-z])(?:dek|standfirst|sub-?(?:title|head(?:line)?|hed)|lead(?:in)?|intro(?:duction)?|summary|excerpt|abstract|"
    r"zhaiyao|daodu)(?![a-z])",
    re.IGNORECASE,
)
_SHORTEST, _LONGEST = 20, 600  # characters of a standfirst
_LONGEST_PARAGRAPH = 3_000
_COMPARED = 60  # letters in which a summary and a paragraph are the same


def summary(page: Page) -> Choice[str | None]:
    headline = key(title(page).value)
    found = [
        Candidate(text, origin)
        for said, origin in _found(page)
        if (text := _plain(said)) and key(text) != headline
    ]
    candidates = tuple({key(one.value): one for one in reversed(found)}.values())[::-1]
    best = next((one for one in candidates if not _is_cut(page, one.value)), None)
    if best is None:
        return Choice(None, "only the text's opening, cut short" if candidates else "not stated", candidates)
    return Choice(best.value, "the most trusted", candidates)


def _found(page: Page) -> Iterator[tuple[str | None, str]]:
    yield json_ld.text(linked(page).get("description")), "JSON-LD description"
    for name in _METAS:
        yield from ((text, f"meta {name}") for text in page.metas.get(name, [])[:1])
    yield _shown(page), "standfirst by the headline"


def _plain(text: str | None) -> str | None:
    return line(_TAG.sub(" ", html.unescape(text or "")))


def _shown(page: Page) -> str | None:
    named = (near for near in near_headline(page) if near.name and _is_dek(near.name))
    texts = (text_of(near.node) for near in named if is_short(near.node, _LONGEST))
    return next((text for text in texts if _SHORTEST <= len(text) <= _LONGEST), None)


@lru_cache(maxsize=4096)
def _is_dek(name: str) -> bool:
    return _DEK.search(name) is not None


def _is_cut(page: Page, text: str) -> bool:
    """Is the text the beginning of a paragraph near the headline, broken off?"""
    if not _CUT.search(text):
        return False
    own = key(_CUT.sub("", text))[:_COMPARED]
    paragraphs = (near.node for near in near_headline(page) if near.node.tag == "p")
    short = (node for node in paragraphs if is_short(node, _LONGEST_PARAGRAPH))
    return any(key(text_of(node)[: 4 * _COMPARED]).startswith(own) for node in short)
