"""The elements around a headline in the order of the page, less what belongs to something else."""

import re
from collections.abc import Iterator
from functools import lru_cache

from crawler.reading.page import Node

_SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "nav",
        "aside",
        "footer",
        "form",
        "iframe",
        "select",
        "head",
    ]
)
_ELSEWHERE = re.compile(
    "comment|kommentar|respond|related|recommend|sidebar|footer|teaser|promo|newsletter|popular|most-read|trending|carousel"
    "|widget|breadcrumb"
)
_MOST_INSIDE, _SPACED = 80, 8
_LONGEST_NAME = 200  # characters of a class that are looked at


def after(node: Node, most: int) -> Iterator[tuple[Node | None, str]]:
    """What follows a node (of the root: what is in it), in turn: an element with its text, None with a text behind one.

    At most `most` elements are looked at."""
    within = node.getparent() is None
    for _ in range(most):
        if within and len(node):
            node = node[0]
        else:
            node, left = _following(node)
            yield from ((None, one.tail or "") for one in left)
        if node is None:
            return
        within = not is_elsewhere(node)
        yield (node, node.text or "") if within else (None, "")
        if not (within and len(node)):
            yield None, node.tail or ""


def elements_after(node: Node, most: int) -> Iterator[Node]:
    """The elements of `after` alone."""
    within = node.getparent() is None
    for _ in range(most):
        node = node[0] if within and len(node) else _next(node)
        if node is None:
            return
        within = not is_elsewhere(node)
        if within:
            yield node


def _next(node: Node) -> Node | None:
    """The next element that is not inside the node."""
    following = node.getnext()
    while following is None:
        node = node.getparent()
        if node is None:
            return None
        following = node.getnext()
    return following


def _following(node: Node) -> tuple[Node | None, list[Node]]:
    """The next element that is not inside the node, and the elements that end before it."""
    left: list[Node] = []
    following = node.getnext()
    while following is None:
        node = node.getparent()
        if node is None:
            return None, left
        left.append(node)
        following = node.getnext()
    return following, left


def before(node: Node, most: int) -> list[Node]:
    """At most `most` elements before a node, the nearest block first, each block in its own order."""
    found: list[Node] = []
    while node is not None and len(found) < most:
        previous = node.getprevious()
        node = node.getparent() if previous is None else previous
        if previous is not None and node.tag != "header" and not is_elsewhere(node):
            found += [inner for inner, _ in zip(node.iter(), range(most - len(found)), strict=False)]
    return found


def is_short(node: Node, longest: int) -> bool:
    """Is the node's text no longer than that, as far as can be told at little cost?"""
    size = 0
    for place, inner in enumerate(node.iter()):
        size += len(inner.text or "") + len(inner.tail or "" if place else "")
        # Mark-up is indented: half of a text may be spaces, and more.
        if size > _SPACED * longest or place > _MOST_INSIDE:
            return False
    return True


def is_elsewhere(node: Node) -> bool:
    """Is it part of no article: navigation, comments, other articles?"""
    if node.tag in _SILENT:
        return True
    named, identified = node.get("class"), node.get("id")
    if named and _tells_elsewhere(named[:_LONGEST_NAME]):
        return True
    return bool(identified) and _tells_elsewhere(identified[:_LONGEST_NAME])


@lru_cache(maxsize=4096)
def _tells_elsewhere(name: str) -> bool:
    return _ELSEWHERE.search(name.lower()) is not None
