"""Articles of several pages: which address is the next page's, and how their texts become one."""

import re
from collections.abc import Iterator
from itertools import islice, pairwise, takewhile
from urllib.parse import parse_qsl, urlencode

from crawler.reading.fetched import Fetched
from crawler.reading.page import Node, Page, joined
from crawler.reading.template import fitting
from crawler.source import Source
from crawler.urls import split, tidy

_MOST_LINKS = 3_000
_LONGEST_WORD = 40  # characters of a link's text: longer ones are headlines
_HIGHEST_PAGE = 99  # what is higher counts articles or years
_NEXT_WORDS = re.compile(
    r"(?:下一?页|下一?頁|后一页|余下全文|next|weiter|nächste seite|次(?:の)?(?:ページ|へ)|page suivante|siguiente)\b|^[›»>→]+$",
    re.IGNORECASE,
)
_SAYS_PAGE = re.compile(r"页|頁|ページ|\bpage\b|seite|^\s*\d+\s*$", re.IGNORECASE)
_ANOTHER_ARTICLE = re.compile(
    r"下一?篇|下一条|次の記事|\bnext (?:article|post|story|up|entry|topic)|nächste[rn]? (?:artikel|beitrag|meldung)",
    re.IGNORECASE,
)
# Comments have pages of their own at the article's address.
_OF_COMMENTS = re.compile(r"comment|disqus|kommentar|pinglun|评论|replies", re.IGNORECASE)

_NEAR = 4  # elements around a link that say what it belongs to
_PAGE_KEYS = frozenset(
    {"page", "p", "pg", "pn", "pagenum", "page_no", "pageno", "paged", "seite", "pageindex", "page_num"}
)
_EXTENSION = re.compile(r"\.(?:s?html?|php|aspx?|jsp)$", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)$", re.IGNORECASE)
# The last part of a path less its extension, by how surely its number counts pages.
_SURE_FORMS = (
    re.compile(r"^(?P<stem>.+?)_p?(?P<number>\d{1,2})$"),
    re.compile(r"^(?P<stem>.+?)/(?:page|seite|p)?[/_-]?(?P<number>\d{1,2})$", re.IGNORECASE),
    re.compile(r"^(?P<stem>.+?)[-,](?:page|seite|p)-?(?P<number>\d{1,2})$", re.IGNORECASE),
)
_UNSURE_FORM = re.compile(
    r"^(?P<stem>.+?)-(?P<number>\d{1,2})$"
)  # also a second article of the same headline

_DAY = re.compile(r"/\d{1,4}$")  # years, months and days stand before numbers of articles

_HEAD = 4  # blocks at the top of a page that its other pages may repeat
_FENCE = re.compile(r"^(?:`{3,}|~{3,})", re.MULTILINE)


def next_page(fetched: Fetched, source: Source, first: str | None = None) -> str | None:
    """The address of the page after this one of the same article; None on the last.

    `first` is the address of the article's first page. Without it and without a recipe a page counts as a
    later one only where it links to its first.
    """
    identity = source.identify(fetched.url)
    if identity is None or not 200 <= fetched.status < 300:
        return None
    page = Page(fetched, source, identity.identifier)
    links = tuple(_links_by_recipe(page) if source.templates else _links(page))
    first = first or _first_of(page, source)
    here = page_number(first, fetched.url, source)
    for url, words in links:
        number = page_number(first, url, source, sure=bool(_SAYS_PAGE.search(words)))
        if here and number == here + 1:
            return url
    return None


def page_number(first: str, url: str, source: Source, *, sure: bool = True) -> int | None:
    """Which page of the article that begins at `first` a URL names; None where it is of another one.

    A recipe says it; without one the address must be that of the first page and a number. `sure` is
    whether something else says that the number counts pages.
    """
    if source.numbers_pages:
        one, other = source.identify(first), source.identify(url)
        return other.page if one and other and one.url == other.url else None
    stems = {stem for stem, number in _readings(first, sure=False) if number == 1}
    numbers = (number for stem, number in _readings(url, sure=sure) if stem in stems)
    return min(numbers, default=None)


def join_bodies(title: str | None, bodies: list[str]) -> str:
    """One body of several: what a page repeats of the first one's head or the next one's end stands once."""
    pages = [body.strip().split("\n\n") for body in bodies if body.strip()]
    if not pages:
        return ""
    head = {block for block in pages[0][:_HEAD] if not _FENCE.search(block)}
    several = [pages[0], *(_without_head(blocks, title, head) for blocks in pages[1:])]
    ends = [_repeated_at_the_end(blocks, following) for blocks, following in pairwise(several)]
    kept = [blocks[: len(blocks) - end] for blocks, end in zip(several, [*ends, 0], strict=True)]
    return "\n\n".join("\n\n".join(blocks) for blocks in kept if blocks)


def _repeated_at_the_end(blocks: list[str], following: list[str]) -> int:
    """How many blocks at a page's end stand at the next one's end too: notes below the article."""
    pairs = zip(reversed(blocks[1:]), reversed(following[1:]), strict=False)
    same = takewhile(lambda pair: pair[0] == pair[1] and not _FENCE.search(pair[0]), pairs)
    return sum(1 for _ in same)


def _without_head(blocks: list[str], title: str | None, head: set[str]) -> list[str]:
    for place, block in enumerate(blocks[:_HEAD]):
        if block not in head and not (title and block.lstrip("# ").strip() == title):
            return blocks[place:]
    return blocks[_HEAD:]


def _links_by_recipe(page: Page) -> Iterator[tuple[str, str]]:
    """Addresses that may be the next page's: those of its links, and of the recipe's own."""
    own = (selector for template in fitting(page) for selector in template.next)
    for link in (link for selector in own for link in page.nodes(selector)):
        url = joined(page.base_url, link if isinstance(link, str) else link.get("href") or "")
        if url:
            yield url, ""
    yield from _links(page)


def _links(page: Page) -> Iterator[tuple[str, str]]:
    """Addresses and words of the links that say they lead to a next page, or bear a page's number."""
    for link in islice(page.root.iter("link", "a"), _MOST_LINKS):
        words = "" if link.tag == "link" else " ".join("".join(link.itertext()).split())[: 2 * _LONGEST_WORD]
        is_next = "next" in (link.get("rel") or "").lower().split()
        says_so = len(words) <= _LONGEST_WORD and (words.isdecimal() or _NEXT_WORDS.search(words))
        if not (is_next or says_so) or _ANOTHER_ARTICLE.search(words) or _is_of_comments(link):
            continue
        url = joined(page.base_url, link.get("href") or "")
        if url:
            yield url, words


def _is_of_comments(link: Node) -> bool:
    return any(
        _OF_COMMENTS.search(f"{node.get('class') or ''} {node.get('id') or ''}"[:300])
        for node in islice(link.iterancestors(), _NEAR)
    )


def _first_of(page: Page, source: Source) -> str:
    """The address of this article's first page; the page's own, unless it links to one that it continues."""
    own = page.fetched.url
    if source.numbers_pages:
        return own
    later = {stem for stem, number in _readings(own, sure=True) if number > 1}
    if not later:
        return own
    urls = (
        joined(page.base_url, link.get("href") or "") for link in islice(page.root.iter("a"), _MOST_LINKS)
    )
    firsts = (
        url for url in urls if url and any(stem in later and n == 1 for stem, n in _readings(url, sure=False))
    )
    return next(firsts, own)


def _readings(url: str, *, sure: bool) -> Iterator[tuple[str, int]]:
    """What the address may be a page of, and which: an article's own, and that of one page of it."""
    parts = split(tidy(url) or "")
    if parts is None:
        return
    host, query = (parts.hostname or "").removeprefix("www."), parse_qsl(parts.query, keep_blank_values=True)
    yield _stem(host, parts.path, query), 1
    for key, value in query:
        if key.lower() in _PAGE_KEYS and value.isdecimal() and len(value) <= 2:
            yield _stem(host, parts.path, [one for one in query if one[0] != key]), int(value)
    path = _EXTENSION.sub("", parts.path.rstrip("/"))
    for form in (*_SURE_FORMS, *((_UNSURE_FORM,) if sure or path != parts.path.rstrip("/") else ())):
        match = form.match(path)
        if match and 0 < int(match["number"]) <= _HIGHEST_PAGE and not _DAY.search(match["stem"]):
            yield _stem(host, match["stem"], query), int(match["number"])


def _stem(host: str, path: str, query: list[tuple[str, str]]) -> str:
    path = _INDEX.sub("", _EXTENSION.sub("", path.rstrip("/")))
    return f"{host}{path}?{urlencode(sorted(query))}"
