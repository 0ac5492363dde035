"""Who wrote the article: the most trusted source that names a person; an office or the site only if none does."""

from collections.abc import Iterator

from crawler.reading import json_ld
from crawler.reading.choice import Candidate, Choice
from crawler.reading.fields import bylines, reporters
from crawler.reading.fields.people import NOBODY, OTHER, OWN, PERSON, kind_of, people
from crawler.reading.fields.sites import key
from crawler.reading.metadata import linked
from crawler.reading.page import Page

_METAS = (
    "author", "parsely-author", "sailthru.author", "cxenseparse:author", "byl", "dc.creator", "article:author",
    "og:article:author", "citation_author",
)  # fmt: skip
_MARKED = "byline by the headline"
_MOST_TOGETHER = 4  # more names than this beside the stated one are likely those of other articles
_WHY = {
    PERSON: "the most trusted that names a person",
    OTHER: "no source names a person",
    OWN: "only the site is named",
}

Authors = Candidate[tuple[str, ...]]


def authors(page: Page) -> Choice[tuple[str, ...]]:
    candidates = [one for one in (*_stated(page), *_shown(page)) if one.value]
    kinds = [_kind(page, one) for one in candidates]
    if max(kinds, default=NOBODY) < OTHER:
        guessed = [one for one in _guessed(page) if one.value]
        candidates += guessed
        kinds += [_kind(page, one) for one in guessed]
    if not candidates:
        return Choice((), "nobody is named")
    kind = max(kinds)
    best = candidates[kinds.index(kind)]
    fuller = next((one for one in candidates if _completes(page, one, best)), None)
    if fuller:
        return Choice(fuller.value, f"names all that {best.origin} names and more", tuple(candidates))
    return Choice(best.value, _WHY[kind], tuple(candidates))


def _stated(page: Page) -> Iterator[Authors]:
    yield Candidate(people(page, json_ld.names(linked(page).get("author"))), "JSON-LD author")
    for name in _METAS:
        # An article:author may be the address of a profile.
        own = page.source.own_names  # parted at an "and" they would be names like any other
        texts = [text for text in page.metas.get(name, []) if "://" not in text and text not in own]
        if texts:
            yield Candidate(people(page, texts), f"meta {name}")


def _shown(page: Page) -> Iterator[Authors]:
    if reporters.is_chinese(page):
        yield Candidate(people(page, reporters.reporters(page)), "reporters in the text")
    yield Candidate(people(page, bylines.marked(page), strict=True), _MARKED)
    said = people(page, bylines.said(page), strict=True)
    yield Candidate(tuple(name for name in said if kind_of(page, name) == PERSON), "byline in words")


def _guessed(page: Page) -> Iterator[Authors]:
    yield Candidate(people(page, bylines.marked_anywhere(page), strict=True), "byline elsewhere")
    if reporters.is_chinese(page):
        yield Candidate(people(page, reporters.account(page)), "account beside the date")


def _kind(page: Page, candidate: Authors) -> int:
    return max((kind_of(page, name) for name in candidate.value), default=NOBODY)


def _completes(page: Page, one: Authors, best: Authors) -> bool:
    """Does it name the best one's authors and a few more persons, and is it as sure?"""
    if not len(best.value) < len(one.value) <= _MOST_TOGETHER or not one.origin.startswith(
        ("JSON-LD", "meta", _MARKED)
    ):
        return False
    every = all(kind_of(page, name) == PERSON for name in one.value)
    return every and set(map(key, best.value)) < set(map(key, one.value))
