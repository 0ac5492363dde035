"""Who publishes the site."""

from crawler.reading import json_ld
from crawler.reading.choice import Candidate, Choice
from crawler.reading.facts import line
from crawler.reading.metadata import linked
from crawler.reading.page import Page

_METAS = ("og:site_name", "application-name", "dc.publisher")


def publisher(page: Page) -> Choice[str | None]:
    stated = [(next(json_ld.names(linked(page).get("publisher")), None), "JSON-LD publisher")]
    stated += [(page.metas[name][0], f"meta {name}") for name in _METAS if name in page.metas]
    candidates = tuple(Candidate(name, origin) for text, origin in stated if (name := line(text)))
    if not candidates:
        return Choice(None, "none is stated")
    return Choice(candidates[0].value, "the most trusted", candidates)
