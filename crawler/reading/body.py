"""The body of a page: chosen by rule, cleaned on the tree, handed on as HTML."""

import copy
import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree, html

from crawler.reading.facts import Facts, line, split_names
from crawler.reading.page import Node, Page, as_text, parse_html, select, text_of
from crawler.recipe import Clean, Template
from crawler.rule import LONGEST_INPUT, Rule, Selectors

# A shorter body may be a placeholder ("loading…"): a later rule may know more.
_SURE_CHARACTERS = 40
_CELLS = frozenset({"td", "th"})
_BLOCKS = frozenset({"p", "div", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"})
# Names of what is to go: lxml drops by name what it refuses to drop one by one (next to a control character).
_OUT, _OPEN = "x-out", "x-open"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff]")
_IMAGE_ADDRESSES = ("src", "_src", "data-src", "data-original", "data-lazy-src")


def strip(node: Node, selectors: Selectors, identifier: str | None) -> None:
    """Take what the selectors find out of the tree; text behind it stays."""
    for selector in selectors:
        for found in select(node, selector, identifier):
            if not isinstance(found, str) and found is not node:
                found.tag = _OUT
    etree.strip_elements(node, _OUT, with_tail=False)


def bodies(page: Page, template: Template, tree: Node) -> Iterator[tuple[Rule, Node]]:
    """What each rule gives as the body, uncleaned, each a tree of its own."""
    for rule in template.body:
        body = _gathered(page, rule, template.every, tree)
        if body is not None:
            yield rule, body


def best_body(found: Iterable[tuple[Rule, Node]]) -> tuple[Rule, Node] | None:
    """The first that is long enough to be sure of; the longest if all are short."""
    best, longest = None, 0
    for rule, body in found:
        size = len(text_of(body)) + (body.find(".//img") is not None)
        if size >= _SURE_CHARACTERS:
            return rule, body
        if size > longest:
            best, longest = (rule, body), size
    return best


def _gathered(page: Page, rule: Rule, every: bool, tree: Node) -> Node | None:
    results = next(page.found((rule,), tree), [])
    if not results:
        return None
    body = html.Element("div")
    for result in _outermost(results) if every else results[:1]:
        body.append(_from_text(result) if isinstance(result, str) else _as_block(result))
    return body


def _outermost(results: list[Any]) -> Iterator[Any]:
    """The results less the elements that lie within another one: they come with it."""
    taken: set[Node] = set()
    for result in results:
        if isinstance(result, str):
            yield result
        elif taken.isdisjoint(result.iterancestors()):
            taken.add(result)
            yield result


def _as_block(node: Node) -> Node:
    block = copy.deepcopy(node)
    block.tail = None
    if block.tag in (*_CELLS, "body", "span"):
        block.tag = "div"
    return block


def _from_text(text: str) -> Node:
    """A script's HTML as a block; plain text becomes paragraphs."""
    if "<" not in text:
        text = "".join(f"<p>{one}</p>" for one in text.splitlines())
    block = parse_html(f"<html><body>{text}</body></html>").find("body")
    block.tag = "div"
    return block


def feed_body(page: Page, text: str) -> Facts:
    """What a feed's text holds beside its entry's own elements: body and licence."""
    body, clean = _from_text(text), page.source.clean
    licence = line(licence_of(page, clean.licence, body))
    authors = author_in(licence, clean.licence_author) if licence and clean.licence_author else ()
    return Facts(body=cleaned(body, None, clean, page.identifier), licence=licence, authors=authors)


def tidied(text: str, page: Page) -> str:
    """The HTML of a body that no rule of the recipe found, less what the recipe strips from any."""
    clean = page.source.clean
    return cleaned(_from_text(text), None, clean, page.identifier) if clean != Clean() else text


def author_in(licence: str, pattern: str) -> tuple[str, ...]:
    """Whom the licence names as the author, by the recipe's pattern."""
    match = re.search(pattern, licence[:LONGEST_INPUT])
    return split_names((match[1] if match.re.groups else match[0],)) if match else ()


def licence_of(page: Page, rules: tuple[Rule, ...], node: Node) -> str | None:
    """The notice that says who may reprint the text, and whose it is."""
    texts = (as_text(results[0]) for results in page.found(rules, node))
    return next((text for text in texts if text), None)


def cleaned(body: Node, template: Template | None, clean: Clean, identifier: str | None) -> str:
    """The body as HTML, less what the recipe strips and what stands behind a stop marker."""
    strip(body, (*clean.strip, *(template.strip if template else ())), identifier)
    _cut_at(body, template.stop if template else (), identifier)
    for selector, tag in clean.retag.items():
        for found in select(body, selector, identifier):
            found.tag = tag
    for table in list(body.iter("table")):
        _unfold_layout(table)
    for image in body.iter("img"):
        _tidy_addresses(image, clean)
    return str(html.tostring(body, encoding="unicode"))


def _cut_at(body: Node, stops: Selectors, identifier: str | None) -> None:
    marks = [mark for stop in stops for mark in select(body, stop, identifier)[:1] if mark is not body]
    order = {element: place for place, element in enumerate(body.iter())}
    if not marks:
        return
    mark = min(marks, key=lambda one: order.get(one, len(order)))
    for element in (mark, *mark.iterancestors()):
        if element is body:
            break
        for later in list(element.itersiblings()):
            later.getparent().remove(later)
        element.tail = None
    mark.getparent().remove(mark)


def _unfold_layout(table: Node) -> None:
    """A table that only frames the text (one cell a row, blocks inside) becomes plain blocks."""
    cells = list(_own_cells(table))
    rows = {cell.getparent() for cell in cells}
    framing = any(child.tag in _BLOCKS for cell in cells for child in cell)
    if not framing or len(cells) != len(rows) or any(cell.tag == "th" for cell in cells):
        return
    for element in (table, *cells):
        element.tag = "div"
        element.attrib.clear()
    for inner in _parts(table):
        inner.tag = _OPEN
    etree.strip_tags(table, _OPEN)


def _own_cells(table: Node) -> Iterator[Node]:
    """The cells of a table, not those of tables inside it."""
    for part in table:
        if part.tag in _CELLS:
            yield part
        elif part.tag in ("tbody", "thead", "tfoot", "tr"):
            yield from _own_cells(part)


def _parts(table: Node) -> Iterator[Node]:
    for part in table:
        if part.tag in ("tbody", "thead", "tfoot", "tr", "colgroup", "caption"):
            yield from _parts(part)
            yield part


def _tidy_addresses(image: Node, clean: Clean) -> None:
    for name in _IMAGE_ADDRESSES:
        address = image.get(name)
        if address:
            image.set(name, tidy_image(_CONTROLS.sub("", address), clean) or "")


def tidy_image(address: str, clean: Clean) -> str | None:
    """An image's address less the CDN's resizing; None for a placeholder."""
    if address.startswith("data:") or any(mark in address for mark in clean.placeholders):
        return None
    head, mark, query = address.partition("?")
    return head if mark and query.startswith(tuple(clean.image_query)) else address
