"""What a page says of itself for machines, whole: its JSON-LD object, its own address, whether it is an article."""

from dataclasses import replace
from typing import Any

from lxml import etree

from archive import url_key
from crawler.reading.choice import Candidate, Choice
from crawler.reading.fetched import Fetched
from crawler.reading.json_ld import article_object
from crawler.reading.page import Node, Page, joined
from crawler.source import Identity, Source
from crawler.urls import is_front_page, is_list_beside, registrable, split, tidy

# Attributes, not the elements that have them: libxml2 finds them in a quarter of the time.
_RELATIONS = etree.XPath("descendant::*/@rel")
_PROPERTIES = etree.XPath("descendant::*/@itemprop[contains(., 'author') or starts-with(., 'date')]")
_MOST_MARKED = 2_000
_LARGEST_HEAD = 200_000  # bytes, where none is marked


def linked(page: Page) -> dict[str, Any]:
    """The article's JSON-LD object; empty where there is none. Parsed once a page."""
    return page.once("linked", lambda: article_object(page, stated_url(page)) or {})


def says_article(page: Page) -> bool:
    """Does the page say, for machines, that it is an article?"""
    kinds = page.metas.get("og:type", [])
    return bool(linked(page)) or "article" in kinds or "article:published_time" in page.metas


def own_url(page: Page, identity: Identity) -> Choice[str]:
    """The article's address: the one that its page states where that can be believed, else the one that led here."""
    stated, source = stated_url(page), page.source
    led = Candidate(identity.url, "recipe: canonical" if source.has_recipe else "the page's address")
    if stated is None:
        return Choice(identity.url, "the page states none", (led,))
    believed, why = _by_recipe(page, identity, stated) if source.article else _believed(identity, stated)
    candidates = (Candidate(believed or stated, "link canonical or og:url"), led)
    return Choice(believed or identity.url, why, candidates)


def _by_recipe(page: Page, identity: Identity, stated: str) -> tuple[str | None, str]:
    """The stated address as the recipe spells it, where it may count, and why it does or doesn't."""
    if page.source.article is None or not page.source.article.stated:
        return None, "the recipe makes it from the page's address"
    there = page.source.identify(stated)
    if there and there.identifier == identity.identifier:
        return there.url, "the page states it, and it names the same article"
    return None, "the one that the page states names another article"


def _believed(identity: Identity, stated: str) -> tuple[str | None, str]:
    parts = split(stated)
    is_near = registrable(stated) == registrable(identity.url) or url_key(stated) == url_key(identity.url)
    if parts is None or not is_near:
        return None, "the one that the page states is another site's"
    if is_front_page(stated):
        return None, "the one that the page states is the front page's"
    if is_list_beside(stated, identity.url):
        return None, "the one that the page states is a list's"
    return stated, "the page states it"


def stated_spelling(fetched: Fetched, source: Source) -> str | None:
    """Another URL that a page of a recipe calls its own, on its registrable domain and of no other article."""
    identity = source.identify(fetched.url)
    stated = stated_url(Page(replace(fetched, body=_head(fetched.body)), source))
    if identity is None or stated is None or _believed(identity, stated)[0] is None:
        return None
    there = source.identify(stated)
    return stated if there is None or there.identifier == identity.identifier else None


def _head(body: bytes) -> bytes:
    end = body.find(b"</head")
    return body[: end if end > 0 else _LARGEST_HEAD]


def stated_url(page: Page) -> str | None:
    """The address the page calls its own, absolute and tidied."""
    links = (node.get("href") for node in related(page, "canonical") if node.tag == "link")
    stated = [link for link in links if link] or page.metas.get("og:url", [])
    url = joined(page.base_url, stated[0]) if stated else None
    return tidy(url) if url else None


def related(page: Page, relation: str) -> list[Node]:
    """The elements of the page whose rel names the relation, in its order."""
    found = page.once("relations", lambda: _relations(page))
    return [value.getparent() for value in found.get(relation, ())]


def properties(page: Page) -> list[Any]:
    """The itemprop attributes that name authors or dates, in the page's order; `getparent()` gives one's element."""
    return page.once("properties", lambda: _PROPERTIES(page.root))


def _relations(page: Page) -> dict[str, list[Any]]:
    """The rel attributes by the relations that they name."""
    found: dict[str, list[Any]] = {}
    for value in _RELATIONS(page.root)[:_MOST_MARKED]:
        for relation in dict.fromkeys(value.lower().split()):
            found.setdefault(relation, []).append(value)
    return found
