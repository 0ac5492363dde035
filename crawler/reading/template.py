"""Reading a page by its site's recipe: by its era's template first, then by what it says of itself."""

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from crawler.reading.body import author_in, best_body, bodies, cleaned, strip, tidied, tidy_image
from crawler.reading.choice import Candidate, Choice
from crawler.reading.facts import line, names, split_names
from crawler.reading.fields import Fields, choose_fields
from crawler.reading.found import Found, first_of, mapped
from crawler.reading.generic import read_generic
from crawler.reading.metadata import says_article
from crawler.reading.page import Node, Page, as_text, parse_html, picture, text_of
from crawler.recipe import Template
from crawler.rule import Rule
from crawler.source import Source

_MARKED_UP = re.compile(r"</\w|<br|&(?:amp|lt|gt|quot|nbsp|#\d{1,6});")
_FIRST = "the first rule of the recipe that gives one"
_NONE = "no rule of the recipe gives one"
_NOTHING: Choice[str | None] = Choice(None, _NONE)

T = TypeVar("T")
Names = tuple[str, ...]


def by_recipe(page: Page, most: int | None = 1) -> Found:
    """What the recipe finds in the page; where it finds nothing, what the page says of itself.

    Of each field's rules no more than `most` that give something are followed; None: all of them,
    which changes the candidates and not the choice.
    """
    found = _by_template(page, most)
    missing: Choice[str | None] = Choice(None, found.body.why if found else "no template of the recipe fits")
    read = missing if found and page.source.has_rules else _read_as_any(page, missing.why)
    whole = found or Found(fields=_of_the_site(page.source), body=missing)
    return _own_names_last(whole, _said(page, read), page.source)


def _read_as_any(page: Page, why: str) -> Choice[str | None]:
    """The body as a page of any site's is read, where no template says where it lies or none fits."""
    if page.source.has_rules and not says_article(page):
        return Choice(None, why)
    # With rules, a page that calls itself an article: the site may have been rebuilt.
    read = read_generic(_stripped(page)).body
    body = tidied(read, page) if read else None
    return Choice(body, why, (Candidate(body, "general reader"),)) if body else Choice(None, why)


def _stripped(page: Page) -> Page:
    """The page less what the recipe strips from any body: its classes are lost once the text is chosen."""
    if not page.source.clean.strip:
        return page
    less = Page(page.fetched, page.source, page.identifier)
    less.root = copy.deepcopy(page.root)
    strip(less.root, page.source.clean.strip, page.identifier)
    return less


def fitting(page: Page) -> Iterator[Template]:
    """The templates whose sign the page holds, in the recipe's order."""
    return (template for template in page.source.templates if any(page.found(template.when)))


def others(found: Names, source: Source) -> Names:
    """The names less the site's own."""
    return tuple(name for name in found if name not in source.own_names)


def _by_template(page: Page, most: int | None) -> Found | None:
    """What the first fitting template finds that finds a body; what the first one does where none does."""
    first: Found | None = None
    for template in fitting(page):
        found = read_template(page, template, most)
        if found.body.value:
            return found
        first = first or found
    return first


def _of_the_site(source: Source) -> Fields:
    """What the recipe says of every article of the site."""
    nobody: Choice[Names] = Choice((), _NONE)
    never: Choice[datetime | None] = Choice(None, _NONE)
    return Fields(
        title=_NOTHING,
        authors=nobody,
        published_at=never,
        modified_at=never,
        language=_set(source.language, "language"),
        summary=_NOTHING,
        image=_NOTHING,
        tags=nobody,
        licence=_NOTHING,
        publisher=_set(source.title, "title"),
    )


def _set(value: str | None, key: str) -> Choice[str | None]:
    if value is None:
        return _NOTHING
    return Choice(value, "the recipe sets it for the whole site", (Candidate(value, f"recipe: {key}"),))


def _said(page: Page, body: Choice[str | None]) -> Found:
    """What the page says of itself, with the images' addresses as the recipe would have them."""
    fields = choose_fields(page)
    image = mapped(fields.image, lambda url: url and tidy_image(url, page.source.clean))
    return Found(fields=replace(fields, image=image), body=body)


def _own_names_last(found: Found, said: Found, source: Source) -> Found:
    """What was found, completed; the site's own name stays an author only where nobody else is named."""
    authors = _somebody(found.fields.authors, said.fields.authors, source)
    tags = first_of(found.fields.tags, mapped(said.fields.tags, lambda tags: others(tags, source)))
    whole = found.or_else(said)
    return replace(whole, fields=replace(whole.fields, authors=authors, tags=tags))


def _somebody(found: Choice[Names], said: Choice[Names], source: Source) -> Choice[Names]:
    whole = (*found.candidates, *said.candidates)
    candidates = tuple(replace(one, value=others(one.value, source) or one.value) for one in whole)
    for choice in (found, said):
        named = others(choice.value, source)
        if named:
            less = "" if named == choice.value else ", less the site's own name"
            return Choice(named, choice.why + less, candidates)
    return Choice(found.value, "nobody but the site itself is named" if found.value else said.why, candidates)


# --- one template ---


@dataclass(frozen=True, slots=True)
class _Search:
    """A search of a page by a template's rules. Its `tree` is a copy: what one template strips, the next may need."""

    page: Page
    template: Template
    tree: Node
    most: int | None

    def by(
        self, rules: tuple[Rule, ...], read: Callable[[list[Any]], T | None], within: Node | None = None
    ) -> tuple[Candidate[T], ...]:
        """What each rule gives, read from its results; rules that give nothing are left out."""
        where = self.tree if within is None else within
        results = ((rule, found) for rule in rules for found in self.page.found((rule,), where))
        read_off = ((rule, read(found)) for rule, found in results)
        candidates = (Candidate(value, self.origin(rule)) for rule, value in read_off if value)
        return tuple(islice(candidates, self.most))

    def origin(self, rule: Rule) -> str:
        return f"recipe {self.template.name}: {rule.select}"


def read_template(page: Page, template: Template, most: int | None = 1) -> Found:
    """What the template's rules find in the page; `most` is as for `by_recipe`."""
    search = _Search(page, template, copy.deepcopy(_scope(page, template)), most)
    licences = (*template.licence, *page.source.clean.licence)
    licence = search.by(licences, _notice)
    # Before the lead picture leaves the body.
    image = search.by(template.image, lambda results: _image(page, results))
    # Comments, related articles and other people's names go first: no rule can meet them.
    strip(search.tree, (*page.source.clean.strip, *template.strip), page.identifier)
    found = _bodies(search)
    if found and not licence:
        licence = search.by(licences, _notice, found[0][1])  # in a script's HTML
    fields = replace(
        _of_the_site(page.source),
        title=_first(search.by(template.title, _text)),
        authors=_authors(search, licence),
        published_at=_first(search.by(template.published, lambda results: _moment(page, results))),
        modified_at=_first(search.by(template.modified, lambda results: _moment(page, results))),
        summary=_first(search.by(template.summary, _text)),
        image=_first(image),
        tags=_all_tags(search),
        licence=mapped(_first(licence), line),
    )
    return Found(fields=fields, body=_cleaned(search, found), template=template.name)


def _scope(page: Page, template: Template) -> Node:
    found = next(page.found(template.scope), [])
    return next((node for node in found if not isinstance(node, str)), page.root)


def _first(candidates: tuple[Candidate[T], ...]) -> Choice[T | None]:
    return Choice(candidates[0].value, _FIRST, candidates) if candidates else Choice(None, _NONE)


def _bodies(search: _Search) -> list[tuple[Rule, Node]]:
    """The bodies that the rules give, uncleaned, the one to take first."""
    found: Iterable[tuple[Rule, Node]] = bodies(search.page, search.template, search.tree)
    if search.most is None:
        found = list(found)
    best = best_body(found)
    if best is None:
        return []
    return [best, *(one for one in found if one[1] is not best[1])] if isinstance(found, list) else [best]


def _cleaned(search: _Search, found: list[tuple[Rule, Node]]) -> Choice[str | None]:
    clean, identifier = search.page.source.clean, search.page.identifier
    candidates = tuple(
        Candidate(cleaned(body, search.template, clean, identifier), search.origin(rule))
        for rule, body in found
    )
    why = "the first rule of the recipe that gives more than a few words"
    return (
        Choice(candidates[0].value, why, candidates)
        if candidates
        else Choice(None, "no rule of the recipe gives a body")
    )


def _authors(search: _Search, licence: tuple[Candidate[str], ...]) -> Choice[Names]:
    named = search.by(search.template.authors, lambda results: split_names(_texts(results)))
    pattern = search.page.source.clean.licence_author
    signed = author_in(licence[0].value, pattern) if licence and pattern else ()
    if signed:
        named = (*named, Candidate(signed, "recipe: the author in the licence"))
    return Choice(named[0].value, _FIRST, named) if named else Choice((), _NONE)


def _all_tags(search: _Search) -> Choice[Names]:
    """The tags of every rule: a page may show some and keep others in its state."""
    every = replace(search, most=None)
    found = every.by(search.template.tags, lambda results: names(tuple(map(_tag, results))))
    union = names(tuple(name for one in found for name in one.value))
    return Choice(union, "what all rules of the recipe give" if union else _NONE, found)


def _tag(result: Any) -> str:
    return as_text(result).lstrip("# ")


def _texts(results: list[Any]) -> Names:
    return tuple(filter(None, map(as_text, results)))


def _text(results: list[Any]) -> str | None:
    texts = _texts(results)
    return line(_plain(texts[0])) if texts else None


def _plain(text: str) -> str:
    """The text less its tags and entities, where it is a script's HTML."""
    return text_of(parse_html(text)) if _MARKED_UP.search(text) else text


def _notice(results: list[Any]) -> str | None:
    return as_text(results[0]) or None


def _moment(page: Page, results: list[Any]) -> datetime | None:
    """The first time a result states: one that states none (a number of comments) is passed over."""
    return next(filter(None, (page.moment(as_text(result)) for result in results)), None)


def _image(page: Page, results: list[Any]) -> str | None:
    url = picture(results[0], page.base_url)
    return tidy_image(url, page.source.clean) if url else None
