"""Who wrote the article."""

import re
from collections.abc import Iterator

from crawler.reading import json_ld
from crawler.reading.choice import Candidate, Choice
from crawler.reading.facts import split_names
from crawler.reading.metadata import linked
from crawler.reading.page import Page, as_text

_BYLINES = (
    '[rel="author"]', '[itemprop="author"] [itemprop="name"]', '[itemprop="author"]', ".byline .author", ".author-name",
    ".byline a", ".author",
)  # fmt: skip
_BYLINE_IN_TEXT = re.compile(r"(?:作者|记者|撰文)\s*[:：]\s*([^\s,，、|/(（]{1,20})")
_MOST_BYLINES = 5
_LONGEST_BYLINE = 60


def authors(page: Page) -> Choice[tuple[str, ...]]:
    candidates = tuple(candidate for candidate in _candidates(page) if candidate.value)
    first = next(iter(candidates), None)
    return Choice(first.value if first else (), "the most trusted", candidates)


def _candidates(page: Page) -> Iterator[Candidate[tuple[str, ...]]]:
    yield Candidate(split_names(tuple(json_ld.names(linked(page).get("author")))), "JSON-LD author")
    for key in ("author", "article:author", "dc.creator"):
        # An article:author may be the address of a profile.
        texts = tuple(name for name in page.metas.get(key, []) if "://" not in name)
        yield Candidate(split_names(texts), f"meta {key}")
    for selector in _BYLINES:
        texts = tuple(as_text(node) for node in page.nodes(selector)[:_MOST_BYLINES])
        yield Candidate(split_names(tuple(text for text in texts if len(text) <= _LONGEST_BYLINE)), selector)
    match = _BYLINE_IN_TEXT.search(page.visible[:5000])
    yield Candidate((match[1],) if match else (), "the text")
