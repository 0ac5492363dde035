"""What an article is filed under."""

import re
from collections.abc import Iterator
from typing import Any

from crawler.reading.choice import Candidate, Choice
from crawler.reading.facts import names
from crawler.reading.fields.sites import key, site_keys
from crawler.reading.fields.walk import is_elsewhere
from crawler.reading.metadata import linked, related
from crawler.reading.page import Page, text_of

_METAS = ("article:tag", "news_keywords", "parsely-tags", "sailthru.tags", "keywords")
_BETWEEN = re.compile(r"[,，、;；|]")
_LONGEST = 60  # characters of a tag
_MOST = 30
_DEEPEST = 6  # elements around a link that are looked at


def tags(page: Page) -> Choice[tuple[str, ...]]:
    found = ((_cleaned(page, texts), origin) for texts, origin in _found(page))
    candidates = tuple(Candidate(value, origin) for value, origin in found if value)
    if not candidates:
        return Choice((), "none is stated")
    return Choice(candidates[0].value, "the most trusted", candidates)


def _found(page: Page) -> Iterator[tuple[list[str], str]]:
    yield _texts(linked(page).get("keywords")), "JSON-LD keywords"
    yield page.metas.get(_METAS[0], []), f"meta {_METAS[0]}"
    links = (link for link in related(page, "tag")[:_MOST] if not _lies_elsewhere(link))
    yield [text_of(link) for link in links], "links marked as tags"
    for name in _METAS[1:]:
        yield page.metas.get(name, []), f"meta {name}"


def _texts(value: Any) -> list[str]:
    """JSON-LD keywords as texts: one or several, bare or as terms with a name."""
    values = value[:_MOST] if isinstance(value, list) else [value]
    named = (one.get("name") if isinstance(one, dict) else one for one in values)
    return [one for one in named if isinstance(one, str)]


def _cleaned(page: Page, texts: list[str]) -> tuple[str, ...]:
    words = names(tuple(word.strip(" #\t\n") for text in texts for word in _BETWEEN.split(text)))
    return tuple(word for word in words if len(word) <= _LONGEST and key(word) not in site_keys(page))[:_MOST]


def _lies_elsewhere(link: Any) -> bool:
    around = (parent for parent, _ in zip(link.iterancestors(), range(_DEEPEST), strict=False))
    return any(map(is_elsewhere, around))
