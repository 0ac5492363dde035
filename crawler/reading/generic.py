"""Reading a page without a recipe: what it states and shows of itself, and its text."""

from dataclasses import replace
from html import escape
from itertools import islice

from crawler.reading import json_ld
from crawler.reading.facts import Facts
from crawler.reading.fields import choose_fields
from crawler.reading.metadata import linked
from crawler.reading.page import Node, Page
from crawler.reading.state_text import state_text
from crawler.reading.text import Context, find_text

_NEXT_TO_NONE = 300  # characters of HTML
_MUCH_LONGER = 3  # times: a text in the metadata so much longer than what is shown is the article
_MOST_NOSCRIPTS, _FEWEST_PARAGRAPHS = 60, 2


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
    stated, context = _stated_text(page), context_of(page, facts)
    found = find_text(page.root, context)
    if stated and len(stated) > _MUCH_LONGER * len(found):
        return _paragraphs(stated)
    if len(found) >= _NEXT_TO_NONE:
        return found
    held = max(state_text(page.root) or "", _without_scripts(page.root, context), key=len)
    return held if len(held) > _MUCH_LONGER * len(found) else found or None


def _without_scripts(root: Node, context: Context) -> str:
    """The text for readers without scripts. One such element that is not closed rightly swallows the page."""
    found = islice(root.iter("noscript"), _MOST_NOSCRIPTS)
    paragraphs = {node: sum(1 for _ in node.iter("p")) for node in found}
    most = max(paragraphs, key=paragraphs.__getitem__, default=None)
    return find_text(most, context) if most is not None and paragraphs[most] >= _FEWEST_PARAGRAPHS else ""


def _stated_text(page: Page) -> str | None:
    return json_ld.text(linked(page).get("articleBody"))


def _paragraphs(text: str) -> str:
    if "<p" in text or "<br" in text:
        return text
    return "".join(f"<p>{escape(one, quote=False)}</p>" for one in text.splitlines() if one.strip())
