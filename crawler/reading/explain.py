"""Why a page is read as it is: for each field what is taken, what there was to choose from, and why that one."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from archive import Article
from crawler.reading import json_ld
from crawler.reading.choice import Candidate, Choice
from crawler.reading.fetched import Fetched
from crawler.reading.fields import choose_fields
from crawler.reading.found import Found, mapped
from crawler.reading.generic import read_generic
from crawler.reading.markdown import to_markdown
from crawler.reading.metadata import linked, own_url
from crawler.reading.page import Page, parse_html, text_of
from crawler.reading.reader import LARGEST_BODY, read
from crawler.reading.template import by_recipe
from crawler.source import Identity, Source

Value = str | tuple[str, ...] | datetime | None
_READER, _STATED = "general reader", "JSON-LD articleBody"
_NO_ADDRESS: Choice[str | None] = Choice(None, "it is the address of no article")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One field: the value taken, why, and every candidate in the order of trust; bodies are Markdown.

    `taken` is the place of the candidate that is the value; None where the value is made of several or of a part of one.
    """

    name: str
    value: Value
    why: str
    candidates: tuple[Candidate[Value], ...]
    taken: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How a page was read. Its values are the article's; where the page is refused, those an article would have had."""

    url: str
    source: str
    template: str | None  # the recipe's that was followed, if one was
    state: str  # article, or that of the refusal
    reason: str
    evidence: str
    fields: tuple[Explained, ...]


def explain(fetched: Fetched, source: Source, *, plain: bool = False) -> Explanation:
    """How `read` comes to what it gives for this page, with every candidate it had."""
    reading = read(fetched, source, plain=plain)
    identity = source.identify(fetched.url)
    page = Page(fetched, source, identity.identifier if identity else None)
    try:
        by_rules = source.has_recipe or source.templates
        found = by_recipe(page, most=None) if by_rules else _by_reader(page)
        choices = _choices(page, identity, found, plain)
    except RecursionError:  # then `read` has refused the page for it
        found, choices = None, {}
    article = reading if isinstance(reading, Article) else None
    return Explanation(
        url=reading.url,
        source=source.name,
        template=found.template if found else None,
        state="article" if isinstance(reading, Article) else reading.state,
        reason="" if isinstance(reading, Article) else reading.reason,
        evidence="" if isinstance(reading, Article) else reading.evidence,
        fields=tuple(_explained(name, choice, article) for name, choice in choices.items()),
    )


def _by_reader(page: Page) -> Found:
    """What is found without a recipe."""
    body, stated = read_generic(page).body, json_ld.text(linked(page).get("articleBody"))
    candidates = [Candidate(body, _READER)]
    why = "it is the article's text among all that the page shows"
    if stated and not body:
        candidates, why = [Candidate(_as_html(stated), _STATED)], "it is no article's text"
    elif stated and body and _is_only_stated(page, body, stated):
        candidates, why = [Candidate(body, _STATED)], "the page shows far less text than it states"
    elif stated:
        candidates.append(Candidate(_as_html(stated), _STATED))
    elif not body:
        candidates, why = [], "no article's text is found"
    return Found(fields=choose_fields(page), body=Choice(body, why, tuple(candidates)))


def _is_only_stated(page: Page, body: str, stated: str) -> bool:
    words = _words(body)
    return words == _words(_as_html(stated)) and words not in "".join(page.visible.split())


def _as_html(stated: str) -> str:
    return stated if "<p" in stated or "<br" in stated else f"<p>{escape(stated, quote=False)}</p>"


def _words(html: str) -> str:
    return "".join(text_of(parse_html(html)).split())


def _choices(page: Page, identity: Identity | None, found: Found, plain: bool) -> dict[str, Choice[Any]]:
    def markdown(html: str | None) -> str | None:
        small = html if html and len(html) <= LARGEST_BODY else None
        return small and (to_markdown(small, page.base_url, plain=plain).strip() or None)

    url = own_url(page, identity) if identity else _NO_ADDRESS
    return {"url": url, **found.choices(), "body": mapped(found.body, markdown)}


def _explained(name: str, choice: Choice[Any], article: Article | None) -> Explained:
    value = choice.value if article is None else getattr(article, name) or None
    why = (
        choice.why
        if value == choice.value or not value
        else f"{choice.why}, less the tail that the recipe cuts"
    )
    places = (place for place, one in enumerate(choice.candidates) if one.value == value)
    return Explained(
        name=name,
        value=value,
        why=why,
        candidates=choice.candidates,
        taken=next(places, None) if value else None,
    )
