"""Where a page shows who wrote its article: elements marked as the author's, and bylines in words, near the headline."""

import re
from functools import lru_cache

from lxml import etree

from crawler.reading.fields.title import headline
from crawler.reading.fields.walk import after, before
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
_STEMS = ("auth", "byline", "by-line", "autor", "auteur", "writer", "verfasser", "report", "contrib")
_PROFILE = re.compile(
    r"/(?:authors?|autor(?:en)?|auteurs?|contributors?|staff|journalists?|reporters?|by|writers?|redakt\w{1,9})/",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\s*(?:by|von|text|par|por|autor(?:in)?|author|(?:written|posted|words|story) by|(?:erstellt|artikel|ein beitrag) von)\b",
    re.IGNORECASE,
)
_ANYWHERE = etree.XPath("descendant::*[contains(@rel, 'author') or contains(@itemprop, 'author')]")


def marked(page: Page) -> list[str]:
    """The byline near the headline that is marked as one, with what is marked close by."""
    found: list[str] = []
    last = 0
    for place, node in enumerate(_near(page)):
        if found and place - last > _FARTHEST:
            break
        if _is_mark(node) and (text := _text(node)):
            found.append(text)
            last = place
    return found


def marked_anywhere(page: Page) -> list[str]:
    """The first byline that is marked as one, however far from the headline."""
    texts = (_text(node) for node in _ANYWHERE(page.root))
    return [text for text in texts if text][:1]


def said(page: Page) -> list[str]:
    """Texts near the headline that say who wrote: "By Jane Doe"."""
    texts = ((node, node.text) for node in _near(page))
    saying = [node for node, text in texts if text and len(text) <= _LONGEST and _SAID.match(text)]
    return [text for node in saying if (text := _text(node))][:_MOST_SAID]


def _near(page: Page) -> list[Node]:
    return page.once("near the headline", lambda: _around(page))


def _around(page: Page) -> list[Node]:
    heading = headline(page)
    start = page.root if heading is None else heading.node
    following = [node for node, _ in after(start, _NEAR) if node is not None]
    return [*following, *before(start, _BEFORE)]


def _is_mark(node: Node) -> bool:
    if "author" in (node.get("rel") or "") or "author" in (node.get("itemprop") or ""):
        return True
    if node.tag == "a" and _leads_to_author((node.get("href") or "")[:_LONGEST]):
        return True
    name = node.get("class") or node.get("id")
    return bool(name) and _names_author(name[:_LONGEST])


@lru_cache(maxsize=4096)
def _leads_to_author(address: str) -> bool:
    return _PROFILE.search(address) is not None


@lru_cache(maxsize=4096)
def _names_author(name: str) -> bool:
    lower = name.lower()
    return any(stem in lower for stem in _STEMS) and _MARK.search(name) is not None


def _text(node: Node) -> str:
    """An element's text, the parts in elements of their own parted by bars; empty for more than a byline."""
    parts: list[str] = []
    size = 0
    for inner in node.iter():
        if inner.get("itemprop") == "name" and inner.get("content"):
            return str(inner.get("content"))
        own = inner.text if inner.tag not in _SILENT else None
        texts = [" ".join(text.split()) for text in (own, inner.tail if inner is not node else None) if text]
        parts += filter(None, texts)
        size += sum(map(len, texts))
        if size > 3 * _LONGEST:
            return ""
    return " | ".join(parts)
