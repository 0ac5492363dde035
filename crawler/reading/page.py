"""A page as it was received: decoded and parsed once, and looked into by rules."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urljoin

from lxml import etree

from crawler.reading.dates import parse_date
from crawler.reading.decoding import decode
from crawler.reading.facts import line
from crawler.reading.fetched import Fetched
from crawler.reading.states import look_up, states
from crawler.rule import LONGEST_INPUT, Rule, selector_path
from crawler.source import Source
from crawler.urls import split

T = TypeVar("T")
Node = Any  # lxml has no type hints

SILENT = frozenset({"script", "style", "noscript", "template", "head", "svg", "iframe", "object"})
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
# Where sites keep the real address of an image that is loaded late; first wins.
_LAZY = ("_src", "data-src", "data-original", "data-lazy-src", "data-runner-src", "data-original-mos")
# Of bytes, and with both cases written out: the fastest way to look through a page of 200 KB.
_ENDS = re.compile(rb"</(?:[hH][tT][mM][lL]|[bB][oO][dD][yY])\s*>")
_LARGE = 50_000  # bytes
_LARGEST_MENDED = 20_000_000  # characters
_LONG_TAG = re.compile(rb"(<[A-Za-z][\w:-]{0,40})[^<>]{20000,}>?")
_VALUE = re.compile(rb"=\s*(?:\"[^\"]*\"|'[^']*')")
_MOST_ATTRIBUTES = 5_000
_MOST_RESULTS = 500
_MOST_SCRIPTS = 50
# Not lxml.html's parser: a class of its own for each element costs as much as the parse.
_PARSER = etree.HTMLParser(
    encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False, collect_ids=False
)
_NOTHING = b"<html><head></head><body></body></html>"


def replaced(text: str, source: Source) -> str:
    """A page's source, or a feed's text, with what the recipe replaces in it."""
    for old, new in source.clean.replace.items():
        # What is put in may hold what is looked for next.
        text = text.replace(old, new) if len(text) <= _LARGEST_MENDED else text
    return text


class Page:
    """One received page. `within` is the part of it that holds the article; the whole, unless narrowed."""

    def __init__(self, fetched: Fetched, source: Source, identifier: str | None = None) -> None:
        self.fetched = fetched
        self.source = source
        self.identifier = identifier
        self._known: dict[str, Any] = {}

    @cached_property
    def text(self) -> str:
        return replaced(decode(self.fetched.body, self.fetched.content_type), self.source)

    @cached_property
    def root(self) -> Node:
        return parse_html(self.text)

    @cached_property
    def linked_data(self) -> tuple[str, ...]:
        """The texts of the JSON-LD scripts, as written."""
        scripts = (node for node in self.root.iter("script") if "ld+json" in (node.get("type") or "").lower())
        return tuple(script.text or "" for script in islice(scripts, _MOST_SCRIPTS))

    @cached_property
    def base_url(self) -> str:
        bases = self.root.xpath("//base/@href")
        return joined(self.fetched.url, str(bases[0])) or self.fetched.url if bases else self.fetched.url

    @cached_property
    def states(self) -> tuple[Any, ...]:
        return states(self.root, self.source.states, self.identifier)

    @cached_property
    def visible(self) -> str:
        """The text a reader sees, the title first."""
        title = self.root.findtext(".//title") or ""
        return f"{title}\n{text_of(self.root)}"

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """Contents of the meta elements by lower-case name, property or itemprop."""
        found: dict[str, list[str]] = {}
        for meta in self.root.iter("meta"):
            # Some pages write value for content.
            said = meta.get("content") or meta.get("value")
            content = line(said) if said else None
            if content is None:
                continue
            for key in {meta.get("property"), meta.get("name"), meta.get("itemprop")} - {None}:
                found.setdefault(key.strip().lower(), []).append(content)
        return found

    def once(self, name: str, find: Callable[[], T]) -> T:
        """What `find` gives, asked for once a page."""
        if name not in self._known:
            self._known[name] = find()
        found: T = self._known[name]
        return found

    def nodes(self, selector: str, within: Node | None = None) -> list[Any]:
        """What a selector finds: elements, or texts where it asks for an attribute."""
        return select(self.root if within is None else within, selector, self.identifier)

    def found(self, rules: tuple[Rule, ...], within: Node | None = None) -> Iterator[list[Any]]:
        """What each rule finds, in their order: elements or texts. Rules that find nothing are left out."""
        for rule in rules:
            results = self._found(rule, within)
            if rule.match:
                results = [part for result in results if (part := _matched(rule.match, as_text(result)))]
            if rule.split:
                results = [part for result in results for part in _parted(rule.split, as_text(result))]
            if results:
                yield results

    def _found(self, rule: Rule, within: Node | None) -> list[Any]:
        if rule.kind == "page":
            return self.nodes(rule.select, within)
        if rule.kind == "meta":
            return self.metas.get(rule.target.lower(), [])
        found = (look_up(state, rule.target, self.identifier) for state in self.states)
        return next((texts for value in found if (texts := _texts(value))), [])

    def moment(self, text: str) -> datetime | None:
        """The time a text states, in the source's zone unless it states another."""
        return parse_date(text, self.source.zone, self.fetched.fetched_at)


def parse_html(text: str) -> Node:
    """The tree of an HTML text; an empty one for an empty text."""
    # libxml2 stops at the first </html>; browsers read on, and pages are put together carelessly.
    raw = _ENDS.sub(b"", text.encode("utf-8", "replace"))
    if len(raw) > _LARGE:
        raw = _LONG_TAG.sub(_less_attributes, raw)
    try:
        root = etree.fromstring(raw, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    return etree.fromstring(_NOTHING, _PARSER) if root is None else root


def _less_attributes(tag: re.Match[bytes]) -> bytes:
    """The tag bare, where it has so many attributes that libxml2, which compares each with each, would take minutes."""
    names = _VALUE.sub(b" ", tag[0]).replace(b"/", b" ").split()
    return tag[1] + b">" if len(names) > _MOST_ATTRIBUTES else tag[0]


def select(node: Node, selector: str, identifier: str | None) -> list[Any]:
    """What a selector finds from a node on, at most 500."""
    try:
        found = selector_path(selector, identifier)(node)
    except etree.XPathError:
        return []
    return found[:_MOST_RESULTS] if isinstance(found, list) else [str(found)] if found else []


def text_of(node: Node) -> str:
    """The text of a node as a reader sees it, on one line; blocks and line breaks part words."""
    if not len(node):
        return "" if node.tag in SILENT else " ".join((node.text or "").split())
    return " ".join("".join(shown(node)).split())


def shown(node: Node, edges: frozenset[str] = BLOCKS, edge: str = " ") -> Iterator[str]:
    """The texts that a reader sees in a node, in order, with `edge` where an element of `edges` begins or ends."""
    walk = etree.iterwalk(node, events=("start", "end"))
    for event, element in walk:
        name = element.tag
        if event == "end" and element is node:
            return
        if name in edges:
            yield edge
        if event == "start" and name in SILENT:
            walk.skip_subtree()
            continue
        text = element.text if event == "start" else element.tail
        if text:
            yield text


def as_text(result: Any) -> str:
    """A rule's result as text: an element's is what a reader sees."""
    return str(result) if isinstance(result, str) else text_of(result)


def picture(result: Any, base_url: str) -> str | None:
    """The address a rule's result names: an image's real one, however late it is loaded."""
    if isinstance(result, str):
        return joined(base_url, result)
    image = result if result.tag == "img" else next(result.iter("img"), None)
    if image is None:
        return None
    addresses = (image.get(name) for name in (*_LAZY, "src"))
    return next((url for address in addresses if address and (url := joined(base_url, address))), None)


def joined(base_url: str, address: str) -> str | None:
    """The address made absolute; None unless it is http(s)."""
    try:
        url = urljoin(base_url, address.strip())
    except ValueError:
        return None
    return url if split(url) else None


def _matched(pattern: str, text: str) -> str | None:
    match = re.search(pattern, text[:LONGEST_INPUT])
    return match and (match[1] if match.re.groups else match[0])


def _parted(pattern: str, text: str) -> list[str]:
    # Not re.split: it would put the pattern's groups among the parts.
    ends = [(match.start(), match.end()) for match in re.finditer(pattern, text[:LONGEST_INPUT])]
    starts, stops = [0, *(end for _, end in ends)], [*(start for start, _ in ends), LONGEST_INPUT]
    parts = (text[start:stop].strip() for start, stop in zip(starts, stops, strict=True))
    return [part for part in parts if part][:_MOST_RESULTS]


def _texts(value: Any) -> list[str]:
    """A JSON value as texts: one, or one for each of a list."""
    values = value if isinstance(value, list) else [value]
    scalars = (one for one in values[:_MOST_RESULTS] if isinstance(one, str | int | float))
    return [text for one in scalars if not isinstance(one, bool) and (text := str(one).strip())]
