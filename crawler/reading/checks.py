"""Replies that are no article: by status, by kind, by the check pages a recipe (or everybody) knows."""

import re

from crawler.reading.facts import Facts
from crawler.reading.fetched import Fetched, Refusal
from crawler.reading.metadata import says_article, stated_url
from crawler.reading.page import Page
from crawler.recipe import Check
from crawler.source import Identity
from crawler.urls import split

_BLOCKED = frozenset({403, 405, 406, 412, 418, 421, 429, 444, 451, 503})
_GONE = frozenset({404, 410})
_WALLED = frozenset({401, 402, 407})
_LONGEST_READ = 20_000  # characters of a page's text that words are looked for in
_OTHER_KINDS = (
    "image/",
    "video/",
    "audio/",
    "font/",
    "application/pdf",
    "application/zip",
    "application/epub",
)

# Check pages of services that many sites stand behind.
_EVERYWHERE = (
    Check(
        state="blocked",
        reason="the site asks for a verification",
        words=(
            r"Access Verification|Just a moment\.\.\.|Attention Required! \| Cloudflare|Verify(?:ing)? you are (?:a )?human",
            r"Checking your browser before accessing|Please enable (?:JS|cookies) and disable any ad blocker",
            "正在进行安全检测|环境异常",
        ),
        markup=("aliyun_waf", "_cf_chl_opt", "geo.captcha-delivery.com"),
        max_bytes=120_000,
    ),
    Check(
        state="gone",
        reason="the site says that there is no such page",
        words=(
            r"(?i)\b404\b|\b(?:page|article|content|story) (?:was |is |could )?(?:not (?:be )?found|no longer (?:exists|available))",
            "(?:页面|文章|内容|網頁|頁面)[^。！\n]{0,12}(?:不存在|已删除|被删除|找不到|不見了)",
            "ページが見つかりません|お探しのページ",
        ),
    ),
)


def refuse_status(page: Page) -> Refusal | None:
    """Why a reply can't be an article whatever it holds: its status, or what kind of file it is."""
    fetched = page.fetched
    if not 200 <= fetched.status < 300:
        state = _state_of(fetched.status)
        blocked = known(page, ("blocked",)) if state != "blocked" else None
        return blocked or Refusal(url=fetched.url, state=state, reason=f"status {fetched.status}")
    kind = (fetched.content_type or "").strip().lower()
    if kind.startswith(_OTHER_KINDS) or fetched.body.startswith(b"%PDF-"):
        return _refusal(
            fetched, "not_an_article", f"a file of type {kind.partition(';')[0] or 'PDF'}, not a page"
        )
    if not fetched.body.strip():
        return _refusal(fetched, "failed", "the page is empty")
    return None


def refuse_address(page: Page, identity: Identity | None) -> Refusal:
    """Why an address that names no article, or a later page of one, gives none."""
    fetched, source = page.fetched, page.source
    refusal = refuse_status(page) or known(page, ("blocked", "walled"))
    if refusal:
        return refusal
    if identity:
        reason = f"page {identity.page} of {identity.url}, which is read from its first page"
        return _refusal(fetched, "not_an_article", reason)
    if fetched.requested and source.identify(fetched.requested):
        state = "gone" if is_home(fetched.url) else "not_an_article"
        return _refusal(fetched, state, f"redirected to {fetched.url}, which is no article")
    return _refusal(fetched, "not_an_article", f"not the address of an article of {source.name}")


def refuse_emptiness(page: Page, facts: Facts) -> Refusal:
    """Why no body was found at an article's address."""
    refusal = known(page)
    if refusal:
        return refusal
    own = stated_url(page)
    if own and page.source.serves(own) and not page.source.identify(own):
        return _refusal(page.fetched, "not_an_article", f"the page calls itself {own}")
    if not says_article(page) and (not facts.title or not page.source.has_recipe):
        return _refusal(page.fetched, "not_an_article", "no article's text on the page")
    return _refusal(page.fetched, "failed", "no body found; the site may have changed")


def known(page: Page, states: tuple[str, ...] = (), text: str | None = None) -> Refusal | None:
    """The known check page this is; `text` is what to look for words in, where not the whole page."""
    for check in (*page.source.checks, *_EVERYWHERE):
        if (not states or check.state in states) and _is(check, page, text):
            return _refusal(page.fetched, check.state, check.reason)
    return None


def refuse_surely(page: Page) -> Refusal | None:
    """Why a page is no article whatever text it shows: the beginning of one, above a pay wall."""
    sure = (check for check in page.source.checks if check.sure)
    found = next((check for check in sure if _is(check, page, None)), None)
    return _refusal(page.fetched, found.state, found.reason) if found else None


def is_home(url: str) -> bool:
    """Is it the address of a site's front page?"""
    parts = split(url)
    return parts is not None and not parts.path.strip("/")


def _is(check: Check, page: Page, text: str | None) -> bool:
    if check.max_bytes is not None and len(page.fetched.body) > check.max_bytes:
        return False
    seen = (page.visible if text is None else text)[:_LONGEST_READ]
    if any(re.search(pattern, seen) for pattern in check.words):
        return True
    if text is None and any(mark in page.text for mark in check.markup):
        return True
    return text is None and any(page.found(check.when))


def _state_of(status: int) -> str:
    for state, statuses in (("blocked", _BLOCKED), ("gone", _GONE), ("walled", _WALLED)):
        if status in statuses:
            return state
    return "failed"


def _refusal(fetched: Fetched, state: str, reason: str) -> Refusal:
    return Refusal(url=fetched.url, state=state, reason=reason)
