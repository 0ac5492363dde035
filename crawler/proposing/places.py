"""Pure: where in a page something stands, as selectors that find it on other pages of the site, too."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from crawler.proposing.scores import key, likeness
from crawler.reading.facts import split_names
from crawler.reading.page import Node, Page, select, text_of

_MOST_NODES = 6_000
_NO_PLACES = frozenset(("html", "head", "body", "script", "style", "title", "meta", "link", "noscript"))
_LONGEST_SHORT = 300  # characters of an element that may be a title, a byline, a date
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_CHANCE = re.compile(r"\d{3,}|^(?:css|sc|jsx|svelte|astro|emotion|tw)-|^[a-z]{1,2}\d|:")
_MODULE = re.compile(r"^(?P<kept>[A-Za-z][A-Za-z-]*(?:_[A-Za-z]+)*?__?)(?=\w*\d|\w*[a-z][A-Z])[\w-]{4,12}$")
_COVERED = 0.9
_NEAR = timedelta(minutes=10)

Test = Callable[[Page, Node], bool]


def selectors(pages: Sequence[Page], tests: Sequence[Test], most: int = 6) -> list[str]:
    """Selectors whose first find passes each page's test, the ones right on most pages first, then the shortest."""
    counted: Counter[str] = Counter()
    for page, test in zip(pages, tests, strict=True):
        counted.update({name for node in _passing(page, test) for name in names_of(node)})
    right = {
        name: sum(_finds(page, name, test) for page, test in zip(pages, tests, strict=True))
        for name, _ in counted.most_common(60)
    }
    ranked = sorted((name for name in right if right[name]), key=lambda name: (-right[name], len(name), name))
    return ranked[:most]


def says_title(title: str) -> Test:
    wanted = key(title)
    return lambda _, node: key(text_of(node)) == wanted


def says_author(author: str) -> Test:
    wanted = {key(name) for name in split_names((author,))}
    return lambda _, node: wanted <= {key(name) for name in split_names((text_of(node),))}


def says_time(moment: datetime) -> Test:
    def test(page: Page, node: Node) -> bool:
        texts = (node.get("datetime"), node.get("content"), text_of(node))
        found = (page.moment(text) for text in texts if text and any(map(str.isdigit, text)))
        return any(one and abs(one - moment) <= _NEAR for one in found)

    return test


def holds_text(text: str) -> Test:
    """Is it the smallest element that holds nearly all of the text, and little else?"""
    return lambda _, node: likeness(text_of(node), text) >= _COVERED - 0.15


def container(page: Page, text: str) -> Node | None:
    """The smallest element that holds nearly all of a text."""
    body = page.root.find("body")
    if body is None or not text.strip():
        return None
    wanted, node = _words(text), body
    for _ in range(60):
        inner = next(
            (child for child in node if isinstance(child.tag, str) and _share(child, wanted) >= _COVERED),
            None,
        )
        if inner is None:
            return node if node is not body else None
        node = inner
    return node


def selectors_of_body(pages: Sequence[Page], texts: Sequence[str | None], most: int = 4) -> list[str]:
    """Selectors of the element that holds the text, from the pages whose text is known."""
    counted: Counter[str] = Counter()
    for page, text in zip(pages, texts, strict=True):
        node = container(page, text) if text else None
        for level in islice(_upwards(node), 2):
            counted.update(set(names_of(level)))
    known = [name for name, _ in counted.most_common(30) if all(len(page.nodes(name)) == 1 for page in pages)]
    return sorted(known, key=lambda name: (-counted[name], len(name)))[:most]


def _upwards(node: Node | None) -> Iterator[Node]:
    while node is not None and node.tag not in ("body", "html"):
        yield node
        node = node.getparent()


def _share(node: Node, wanted: Counter[str]) -> float:
    own = _words(text_of(node))
    return sum((own & wanted).values()) / (sum(wanted.values()) or 1)


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[⺀-￯]|[^\W_]+", text))


def small_nodes(page: Page) -> Iterator[Node]:
    """The elements with little text, outside of the page's head."""
    for node in islice(page.root.iter(), _MOST_NODES):
        if not isinstance(node.tag, str) or node.tag in _NO_PLACES:
            continue
        if sum(len(text) for text in islice(node.itertext(), 40)) <= _LONGEST_SHORT:
            yield node


def _passing(page: Page, test: Test) -> Iterator[Node]:
    """The smallest elements that pass."""
    for node in small_nodes(page):
        if test(page, node) and not any(test(page, child) for child in node if isinstance(child.tag, str)):
            yield node


def _finds(page: Page, selector: str, test: Test) -> bool:
    found = select(page.root, selector, page.identifier)
    if not found:
        return False
    first = found[0]
    return first is not None and not isinstance(first, str) and test(page, first)


def names_of(node: Node) -> Iterator[str]:
    """Selectors of an element, by its own marks and by those of what it stands in."""
    own = list(_marks(node))
    yield from own
    yield from (f"{node.tag}{mark}" for mark in own if mark[0] in ".[")
    if node.tag in ("h1", "h2", "time"):
        yield node.tag
    for parent in islice(node.iterancestors(), 3):
        if parent.tag not in ("html", "body"):
            yield from (f"{mark} {node.tag}" for mark in _marks(parent))


def _marks(node: Node) -> Iterator[str]:
    identifier = node.get("id") or ""
    if _NAME.fullmatch(identifier) and not _CHANCE.search(identifier):
        yield f"#{identifier}"
    for name in (node.get("class") or "")[:300].split():
        module = _MODULE.match(name)
        if module:
            yield f"[class*='{module['kept']}']"
        elif _NAME.fullmatch(name) and not _CHANCE.search(name):
            yield f".{name}"
    prop = node.get("itemprop") or ""
    if _NAME.fullmatch(prop):
        yield f"[itemprop='{prop}']"
