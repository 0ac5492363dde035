"""Pure: what a reply is (a feed, a sitemap, a page), what it gives, and why it is of no use."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from lxml import etree

from crawler.discovery.link import Ask, DiscoveryError, Finding, Link, Reply
from crawler.discovery.links import find
from crawler.discovery.page import looks_like
from crawler.proposing.addresses import address_of, has_no_articles
from crawler.proposing.leads import Leads, leads, probe
from crawler.reading import Fetched, Refusal, read
from crawler.reading.checks import known
from crawler.reading.page import Page
from crawler.source import Step

_FEW_LINKS = 8
_SHORTEST_ARTICLE = 400  # bytes of Markdown
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|a|p|div|h1|table)[\s>]", re.IGNORECASE)
_PART_OF_ARTICLES = ("news", "post", "article", "story", "stories")
_PART_OF_OTHERS = (
    "tag",
    "categ",
    "author",
    "page",
    "image",
    "video",
    "product",
    "attachment",
    "taxonom",
    "section",
    "topic",
    "user",
    "member",
)
_GZIP = b"\x1f\x8b"


class ProposeError(Exception):
    """A site that nothing can be proposed for: one line that names it and what to do."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to find articles that was tried: what it is, what came of it."""

    kind: str  # feed, sitemap, listing, api
    url: str
    links: tuple[Link, ...] = ()
    problem: str | None = None
    note: str = ""
    is_news: bool = False
    is_index: bool = False
    parts: int = 0  # of an index
    hub: str | None = None
    next_selector: str | None = None

    @property
    def newest(self) -> datetime | None:
        return max((link.published_at for link in self.links if link.published_at), default=None)


POSTS_STEP = {
    "items": "@",
    "link": "link",
    "title": "title.rendered",
    "published": "date_gmt && join('', [date_gmt, 'Z'])",
}


def refuse_page(reply: Fetched) -> None:
    """Raises ProposeError where a page is none, or a check page."""
    if not _MARKUP.search(reply.body[:200_000]):
        raise ProposeError(
            f"{reply.url}: not a site but {looks_like(reply.body, reply.content_type)}; name a home page, a section, a feed, a sitemap or an article"
        )
    refusal = known(Page(reply, probe(reply.url)), ("blocked",))
    if refusal and len(leads(reply).anchors) < _FEW_LINKS:
        seen = refusal.evidence or refusal.reason
        raise ProposeError(
            f"{reply.url}: a check page, not the site ({seen}); try again later, or from another network"
        )


def had(url: str, reply: Fetched | Refusal) -> Fetched:
    if isinstance(reply, Refusal):
        if reply.reason == "robots.txt":
            raise ProposeError(
                f"{url}: the site's robots.txt forbids it; name another page of the site, or leave it"
            )
        hint = (
            "; allow_networks in broadsheet.toml may allow it"
            if "open internet" in reply.reason
            else "; check the address and your network"
        )
        raise ProposeError(f"{url}: {reply.reason.rstrip('.')}{hint}")
    if reply.status in (401, 403, 405, 429, 451, 503):
        raise ProposeError(
            f"{url}: the site refuses us (status {reply.status}); try again later, or from another network"
        )
    if reply.status != 200:
        raise ProposeError(f"{url}: answers {reply.status}; name a page that is there")
    if not reply.body.strip():
        raise ProposeError(
            f"{url}: an empty page; name a home page, a section, a feed, a sitemap or an article"
        )
    return reply


def as_way(reply: Fetched) -> Way | None:
    """The feed or sitemap that a reply is, if it is one."""
    head = reply.body[:2_000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    is_xml = (
        head.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf", b"<urlset", b"<sitemapindex"))
        and b"<html" not in head
    )
    if not (is_xml or head.startswith((b"{", _GZIP))):
        return None
    for kind in (
        ("sitemap", "feed")
        if b"<urlset" in head or b"<sitemapindex" in head or head.startswith(_GZIP)
        else ("feed",)
    ):
        finding, _ = read_way(kind, reply)
        if finding is not None:
            return (
                sitemap_way(reply.url, finding)
                if kind == "sitemap"
                else Way("feed", reply.url, finding.links, hub=finding.hub)
            )
    return None


def read_way(kind: str, reply: Fetched) -> tuple[Finding | None, str]:
    """What discovery makes of a reply, or why it makes nothing of it."""
    if reply.status != 200:
        return None, f"it answers {reply.status}"
    keys = {"full": True} if kind == "feed" else POSTS_STEP if kind == "api" else {}
    step = Step.model_validate({"kind": kind, "url": reply.url, **keys})
    received = Reply(reply.body, reply.url, reply.content_type, reply.fetched_at)
    try:
        return find(received, Ask(reply.url), step, probe(reply.url)), ""
    except DiscoveryError as error:
        return None, str(error)
    except Exception as error:  # noqa: BLE001  whatever a site sends must not end the search
        return None, f"it can't be read: {type(error).__name__}"


def sitemap_way(url: str, finding: Finding) -> Way:
    titled = sum(link.title is not None for link in finding.links)
    return Way(
        "sitemap",
        url,
        finding.links,
        is_news=bool(finding.links) and titled * 2 > len(finding.links),
        is_index=bool(finding.parts),
        parts=len(finding.parts),
    )


def list_way(named: Leads) -> Way:
    links = tuple(Link(anchor.url, "listing", anchor.text or None) for anchor in named.anchors)
    return Way("listing", named.url, links, next_selector=named.next_selector)


def distinct(ways: list[Way]) -> list[Way]:
    """Feeds less those that say the same again: RSS and Atom of one list."""
    kept: list[Way] = []
    for way in ways:
        urls = {link.url.partition("?")[0] for link in way.links}
        if not any(urls and urls <= {link.url.partition("?")[0] for link in other.links} for other in kept):
            kept.append(way)
    return kept


def rank(url: str) -> int:
    """Which parts of an index hold articles, by their names."""
    name = urlsplit(url).path.rpartition("/")[2].lower()
    if any(word in name for word in _PART_OF_ARTICLES):
        return 0
    return 2 if any(word in name for word in _PART_OF_OTHERS) else 1


def is_article(fetched: Fetched) -> bool:
    """Is the page that was given a single article, and not the list that a person means by a site's address?"""
    if is_root(fetched.url):
        return False
    address = address_of(fetched.url)
    if address is not None and has_no_articles(address):
        return False
    result = read(fetched, probe(fetched.url))
    return not isinstance(result, Refusal) and len(result.body.encode()) > _SHORTEST_ARTICLE


def is_root(url: str) -> bool:
    parts = urlsplit(url)
    return not parts.path.strip("/") and not parts.query


def root_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def commonest(urls: list[str]) -> str | None:
    roots = [root_of(url) for url in urls]
    return max(sorted(set(roots)), key=roots.count, default=None)


def feed_facts(reply: Fetched) -> tuple[str | None, str | None]:
    """A feed's own title and language."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, load_dtd=False)
    try:
        root = etree.fromstring(reply.body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None, None
    if root is None:
        return None, None
    channel = root.find("{*}channel")
    channel = root if channel is None else channel
    title = " ".join((channel.findtext("{*}title") or "").split())[:80]
    language = channel.findtext("{*}language") or channel.get("{http://www.w3.org/XML/1998/namespace}lang")
    return title or None, (language or "").strip() or None


def noted(named: Leads | None, ways: Iterable[Way]) -> Iterable[str]:
    for way in ways:
        if way.hub:
            yield f"{way.url} names the hub {way.hub}"
    if named and named.posts:
        yield "WordPress: its posts are at " + named.posts
