"""The article's title: the headline as the page shows it, told among its headings by what is stated for machines."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from crawler.reading import json_ld
from crawler.reading.choice import Candidate, Choice
from crawler.reading.facts import less_tails, line
from crawler.reading.fields.headings import Heading, edges, headings, leads_home, less_kicker
from crawler.reading.fields.sites import key, less_site, less_tail, names_site
from crawler.reading.metadata import linked
from crawler.reading.page import Page

_METAS = ("og:title", "twitter:title", "headline", "dc.title", "title")
_TITLE_ELEMENT = "title element"
_UNSURE = 0.75  # what agreement with the title element counts, which may tell the section
_ALIKE = 0.6  # from here on a heading is what is stated
_BY_RANK = {1: 0.2, 2: 0.0, 3: -0.1}
_BY_PLACE = 0.02  # less for each heading of the same rank before it
_CERTAIN = 1.15  # no later heading can be liker
_LOGO = 0.5  # less for the site's name
_SHORTEST, _LONGEST = 6, 600  # characters of text that may be a headline without being a heading
_MOST_ELEMENTS = 20_000
_NO_TEXT = frozenset({"title", "script", "style", "option", "a", "meta", "noscript"})

Chosen = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class _Stated:
    """A title stated for machines, less the site's name."""

    text: str
    origin: str
    whole: str  # its key, and that of what it is less the site's name
    bare: str
    pairs: frozenset[str]

    @property
    def weight(self) -> float:
        return _UNSURE if self.origin == _TITLE_ELEMENT else 1.0


def title(page: Page) -> Choice[str | None]:
    return page.once("title", lambda: _title(page))


def headline(page: Page) -> Heading | None:
    """The heading that is the article's own: the one most like what is stated, else the first h1 that is no logo."""
    return _stated_headline(page) or _first_h1(page)


def _stated_headline(page: Page) -> Heading | None:
    return page.once("headline", lambda: _headline(page, _all_stated(page)))


def _first_h1(page: Page) -> Heading | None:
    stated = _all_stated(page)
    h1s = (one for one in headings(page) if one.rank == 1 and len(one.key) >= _SHORTEST)
    return page.once("first h1", lambda: next((one for one in h1s if not _is_logo(page, one, stated)), None))


def _title(page: Page) -> Choice[str | None]:
    stated = _all_stated(page)
    shown = (Candidate(one.text, str(one)) for one in headings(page))
    value, why = _chosen(page, stated)
    return Choice(value, why, (*(Candidate(one.text, one.origin) for one in stated), *shown))


def _all_stated(page: Page) -> tuple[_Stated, ...]:
    return page.once("stated titles", lambda: _distinct(_stated(page)))


def _stated(page: Page) -> Iterator[_Stated]:
    data = linked(page)
    texts = [
        *((json_ld.text(data.get(name)), f"JSON-LD {name}") for name in ("headline", "name")),
        *((page.metas[name][0], f"meta {name}") for name in _METAS if name in page.metas),
        (page.root.findtext(".//title"), _TITLE_ELEMENT),
    ]
    seen: set[str] = set()
    for text, origin in texts:
        whole = line(html.unescape(text or ""))  # escaped twice on some sites
        if whole and whole not in seen:
            seen.add(whole)
            bare = less_site(page, less_tails(whole, page.source.title_tails))
            yield _Stated(bare, origin, key(whole), key(bare), _pairs(key(bare)))


def _distinct(stated: Iterator[_Stated]) -> tuple[_Stated, ...]:
    return tuple({one.whole: one for one in reversed(list(stated)) if one.bare}.values())[::-1]


def _chosen(page: Page, stated: tuple[_Stated, ...]) -> Chosen:
    own, first = _stated_headline(page), _first_h1(page)
    if own:
        return _trimmed(own, stated)
    if first:
        return less_kicker(first), "h1, unlike what is stated" if stated else "h1"
    for one in stated:
        if shown := _shown(page, one):
            return shown, f"text that {one.origin} begins with"
    if stated:
        return less_tail(stated[0].text)[0], f"{stated[0].origin} less the site's name"
    return next(((one.text, str(one)) for one in headings(page)), (None, "no heading, nothing stated"))


def _headline(page: Page, stated: tuple[_Stated, ...]) -> Heading | None:
    best, highest = None, _ALIKE
    for heading in headings(page):
        if (score := _score(page, heading, stated)) > highest:
            best, highest = heading, score
        if highest >= _CERTAIN:
            break
    return best


def _score(page: Page, heading: Heading, stated: tuple[_Stated, ...]) -> float:
    agreement = max((one.weight * _agreement(heading.key, one) for one in stated), default=0.0)
    agreement += _BY_RANK[heading.rank] - _BY_PLACE * heading.place
    return agreement - _LOGO if agreement >= _ALIKE and _is_logo(page, heading, stated) else agreement


def _agreement(own: str, stated: _Stated) -> float:
    """How far a heading agrees with what is stated: 1 if it is that, more or less the site's name."""
    if own in (stated.whole, stated.bare):
        return 1.0
    if _ends(own, stated.whole):
        return 0.6 + 0.4 * len(own) / len(stated.whole)
    if _ends(stated.bare, own):
        return 0.5 + 0.4 * len(stated.bare) / len(own)
    pairs = _pairs(own)
    # Dice's measure over pairs of letters.
    return 0.8 * 2 * len(pairs & stated.pairs) / (len(pairs) + len(stated.pairs) or 1)


def _trimmed(heading: Heading, stated: tuple[_Stated, ...]) -> Chosen:
    """The heading less a kicker or a subtitle in an element of its own."""
    own, main, borders = heading.key, less_kicker(heading), edges(heading)
    sure = [one for one in stated if one.origin != _TITLE_ELEMENT and one.bare != own]
    for one in sure:
        if own.endswith(one.bare) and len(own) - len(one.bare) in borders:
            return one.text, f"{one.origin}, which {heading} ends with"
    for one in sure:
        if own.startswith(one.bare) and len(one.bare) in borders:
            return one.text, f"{one.origin}, which {heading} begins with"
    agreeing = next((one.origin for one in stated if key(main) in (one.whole, one.bare)), None)
    return main, f"{heading} and {agreeing} agree" if agreeing else f"{heading}, most like what is stated"


def _is_logo(page: Page, heading: Heading, stated: tuple[_Stated, ...]) -> bool:
    """Does the heading name the site, not the article?"""
    tails = (less_tail(one.text)[1] for one in stated if one.origin == _TITLE_ELEMENT)
    return names_site(page, heading.text) or leads_home(heading) or heading.key in map(key, tails)


def _shown(page: Page, stated: _Stated) -> str | None:
    """The longest text on the page that what is stated begins with: a headline that is no heading."""
    best = ""
    for node in islice(page.root.iter(), _MOST_ELEMENTS):
        text = node.text
        if text is None or not _SHORTEST <= len(text) <= _LONGEST or node.tag in _NO_TEXT:
            continue
        text = text.strip()
        if len(text) > len(best) and 3 * len(text) > len(stated.text) and stated.text.startswith(text):
            best = text
    return best or None


def _ends(part: str, whole: str) -> bool:
    return len(part) > 3 and (whole.startswith(part) or whole.endswith(part))


def _pairs(text: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(text)))
