"""One page in, one article or one named refusal out."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from archive import Article
from crawler.reading.body import feed_body
from crawler.reading.checks import (
    known,
    known_by_recipe,
    refuse_address,
    refuse_emptiness,
    refuse_status,
    refuse_surely,
    refuse_text,
)
from crawler.reading.facts import Facts, less_tails, line, split_names
from crawler.reading.fetched import Fetched, Refusal
from crawler.reading.generic import read_generic
from crawler.reading.markdown import to_markdown
from crawler.reading.metadata import own_url, says_article
from crawler.reading.page import Page, replaced
from crawler.reading.pages import join_bodies, page_number
from crawler.reading.template import by_recipe, others
from crawler.reading.version import reader_version
from crawler.source import Identity, Source

if TYPE_CHECKING:
    from crawler.discovery.link import Link  # discovery reads dates here: at run time it goes one way

_HARDLY_ANY = 160  # bytes: a body this short may be a notice in an article's place
_SENTENCE = 80  # bytes: less, on a page that doesn't call itself an article, is no news in brief either
_PICTURE = re.compile(r"!\[[^\[\]]*\]\([^()\s]*\)")
LARGEST_BODY = 2_000_000  # characters of HTML
_LOST_FOR_GOOD = ("gone", "not_an_article")


def read(
    fetched: Fetched, source: Source, further: Sequence[Fetched] = (), *, plain: bool = False
) -> Article | Refusal:
    """The article of a page, joined with its `further` pages (2, 3 … in order), or why there is none."""
    page, identity = _open(fetched, source)
    if identity is None or identity.page > 1:
        return refuse_address(page, identity)
    read_first = _read_one(page, plain)
    if isinstance(read_first, Refusal):
        return replace(read_first, url=identity.url)
    facts, body = read_first
    bodies = [body]
    for number, later in enumerate(further, start=2):
        more = _read_later(later, source, fetched.url, plain)
        if isinstance(more, Refusal):
            if more.state in _LOST_FOR_GOOD:
                break  # the site counts a page it doesn't have
            # Half an article would settle the matter for good: better none, and try again.
            return replace(more, url=identity.url, reason=f"page {number}: {more.reason}")
        if more[1] not in bodies:
            bodies.append(more[1])
            facts = facts.or_else(Facts(licence=more[0].licence))  # it stands below the last page
    article = _article(page, identity, facts, join_bodies(facts.title, bodies))
    return replace(article, reader=reader_version(source, plain=plain))


def read_entry(
    link: "Link", source: Source, fetched_at: datetime, *, plain: bool = False
) -> Article | Refusal:
    """The article in an entry of a full feed."""
    identity = source.identify(link.url)
    fetched = Fetched(
        url=link.url, status=200, body=(link.html or "").encode(), content_type=None, fetched_at=fetched_at
    )
    page = Page(fetched, source, identity.identifier if identity else None)
    if identity is None or identity.page > 1:
        return refuse_address(page, identity)
    facts, body = _read_feed_text(page, (link.html or "")[:LARGEST_BODY], plain)
    if not body.strip():
        return Refusal(url=identity.url, state="failed", reason="the feed's entry holds no text")
    stated = Facts(
        title=line(link.title), authors=split_names((link.author or "",)), published_at=link.published_at
    )
    facts = stated.or_else(facts)
    facts = replace(facts, authors=others(facts.authors, source) or facts.authors)
    article = _article(page, identity, facts, body)
    return replace(article, read_from="feed", reader=reader_version(source, plain=plain))


def _open(fetched: Fetched, source: Source) -> tuple[Page, Identity | None]:
    identity = source.identify(fetched.url)
    return Page(fetched, source, identity.identifier if identity else None), identity


def _read_one(page: Page, plain: bool) -> tuple[Facts, str] | Refusal:
    """One page's facts and its body as Markdown."""
    try:
        return refuse_status(page) or refuse_surely(page) or _read_text(page, plain)
    except RecursionError:
        return Refusal(url=page.fetched.url, state="failed", reason="the page is nested too deep")


def _read_text(page: Page, plain: bool) -> tuple[Facts, str] | Refusal:
    by_rules = page.source.has_recipe or page.source.templates
    found = by_recipe(page) if by_rules else None
    facts = found.facts() if found else read_generic(page)
    if len(facts.body or "") > LARGEST_BODY:
        return Refusal(
            url=page.fetched.url, state="failed", reason="the body is too large to be an article's"
        )
    fits = found is not None and found.template is not None and page.source.has_rules
    refusal = None if fits else refuse_text(page, facts.title, facts.body)
    if refusal:  # the site's own words for it, where its recipe knows them
        return known_by_recipe(page) or refusal
    body = to_markdown(facts.body, page.base_url, plain=plain).strip() if facts.body else ""
    if not body:
        return refuse_emptiness(page, facts)
    notice = _notice(page, facts, body) if _text_size(body) < _HARDLY_ANY else None
    return notice or (facts, body)


def _read_later(fetched: Fetched, source: Source, first: str, plain: bool) -> tuple[Facts, str] | Refusal:
    page, _ = _open(fetched, source)
    if page_number(first, fetched.url, source) is None:
        return refuse_address(page, None)  # led away: the article has no such page
    return _read_one(page, plain)


def _read_feed_text(page: Page, text: str, plain: bool) -> tuple[Facts, str]:
    try:
        facts = feed_body(page, replaced(text, page.source))
        return facts, to_markdown(facts.body or "", page.fetched.url, plain=plain)
    except RecursionError:
        return Facts(), ""


def _notice(page: Page, facts: Facts, body: str) -> Refusal | None:
    """The known page that hardly any text may be, in the place of an article's."""
    notice = known(page, text=f"{facts.title}\n{body}") if page.source.has_recipe else None
    if notice or page.source.has_rules:
        return notice
    return None if says_article(page) or _text_size(body) >= _SENTENCE else refuse_emptiness(page, facts)


def _text_size(body: str) -> int:
    """Bytes of a body's text, the same for Markdown and plain text: pictures are none."""
    return len(_PICTURE.sub("", body).encode())


def _article(page: Page, identity: Identity, facts: Facts, body: str) -> Article:
    source = page.source
    return Article(
        url=own_url(page, identity).value,
        source=source.name,
        title=less_tails(facts.title or "", source.title_tails),
        body=body,
        fetched_at=page.fetched.fetched_at,
        published_at=_in_zone(facts.published_at, source),
        modified_at=_in_zone(facts.modified_at, source),
        authors=facts.authors,
        tags=facts.tags,
        language=source.language or facts.language,
        summary=facts.summary,
        image=facts.image,
        licence=facts.licence,
        identifier=identity.identifier,
        publisher=source.title or facts.publisher,
        zone=source.zone,
    )


def _in_zone(moment: datetime | None, source: Source) -> datetime | None:
    """The moment on the clock the source's readers live by; without a recipe, as stated."""
    return moment.astimezone(ZoneInfo(source.zone)) if moment and source.has_recipe else moment
