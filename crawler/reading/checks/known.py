"""Replies that are no article: by status, by kind, by the check pages a recipe (or everybody) knows."""

import re

from crawler.reading.checks import signs
from crawler.reading.facts import Facts, line
from crawler.reading.fetched import Fetched, Refusal
from crawler.reading.metadata import says_article, stated_url
from crawler.reading.page import Page
from crawler.recipe import Check
from crawler.source import Identity
from crawler.urls import split

NO_BODY = "no body found; the site may have changed"

_BLOCKED = frozenset({403, 405, 406, 412, 418, 421, 429, 444, 451, 503})
_GONE = frozenset({404, 410})
_WALLED = frozenset({401, 402, 407})
_LONGEST_READ = 20_000  # characters of a page's text that words are looked for in
_LONGEST_EVIDENCE = 200
_OTHER_KINDS = (
    "image/",
    "video/",
    "audio/",
    "font/",
    "application/pdf",
    "application/zip",
    "application/epub",
)
_CHECK_BYTES = 120_000  # check pages of services that many sites stand behind are small


def refuse_status(page: Page) -> Refusal | None:
    """Why a reply can't be an article whatever it holds: its status, or what kind of file it is."""
    fetched = page.fetched
    if not 200 <= fetched.status < 300:
        state = _state_of(fetched.status)
        blocked = known(page, ("blocked",)) if state != "blocked" else None
        return blocked or refused(fetched, state, f"status {fetched.status}", f"status {fetched.status}")
    kind = (fetched.content_type or "").strip().lower()
    if kind.startswith(_OTHER_KINDS) or fetched.body.startswith(b"%PDF-"):
        reason = f"a file of type {kind.partition(';')[0] or 'PDF'}, not a page"
        return refused(fetched, "not_an_article", reason, kind or "%PDF-")
    if not fetched.body.strip():
        return refused(fetched, "failed", "the page is empty")
    return None


def refuse_address(page: Page, identity: Identity | None) -> Refusal:
    """Why an address that names no article, or a later page of one, gives none."""
    fetched, source = page.fetched, page.source
    refusal = refuse_status(page) or known(page, ("blocked", "walled"))
    if refusal:
        return refusal
    if identity:
        reason = f"page {identity.page} of {identity.url}, which is read from its first page"
        return refused(fetched, "not_an_article", reason)
    if fetched.requested and source.identify(fetched.requested):
        state = "gone" if is_home(fetched.url) else "not_an_article"
        reason = f"redirected to {fetched.url}, which is no article"
        return refused(fetched, state, reason, f"asked for {fetched.requested}")
    return refused(fetched, "not_an_article", f"not the address of an article of {source.name}")


def refuse_emptiness(page: Page, facts: Facts) -> Refusal:
    """Why no body was found at an article's address."""
    refusal = known(page)
    if refusal:
        return refusal
    own = stated_url(page)
    if own and page.source.serves(own) and not page.source.identify(own):
        return refused(page.fetched, "not_an_article", f"the page calls itself {own}", own)
    if not says_article(page) and (not facts.title or not page.source.has_recipe):
        return refused(page.fetched, "not_an_article", "no article's text on the page")
    return refused(page.fetched, "failed", NO_BODY)


def known(page: Page, states: tuple[str, ...] = (), text: str | None = None) -> Refusal | None:
    """The known check page this is; `text` is what to look for words in, where not the whole page."""
    return known_by_recipe(page, states, text) or _known_everywhere(page, states, text)


def known_by_recipe(page: Page, states: tuple[str, ...] = (), text: str | None = None) -> Refusal | None:
    """The same, of the recipe's own check pages."""
    for check in page.source.checks:
        if not states or check.state in states:
            seen = _seen(check, page, text)
            if seen:
                return refused(page.fetched, check.state, check.reason, seen)
    return None


def refuse_surely(page: Page) -> Refusal | None:
    """Why a page is no article whatever text it shows: the beginning of one, above a pay wall."""
    for check in page.source.checks:
        seen = _seen(check, page, None) if check.sure else None
        if seen:
            return refused(page.fetched, check.state, check.reason, seen)
    return None


def is_home(url: str) -> bool:
    """Is it the address of a site's front page?"""
    parts = split(url)
    return parts is not None and not parts.path.strip("/")


def refused(fetched: Fetched, state: str, reason: str, evidence: str = "") -> Refusal:
    return Refusal(
        url=fetched.url, state=state, reason=reason, evidence=line(evidence, _LONGEST_EVIDENCE) or ""
    )


def _seen(check: Check, page: Page, text: str | None) -> str | None:
    """What of a check's signs the page shows."""
    if check.max_bytes is not None and len(page.fetched.body) > check.max_bytes:
        return None
    words = (page.visible if text is None else text)[:_LONGEST_READ]
    for pattern in check.words:
        match = re.search(pattern, words)
        if match:
            return match[0] or pattern
    if text is not None:
        return None
    mark = next((mark for mark in check.markup if mark in page.text), None)
    return mark or next((rule.select or rule.target for rule in check.when if any(page.found((rule,)))), None)


def _known_everywhere(page: Page, states: tuple[str, ...], text: str | None) -> Refusal | None:
    """A check page or a page that is gone, where nothing else was found on it."""
    words = (page.visible if text is None else text)[:_LONGEST_READ]
    if (not states or "blocked" in states) and len(page.fetched.body) <= _CHECK_BYTES:
        mark = next((mark for mark in signs.CHECK_MARKS if mark in page.text), None) if text is None else None
        match = signs.CHECK_WORDS.search(words)
        if mark or match:
            return refused(
                page.fetched, "blocked", "the site asks for a verification", match[0] if match else mark or ""
            )
    match = signs.GONE_WORDS.search(words) if not states or "gone" in states else None
    return match and refused(page.fetched, "gone", "the site says that there is no such page", match[0])


def _state_of(status: int) -> str:
    for state, statuses in (("blocked", _BLOCKED), ("gone", _GONE), ("walled", _WALLED)):
        if status in statuses:
            return state
    return "failed"
