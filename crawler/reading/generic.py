"""Reading a page without a recipe: its own metadata, and trafilatura for the body."""

import copy
from dataclasses import replace
from typing import Any

import trafilatura
from lxml import etree, html

from crawler.reading import json_ld
from crawler.reading.facts import Facts
from crawler.reading.fields import choose_fields
from crawler.reading.metadata import linked
from crawler.reading.page import Node, Page, text_of

_OPENING_BLOCKS = 4
_KICKER = 80  # characters a line above the headline has at most
_MOST_LINKED = 0.6  # share of a text's characters that stand in links; lists of articles have more


def read_generic(page: Page) -> Facts:
    """What can be known of any article page; `body` is None where no text was found."""
    facts = choose_fields(page).facts()
    # The text on the page has its headings and links; a text in the metadata is bare.
    return replace(facts, body=_body(page, facts.title) or _stated_body(page))


def _stated_body(page: Page) -> str | None:
    text = json_ld.text(linked(page).get("articleBody"))
    if text is None or "<p" in text or "<br" in text:
        return text
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"<p>{one}</p>" for one in escaped.splitlines() if one.strip())


def _body(page: Page, title: str | None) -> str | None:
    """Trafilatura's choice as HTML, less a headline repeated in it."""
    try:
        found: Any = trafilatura.extract(
            page.text,
            url=page.base_url,
            output_format="html",
            include_comments=False,
            include_formatting=True,
            include_images=True,
            include_links=True,
            include_tables=True,
        )
    except (ValueError, RecursionError):
        return None
    if not found:
        return None
    body = _tree(str(found))
    if body is None:
        return None
    body.tag = "div"
    _restore_code(body, page)
    _drop_headline(body, title)
    return None if _is_list_of_links(body) else str(html.tostring(body, encoding="unicode"))


def _tree(found: str) -> Node | None:
    # As XML, which it is: an HTML parser would end a paragraph before the code in it.
    parser = html.XHTMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return html.document_fromstring(found, parser=parser).find("body")
    except (etree.ParserError, etree.XMLSyntaxError):
        return html.document_fromstring(found).find("body")


def _restore_code(body: Node, page: Page) -> None:
    """Trafilatura makes all code blocks and forgets the language: the page's own blocks come back."""
    originals = {block.text_content().strip(): block for block in page.root.iter("pre")}
    for block in list(body.iter("pre")):
        parent = block.getparent()
        original = originals.get(block.text_content().strip())
        if parent is None or parent.tag == "pre":
            continue
        if original is not None:
            restored = copy.deepcopy(original)
            restored.tail = block.tail
            parent.replace(block, restored)
        elif parent.tag != "div":
            block.tag = "code"


def _drop_headline(body: Node, title: str | None) -> None:
    """Take out the headline where the body repeats it, and the few words above it."""
    opening = list(body)[:_OPENING_BLOCKS]
    places = [place for place, block in enumerate(opening) if title and text_of(block) == title]
    above = opening[: max(places, default=-1) + 1]
    if all(len(text_of(block)) <= max(_KICKER, len(title or "")) for block in above):
        for block in above:
            body.remove(block)


def _is_list_of_links(body: Node) -> bool:
    linked = sum(len(text_of(link)) for link in body.iter("a"))
    return linked > _MOST_LINKED * len(text_of(body))
