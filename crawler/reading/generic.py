"""Reading a page without a recipe: what it states and shows of itself, and its text."""

from dataclasses import replace
from html import escape

from crawler.reading import json_ld
from crawler.reading.facts import Facts
from crawler.reading.fields import choose_fields
from crawler.reading.metadata import linked
from crawler.reading.page import Page
from crawler.reading.state_text import state_text
from crawler.reading.text import Context, find_text

_NEXT_TO_NONE = 300  # characters of HTML
_MUCH_LONGER = 3  # times: a text in the metadata so much longer than what is shown is the article


def read_generic(page: Page) -> Facts:
    """What can be known of any article page; `body` is None where no text was found."""
    facts = choose_fields(page).facts()
    return replace(facts, body=_body(page, facts))


def context_of(page: Page, facts: Facts | None = None) -> Context:
    """What the page says elsewhere of its text."""
    facts = facts or choose_fields(page).facts()
    return Context(facts.title, facts.summary, _stated_text(page))


def _body(page: Page, facts: Facts) -> str | None:
    """The text on the page, which has its headings and links; the bare one of its metadata where little is shown."""
    stated = _stated_text(page)
    found = find_text(page.root, context_of(page, facts))
    if stated and len(stated) > _MUCH_LONGER * len(found):
        return _paragraphs(stated)
    held = state_text(page.root) if len(found) < _NEXT_TO_NONE else None
    return held if held and len(held) > _MUCH_LONGER * len(found) else found or None


def _stated_text(page: Page) -> str | None:
    return json_ld.text(linked(page).get("articleBody"))


def _paragraphs(text: str) -> str:
    if "<p" in text or "<br" in text:
        return text
    return "".join(f"<p>{escape(one, quote=False)}</p>" for one in text.splitlines() if one.strip())
