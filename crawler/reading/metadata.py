"""What a page says of itself for machines, whole: its JSON-LD object, its own address, whether it is an article."""

from typing import Any

from crawler.reading.json_ld import article_object
from crawler.reading.page import Page, joined
from crawler.source import Identity
from crawler.urls import tidy


def linked(page: Page) -> dict[str, Any]:
    """The article's JSON-LD object; empty where there is none. Parsed once a page."""
    return page.once("linked", lambda: article_object(page, stated_url(page)) or {})


def says_article(page: Page) -> bool:
    """Does the page say, for machines, that it is an article?"""
    kinds = page.metas.get("og:type", [])
    return bool(linked(page)) or "article" in kinds or "article:published_time" in page.metas


def own_url(page: Page, identity: Identity) -> str:
    """An article's address under a recipe: what its page states, if that is believed and names the same article."""
    article = page.source.article
    stated = stated_url(page) if article and article.stated else None
    there = page.source.identify(stated) if stated else None
    return there.url if there and there.identifier == identity.identifier else identity.url


def stated_url(page: Page) -> str | None:
    """The address the page calls its own, absolute and tidied."""
    links = page.root.xpath("//link[@rel='canonical']/@href")
    stated = [str(link) for link in links] or page.metas.get("og:url", [])
    url = joined(page.base_url, stated[0]) if stated else None
    return tidy(url) if url else None
