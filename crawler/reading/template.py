"""Reading a page by its era's template."""

import copy
import re
from collections.abc import Iterator
from datetime import datetime

from crawler.reading.body import cleaned, find_body, licence_of, strip, tidy_image
from crawler.reading.facts import Facts, line, names, split_names
from crawler.reading.page import Node, Page, as_text, parse_html, picture, text_of
from crawler.recipe import Template
from crawler.rule import LONGEST_INPUT, Rule

_MARKED_UP = re.compile(r"</\w|<br|&(?:amp|lt|gt|quot|nbsp|#\d{1,6});")


def fitting(page: Page) -> Iterator[Template]:
    """The templates whose sign the page holds, in the recipe's order."""
    return (template for template in page.source.templates if any(page.found(template.when)))


def read_template(page: Page, template: Template) -> Facts:
    """What the template's rules find in the page."""
    # A copy: what one template strips, the next may need.
    tree = copy.deepcopy(_scope(page, template))
    clean = page.source.clean
    licences = (*template.licence, *clean.licence)
    licence = licence_of(page, licences, tree)
    image = _image(page, template.image, tree)  # before the lead picture leaves the body
    # Comments, related articles and other people's names go first: no rule can meet them.
    strip(tree, (*clean.strip, *template.strip), page.identifier)
    body = find_body(page, template, tree)
    if body is not None and licence is None:
        licence = licence_of(page, licences, body)  # in a script's HTML
    return Facts(
        title=_first(page, template.title, tree),
        authors=split_names(_all(page, template.authors, tree)) or _author_in(licence, clean.licence_author),
        published_at=_moment(page, template.published, tree),
        modified_at=_moment(page, template.modified, tree),
        body=None if body is None else cleaned(body, template, clean, page.identifier),
        tags=_tags(page, template, tree),
        summary=_first(page, template.summary, tree),
        image=image,
        licence=line(licence),
    )


def _scope(page: Page, template: Template) -> Node:
    found = next(page.found(template.scope), [])
    return next((node for node in found if not isinstance(node, str)), page.root)


def _all(page: Page, rules: tuple[Rule, ...], tree: Node) -> tuple[str, ...]:
    """The texts of the first rule that gives any."""
    found = (tuple(filter(None, map(as_text, results))) for results in page.found(rules, tree))
    return next(filter(None, found), ())


def _first(page: Page, rules: tuple[Rule, ...], tree: Node) -> str | None:
    texts = _all(page, rules, tree)
    return line(_plain(texts[0])) if texts else None


def _plain(text: str) -> str:
    """The text less its tags and entities, where it is a script's HTML."""
    return text_of(parse_html(text)) if _MARKED_UP.search(text) else text


def _tags(page: Page, template: Template, tree: Node) -> tuple[str, ...]:
    """The tags of every rule: a page may show some and keep others in its state."""
    texts = (as_text(result) for results in page.found(template.tags, tree) for result in results)
    return names(tuple(text.lstrip("# ") for text in texts))


def _moment(page: Page, rules: tuple[Rule, ...], tree: Node) -> datetime | None:
    """The first time any rule's result states: one that states none (a number of comments) is passed over."""
    moments = (page.moment(as_text(result)) for results in page.found(rules, tree) for result in results)
    return next(filter(None, moments), None)


def _image(page: Page, rules: tuple[Rule, ...], tree: Node) -> str | None:
    pictures = (
        picture(result, page.base_url) for results in page.found(rules, tree) for result in results[:1]
    )
    return next((url for one in pictures if one and (url := tidy_image(one, page.source.clean))), None)


def _author_in(licence: str | None, pattern: str | None) -> tuple[str, ...]:
    match = re.search(pattern, licence[:LONGEST_INPUT]) if licence and pattern else None
    return split_names((match[1] if match.re.groups else match[0],)) if match else ()
