"""What kind of page it is, with the body read of it at hand: why it is no article, or nothing.

Precision first: a page is refused on a sign that an article does not show. What a long text of its own
says is never looked at, so that an article about captchas, pay walls or 404 pages stays one.
"""

import re
from collections.abc import Callable

from crawler.reading.checks import signs
from crawler.reading.checks.known import is_home, refused
from crawler.reading.checks.sight import Sight
from crawler.reading.fetched import Refusal
from crawler.reading.page import Page
from crawler.urls import tidy

# Sizes are bytes of UTF-8 text: 100 are a sentence or two of English, or 33 characters of Chinese.
_LONG = 2_500  # a body of its own, whatever is around it
_SHORT = 900  # a body that may be a notice, a teaser, or news in brief
_HARDLY_ANY = 250
_SMALL_PAGE = 2_500  # all that is shown
_TEASER = 1_800
_FEW_LINKS = 0.2
_FEWEST_TEASERS = 5
_TEXT_A_TEASER = 700  # a list's entries have less, a round-up's sections more
_SUMMARY, _FEWEST_SUMMARIES = 80, 8
_TEXT_A_POST = 3_000
_MOST_AROUND = 4.0  # times its own text: a front page that shows more is one
_WELCOME, _MOST_AROUND_WELCOME = 500, 2.5  # the same for one that has a headline, and no teasers
_TEXT_A_CONSENT_WORD = 250
_TEASERS = "h2 a, h3 a, a h2, a h3"
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|……)\s*\W{0,3}$")
_NOT_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?(?:false|no)\b', re.IGNORECASE)
_LOCKED = ("locked", "metered")  # of article:content_tier
Question = Callable[[Sight], Refusal | None]


def refuse_text(page: Page, title: str | None, body: str | None) -> Refusal | None:
    """Why a page whose body (HTML) was read with no recipe's help is no article."""
    sight = Sight(page, title, body)
    questions: tuple[Question, ...] = (_is_list,)
    if sight.size < _LONG or sight.is_mostly_links:
        questions = (_is_check, _is_gone, _is_walled, _is_login, _is_consent, _is_video, _is_list)
    return next((refusal for question in questions if (refusal := question(sight))), None)


def _is_check(sight: Sight) -> Refusal | None:
    if sight.is_said_article or sight.size > _SHORT:
        return None
    small = sight.shown <= _SMALL_PAGE
    match = signs.CHECK_WORDS.search(sight.lines if small else sight.headlines)
    mark = next((mark for mark in signs.CHECK_MARKS if mark in sight.page.text), None) if small else None
    if match is None and (mark is None or sight.size > _HARDLY_ANY):
        return None
    return refused(
        sight.page.fetched, "blocked", "the site asks for a verification", match[0] if match else mark or ""
    )


def _is_gone(sight: Sight) -> Refusal | None:
    few = sight.size <= _HARDLY_ANY and not sight.is_said_article
    if sight.size > _SHORT and not sight.is_mostly_links:
        return None
    match = signs.GONE_WORDS.search(sight.headlines)
    if match is None and few:
        match = signs.GONE_WORDS.search(sight.lines)
    if match is None:
        return None
    return refused(sight.page.fetched, "gone", "the site says that there is no such page", match[0])


def _is_walled(sight: Sight) -> Refusal | None:
    """The beginning of an article above a wall."""
    tiers = sight.page.metas.get("article:content_tier", [])
    not_free = _NOT_FREE.search(sight.said) or any(tier in _LOCKED for tier in tiers)
    if sight.size > (_TEASER if not_free else _SHORT) and not _CUT.search(sight.prose[-50:]):
        return None
    match = next(filter(sight.stands_at_the_end, signs.WALL_WORDS.finditer(sight.lines)), None)
    if match is None:
        return None
    inside = match[0] in sight.prose
    if not (not_free or inside or _CUT.search(sight.prose[-50:]) or sight.size <= _HARDLY_ANY):
        return None
    reason = "the site shows the beginning of the article only"
    return refused(sight.page.fetched, "walled", reason, match[0])


def _is_login(sight: Sight) -> Refusal | None:
    if sight.is_said_article or sight.size > _HARDLY_ANY or not sight.page.nodes(signs.LOGIN_FIELD):
        return None
    match = signs.LOGIN_WORDS.search(sight.headlines)
    return match and refused(sight.page.fetched, "walled", "the site asks to log in", match[0])


def _is_consent(sight: Sight) -> Refusal | None:
    """Nothing but the question whether one agrees."""
    if sight.is_said_article:
        return None
    words = [match[0] for match in signs.CONSENT_WORDS.finditer(sight.prose or sight.lines)]
    if len(words) < max(2, sight.size // _TEXT_A_CONSENT_WORD):
        return None
    button = signs.CONSENT_BUTTONS.search(sight.lines)
    if button is None:
        return None
    return refused(
        sight.page.fetched, "walled", "the site asks for consent first", f"{words[0]}; {button[0]}"
    )


def _is_video(sight: Sight) -> Refusal | None:
    said = next((kind for kind in sight.page.metas.get("og:type", []) if kind.startswith("video")), None)
    match = None if sight.is_said_article else signs.VIDEO_TYPES.search(sight.said)
    is_video = said or (match and match[0])
    if sight.size > (_SHORT if is_video else _HARDLY_ANY // 2):
        return None
    players = signs.PLAYERS if is_video else signs.PLAYERS[:2]
    player = next((selector for selector in players if sight.page.nodes(selector)), None)
    if player is None or (sight.is_said_article and not said):
        return None
    return refused(sight.page.fetched, "not_an_article", "a video without text", is_video or player)


def _is_list(sight: Sight) -> Refusal | None:
    fetched = sight.page.fetched
    asked = fetched.requested
    if _is_front(sight):
        if asked and not is_home(asked):
            return refused(fetched, "gone", "redirected to the front page", f"asked for {asked}")
        return refused(fetched, "not_an_article", "a front page", fetched.url)
    seen = _shape_of_a_list(sight)
    return refused(fetched, "not_an_article", "a list of articles, not one", seen) if seen else None


def _is_front(sight: Sight) -> bool:
    """Is it a site's front page? One that is little but a text of its own is that text."""
    fetched = sight.page.fetched
    address = tidy(fetched.url)
    if address is None or not is_home(address) or "?" in address or sight.is_said_article:
        return False
    teasers = len(sight.page.nodes(_TEASERS))
    least, most_around = _SHORT, _MOST_AROUND
    if teasers >= _FEWEST_TEASERS:
        least = _TEXT_A_POST * teasers
    elif not teasers and sight.title and sight.size < _SHORT and fetched.requested in (None, fetched.url):
        least, most_around = _WELCOME, _MOST_AROUND_WELCOME
    is_text = sight.size >= least and sight.linked < _FEW_LINKS
    return not is_text or sight.shown > most_around * sight.size


def _shape_of_a_list(sight: Sight) -> str | None:
    """How the body looks like a list; the more the page says that it is an article, the more it takes."""
    listed = signs.LIST_TYPES.search(sight.said) if sight.linked_headings else None
    if sight.is_mostly_links and (not sight.is_said_article or listed):
        return f"{sight.linked:.0%} of the text in links"
    teasers = sight.linked_headings
    if sight.blocks >= _FEWEST_SUMMARIES and sight.size < _SUMMARY * sight.blocks:
        # Perhaps the headings were left out of the body, and the summaries below them were not.
        shown = len(sight.page.nodes(_TEASERS))
        teasers = shown if shown >= _FEWEST_SUMMARIES else teasers
    if teasers < _FEWEST_TEASERS or sight.size > _TEXT_A_TEASER * teasers:
        return None
    if sight.is_said_article and not listed:
        return None
    hints = (
        "website" in sight.page.metas.get("og:type", []),
        signs.LIST_ADDRESS.search(sight.page.fetched.url),
        signs.LIST_WORDS.search(sight.headlines),
        listed,
    )
    return f"{teasers} headings that are links" if any(hints) else None
