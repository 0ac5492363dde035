"""The article's title."""

import re
from collections.abc import Iterator

from crawler.reading import json_ld
from crawler.reading.choice import Candidate, Choice
from crawler.reading.facts import line
from crawler.reading.metadata import linked
from crawler.reading.page import Page, text_of

_TITLE_TAIL = re.compile(r"\s*[|_\-–—·»]+\s*[^|_–—·»]{1,60}$")


def title(page: Page) -> Choice[str | None]:
    candidates = tuple(_candidates(page))
    first = next(iter(candidates), None)
    return Choice(first.value if first else None, "the most trusted", candidates)


def _candidates(page: Page) -> Iterator[Candidate[str | None]]:
    data = linked(page)
    for text, origin in (
        (json_ld.text(data.get("headline")) or json_ld.text(data.get("name")), "JSON-LD headline"),
        *((page.metas[key][0], f"meta {key}") for key in ("og:title", "twitter:title") if key in page.metas),
        (_heading(page), "h1"),
        (_title(page), "title element"),
    ):
        if value := line(text):
            yield Candidate(value, origin)


def _heading(page: Page) -> str | None:
    headings = page.root.xpath("//h1")
    return text_of(headings[0]) if len(headings) == 1 else None


def _title(page: Page) -> str | None:
    text = line(page.root.findtext(".//title"))
    return text and (_TITLE_TAIL.sub("", text) or text)
