"""Pure: what a page names beside itself: feeds, sitemaps, lists, a hub; and the links on it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urldefrag

from crawler.proposing.addresses import address_of, has_no_articles
from crawler.reading import Fetched
from crawler.reading.fields.language import tag_of, told_by_script
from crawler.reading.page import Node, Page, joined, text_of
from crawler.source import Source
from crawler.urls import split

FEED_PATHS = ("feed", "rss", "rss.xml", "atom.xml", "feed.xml", "index.xml", "feed.json", "feed/", "rss/")
SITEMAP_PATHS = ("sitemap.xml", "sitemap_index.xml", "news-sitemap.xml")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_FEED_LINK = re.compile(
    r"(?:^|[/._?=-])(?:rss\d?|feeds?|atom|rdf|feed\.json)(?:$|[/._?=-])|\.(?:rss|rdf|atom)$", re.IGNORECASE
)
_NO_MAIN_FEED = re.compile(r"comment|kommentar|评论|回复|podcast|video|forum|/author/|/tag/", re.IGNORECASE)
_NEXT_WORDS = re.compile(
    r"^\W*(?:下一?页|下頁|更多文章|次へ|次のページ|다음|older(?: posts| stories)?|next(?: page)?|weiter|nächste(?: seite)?|suivant|siguiente)\W*$",
    re.IGNORECASE,
)
_MENU = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|navbar|navigation|footer|foot|breadcrumbs?|topbar|pagination|pager)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LIST_WORDS = re.compile(
    r"(?:view |see |show |browse )?(?:all|latest|recent|newest|more)?\s*(?:the )?(?:news|articles|stories|posts|archives?|blog|latest|all)(?: archive)?\s*[›»→>]*"
    r"|(?:全部|最新|更多|所有)?(?:文章|资讯|新闻|快讯|列表|滚动|动态|归档)(?:列表|中心)?|最新|新着|(?:新着|最新)?(?:記事|ニュース)(?:一覧)?"
    r"|(?:alle|aktuelle)?\s*(?:nachrichten|artikel|meldungen|news|archiv|newsticker|aktuell)",
    re.IGNORECASE,
)
_LONGEST_LABEL = 16  # characters of a section's name
_MOST_LINKS, _MOST_ANCESTORS, _LONGEST_NAME = 3_000, 30, 200
_SITE_NAMES = ("og:site_name", "application-name", "twitter:site")
_NO_NAME = re.compile(
    r"(?:网站)?首页|主页|home(?:page)?|index|welcome|startseite|トップ(?:ページ)?|ホーム|홈|latest(?: news)?|news|blog|rss(?: feed)?|feed|atom",
    re.IGNORECASE,
)
_TITLE_PARTS = re.compile(r"\s+[|–—·•:»-]\s+|[|｜_–—»]|(?<=[⺀-￿])-(?=[⺀-￿])")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link on a page: where to, its text, and whether it stands in a menu or at the foot."""

    url: str
    text: str
    aside: bool


@dataclass(frozen=True, slots=True)
class Leads:
    """What a page names. Feeds are the likeliest main one first."""

    url: str
    feeds: tuple[str, ...]
    sitemaps: tuple[str, ...]
    hub: str | None
    posts: str | None  # WordPress's list of posts as JSON
    anchors: tuple[Anchor, ...]
    next_selector: str | None  # what leads to a list's next page
    site_name: str | None  # as the page states it
    title_name: str | None  # as its title tells
    language: str | None
    is_generated: bool  # it shows next to no text: scripts fill it


def probe(url: str) -> Source:
    """A source without a recipe for looking at a page."""
    parts = split(url)
    return Source(name="probe", home=url, hosts=((parts.hostname or "") if parts else "",))


def leads(fetched: Fetched) -> Leads:
    """What the page names."""
    page = Page(fetched, probe(fetched.url))
    anchors = tuple(_anchors(page))
    return Leads(
        url=fetched.url,
        feeds=tuple(dict.fromkeys([*_stated_feeds(page), *_linked_feeds(page, anchors)])),
        sitemaps=tuple(dict.fromkeys(_linked(page, "sitemap"))),
        hub=next(_linked(page, "hub"), None),
        posts=next(
            (f"{root.rstrip('/')}/wp/v2/posts?per_page=100" for root in _linked(page, "https://api.w.org/")),
            None,
        ),
        anchors=anchors,
        next_selector=_next_selector(page),
        site_name=_stated_name(page),
        title_name=name_in(page.root.findtext(".//title")),
        language=language_of(page),
        is_generated=len(text_of(page.root)) < 200
        and len(anchors) < 5
        and page.root.find(".//script") is not None,
    )


def robots_sitemaps(text: bytes, url: str) -> tuple[str, ...]:
    """The sitemaps that a robots.txt names; the same one under http and https once."""
    found: dict[str, str] = {}
    for line in text[:500_000].decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(":")
        address = joined(url, value.partition("#")[0].strip()) if name.strip().lower() == "sitemap" else None
        if address:
            found.setdefault(address.partition("://")[2], address)
    return tuple(found.values())


def language_of(page: Page) -> str | None:
    """The language the page states, or that its script tells."""
    stated = (
        page.root.get("lang"),
        page.root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        *page.metas.get("og:locale", []),
    )
    tag = next(
        (tag for text in (*stated, *page.metas.get("content-language", [])) if (tag := tag_of(text))), None
    )
    told = told_by_script(text_of(page.root)[:5_000])
    # Templates of Chinese sites often call themselves English.
    return (
        told
        if told and (tag is None or tag.partition("-")[0] not in (told, "ja", "ko", "zh", "yue"))
        else tag
    )


def lists_of(named: Leads) -> tuple[str, ...]:
    """Pages that a page's links call lists of all its articles: “Archive”, “Latest”, 全部文章."""
    return tuple(
        anchor.url
        for anchor in named.anchors
        if _is_below(anchor.url, named.url) and _LIST_WORDS.fullmatch(anchor.text.strip())
    )


def sections_of(named: Leads) -> tuple[str, ...]:
    """Pages that may list articles of one kind: those in its menus."""
    return tuple(
        anchor.url for anchor in named.anchors if _is_below(anchor.url, named.url) and _is_section(anchor)
    )


def _is_below(url: str, page: str) -> bool:
    """Another page of the same host, and not its front page."""
    one, other = split(url), split(page)
    return (
        one is not None
        and other is not None
        and one.netloc == other.netloc
        and url != page
        and bool(one.path.strip("/"))
    )


def _is_section(anchor: Anchor) -> bool:
    address = address_of(anchor.url)
    is_short = bool(anchor.text) and len(anchor.text) <= _LONGEST_LABEL
    return is_short and address is not None and not (address.folders and has_no_articles(address))


def _anchors(page: Page) -> Iterator[Anchor]:
    """The page's links to web pages, each address once with its longest text."""
    found: dict[str, Anchor] = {}
    for node in islice(page.root.iter("a"), _MOST_LINKS):
        href = (node.get("href") or "").strip()
        url = joined(page.base_url, href) if href and not href.startswith(("#", "javascript:")) else None
        if url is None:
            continue
        url = urldefrag(url).url
        anchor = Anchor(url, _said(node), _is_aside(node))
        before = found.get(url)
        if before is not None:
            text = max(before.text, anchor.text, key=len)
            anchor = Anchor(url, text, before.aside and anchor.aside)
        found[url] = anchor
    yield from found.values()


def _said(node: Node) -> str:
    text = text_of(node) or node.get("title") or node.get("aria-label") or ""
    if not text:
        image = next(node.iter("img"), None)
        text = (image.get("alt") or "") if image is not None else ""
    return " ".join(text.split())[:300]


def _is_aside(node: Node) -> bool:
    for ancestor in islice(node.iterancestors(), _MOST_ANCESTORS):
        if ancestor.tag in ("nav", "footer"):
            return True
        if ancestor.tag in ("article", "main", "body"):
            return False
        names = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"[:_LONGEST_NAME]
        if _MENU.search(names):
            return True
    return False


def _linked(page: Page, relation: str) -> Iterator[str]:
    for node in islice(page.root.iter("link"), 500):
        if relation in (node.get("rel") or "").lower().split():
            url = joined(page.base_url, node.get("href") or "")
            if url:
                yield url


def _stated_feeds(page: Page) -> Iterator[str]:
    found = []
    for node in islice(page.root.iter("link"), 500):
        kind = (node.get("type") or "").lower().partition(";")[0].strip()
        relations = (node.get("rel") or "").lower().split()
        if "alternate" in relations and kind in _FEED_TYPES:
            url = joined(page.base_url, node.get("href") or "")
            if url:
                found.append((url, node.get("title") or ""))
    # Comments' and podcasts' feeds last; a stable sort keeps the page's order otherwise.
    found.sort(key=lambda one: _NO_MAIN_FEED.search(f"{one[0]} {one[1]}") is not None)
    yield from (url for url, _ in found)


def _linked_feeds(page: Page, anchors: tuple[Anchor, ...]) -> Iterator[str]:
    site = split(page.fetched.url)
    for anchor in anchors:
        parts = split(anchor.url)
        if parts is None or site is None or _NO_MAIN_FEED.search(anchor.url):
            continue
        words = anchor.text.strip().lower()
        if _FEED_LINK.search(parts.path) or words in ("rss", "atom", "feed", "rss feed", "rss订阅", "订阅"):
            yield anchor.url


def _next_selector(page: Page) -> str | None:
    """How to find the link to a list's next page, where the page shows one."""
    if any("next" in (node.get("rel") or "").lower().split() for node in islice(page.root.iter("link"), 500)):
        return "link[rel~='next']"
    for node in islice(page.root.iter("a"), _MOST_LINKS):
        if "next" in (node.get("rel") or "").lower().split() and node.get("href"):
            return "a[rel~='next']"
        named = next(
            (
                name
                for name in (node.get("class") or "").split()
                if name.lower() in ("next", "next-page", "nextpage", "older")
            ),
            None,
        )
        if named and node.get("href"):
            return f"a.{named}"
        words = " ".join("".join(node.itertext()).split())[:30]
        if _NEXT_WORDS.match(words) and _leads_on(page, node) and '"' not in words:
            return f'xpath://a[normalize-space(.)="{words}"]'
    return None


def _leads_on(page: Page, node: Node) -> bool:
    """Does it lead to another address, and not by a script?"""
    href = (node.get("href") or "").strip()
    if not href or href.startswith(("#", "javascript:")):
        return False
    there = joined(page.base_url, href)
    return there is not None and urldefrag(there).url != urldefrag(page.fetched.url).url


def name_in(title: str | None) -> str | None:
    """The site's name in the title of a home page or feed: its first part that says more than “Home” or “RSS”."""
    parts = (part.strip() for part in _TITLE_PARTS.split(" ".join((title or "").split())))
    return next((part[:80] for part in parts if part and not _NO_NAME.fullmatch(part)), None)


def _stated_name(page: Page) -> str | None:
    stated = (text for name in _SITE_NAMES for text in page.metas.get(name, []))
    return next((text[:80] for text in stated if not text.startswith("@")), None)
