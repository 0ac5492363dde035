"""Where a page shows who wrote its article: elements marked as the author's, and bylines in words, near the headline."""

import re
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from crawler.reading.fields.title import headline
from crawler.reading.fields.walk import before, elements_after, is_short
from crawler.reading.metadata import properties, related
from crawler.reading.page import Node, Page

_NEAR, _BEFORE = 220, 25  # elements after and before the headline that are looked at
_FARTHEST = 15  # elements between the parts of one byline
_MOST_SAID = 3
_LONGEST = 160  # characters of a byline, and of a class or an address that are looked at
_SILENT = frozenset({"script", "style"})
_MARK = re.compile(
    r"(?<![a-z])(?:post-?|article-?|entry-?|story-?)?"
    r"(?:authors?|byline|by-line|autor(?:en|in)?|auteur|writers?|verfasser|reporter|contributors?)"
    r"(?![a-z]*(?:list|box-title|image|avatar|photo|bio|desc|posts|ity|ized))",
    re.IGNORECASE,
)
_STEM = re.compile("auth|by-?line|autor|auteur|writer|verfasser|report|contrib")  # a cheap question first
_PROFILE = re.compile(
    r"/(?:authors?|autor(?:en)?|auteurs?|contributors?|staff|journalists?|reporters?|by|writers?|redakt\w{1,9})/",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\s*(?:by|von|text|par|por|autor(?:in)?|author|(?:written|posted|words|story) by|(?:erstellt|artikel|ein beitrag) von)\b",
    re.IGNORECASE,
)


class Near(NamedTuple):
    """An element near the headline: the text before its first child, and its class or id."""

    node: Node
    text: str
    name: str


def near_headline(page: Page) -> list[Near]:
    """The elements that follow the headline, less navigation and the like, then the few before it."""
    return page.once("near the headline", lambda: _around(page))


def telling(page: Page) -> list[Near]:
    """Those near the headline that have a text of their own."""
    has_text = (near for near in near_headline(page) if near.text and not near.text.isspace())
    return page.once("telling", lambda: list(has_text))


def marked(page: Page) -> list[str]:
    """The byline near the headline that is marked as one, with what is marked close by."""
    found: list[str] = []
    last = 0
    for place, near in enumerate(near_headline(page)):
        if found and place - last > _FARTHEST:
            break
        if _is_mark(near) and (text := _text(near.node)):
            found.append(text)
            last = place
    return found


def marked_anywhere(page: Page) -> list[str]:
    """The first byline that is marked as one, however far from the headline."""
    by_item = (value.getparent() for value in properties(page) if "author" in value)
    texts = (_text(node) for node in chain(related(page, "author"), by_item))
    return [text for text in texts if text][:1]


def said(page: Page) -> list[str]:
    """Texts near the headline that say who wrote: "By Jane Doe"."""
    saying = (near for near in telling(page) if len(near.text) <= _LONGEST and _SAID.match(near.text))
    return [text for near in saying if (text := _text(near.node))][:_MOST_SAID]


def _around(page: Page) -> list[Near]:
    heading = headline(page)
    start = page.root if heading is None else heading.node
    return [
        Near(node, node.text or "", (node.get("class") or node.get("id") or "")[:_LONGEST])
        for node in chain(elements_after(start, _NEAR), before(start, _BEFORE))
    ]


def _is_mark(near: Near) -> bool:
    if near.name and _names_author(near.name):
        return True
    node = near.node
    if node.tag == "a" and _leads_to_author((node.get("href") or "")[:_LONGEST]):
        return True
    return "author" in (node.get("itemprop") or "") or "author" in (node.get("rel") or "")


@lru_cache(maxsize=4096)
def _leads_to_author(address: str) -> bool:
    return _PROFILE.search(address) is not None


@lru_cache(maxsize=4096)
def _names_author(name: str) -> bool:
    return _STEM.search(name.lower()) is not None and _MARK.search(name) is not None


def _text(node: Node) -> str:
    """An element's text, the parts in elements of their own parted by bars; empty for more than a byline."""
    if not is_short(node, _LONGEST):
        return ""
    parts: list[str] = []
    for inner in node.iter():
        if inner.get("itemprop") == "name" and inner.get("content"):
            return str(inner.get("content"))
        own = inner.text if inner.tag not in _SILENT else None
        texts = [" ".join(text.split()) for text in (own, inner.tail if inner is not node else None) if text]
        parts += filter(None, texts)
    whole = " | ".join(parts)
    return whole if len(whole) <= 3 * _LONGEST else ""
