"""Looks around on a site with few requests: its home page, feeds, sitemaps, lists. Asks through what it is given."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace

from scrapy.robotstxt import ProtegoRobotParser

from crawler.discovery.link import Link
from crawler.proposing.addresses import site_of
from crawler.proposing.leads import (
    FEED_PATHS,
    SITEMAP_PATHS,
    Leads,
    leads,
    lists_of,
    name_in,
    robots_sitemaps,
    sections_of,
)
from crawler.proposing.replies import (
    Way,
    as_way,
    commonest,
    distinct,
    feed_facts,
    had,
    is_article,
    is_root,
    list_way,
    noted,
    rank,
    read_way,
    refuse_page,
    root_of,
    sitemap_way,
)
from crawler.reading import Fetched, Refusal
from crawler.settings import ROBOTSTXT_USER_AGENT
from crawler.site_config import SiteConfig

MOST_REQUESTS = 15  # beside the sample
_MOST_FEEDS, _MOST_SITEMAPS, _MOST_PARTS, _MOST_SECTIONS = 4, 3, 3, 2
_FEW_LINKS, _HEADLINE = 8, 12  # links that are headlines; characters of one
_LONG_PAUSE, _FEW_REQUESTS = (
    4.0,
    6,
)  # seconds that robots.txt asks for; requests that are made then, beside the sample

Get = Callable[[str, bool], Awaitable[Fetched | Refusal]]  # URL, is it a sitemap
Robots = Callable[[str], tuple[int, bytes] | None]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of a site."""

    asked: str  # the URL that was given, after redirects
    kind: str  # home, section, article, feed, sitemap
    home: str
    ways: tuple[Way, ...]
    title: str | None = None
    language: str | None = None
    mentions: tuple[tuple[str, str, str, bool], ...] = ()  # URL, way, link text, in a menu
    articles: tuple[Fetched, ...] = ()  # fetched already
    notes: tuple[str, ...] = ()
    is_generated: bool = False


@dataclass
class Scout:
    """Asks, and remembers what came; no more often than its budget allows."""

    get: Get
    robots: Robots
    say: Say
    config: SiteConfig | None = None  # rules for the site's pages that somebody wrote
    left: int = MOST_REQUESTS
    asked: int = 0
    _known: dict[str, Fetched | Refusal] = field(default_factory=dict)

    async def fetch(self, url: str, *, is_sitemap: bool = False, spends: bool = True) -> Fetched | Refusal:
        if url not in self._known:
            if spends and self.left <= 0:
                return Refusal(url=url, state="failed", reason="enough was asked of this site")
            self.left -= spends
            self.asked += 1
            self.say(url)
            self._known[url] = await self.get(url, is_sitemap)
        return self._known[url]

    async def look(self, url: str) -> Sight:
        """What there is around a URL. Raises ProposeError where the site can't be had."""
        first = had(url, await self.fetch(url))
        way = as_way(first)
        if way is not None:
            return await self._around_way(way, first)
        refuse_page(first)
        if is_article(first):
            home = await self.fetch(root_of(first.url))
            seen = [first] if isinstance(home, Refusal) or home.status != 200 else [first, home]
            return await self._around(first, "article", seen[-1], ())
        return await self._around(first, "home" if is_root(first.url) else "section", first, ())

    async def _around_way(self, way: Way, first: Fetched) -> Sight:
        """A feed or sitemap was given: its site is where its items lie."""
        if way.kind == "sitemap":
            way = await self._opened(way, first)
        host = commonest([link.url for link in way.links]) or root_of(first.url)
        home = await self.fetch(host)
        page = home if isinstance(home, Fetched) and home.status == 200 else first
        return await self._around(first, way.kind, page, (way,))

    async def _around(self, first: Fetched, kind: str, page: Fetched, given: tuple[Way, ...]) -> Sight:
        """The ways that a page and its site's robots.txt name."""
        named = leads(page) if as_way(page) is None else None
        root = root_of(page.url)
        of_robots = await self._of_robots(root)
        feeds = await self._feeds(named, root, [way for way in given if way.kind == "feed"])
        stated = [way for way in given if way.kind == "sitemap"] if given else []
        sitemaps = await self._sitemaps([*of_robots, *(named.sitemaps if named else ())], root, stated)
        lists = await self._lists(named, bool([way for way in (*feeds, *sitemaps) if way.links]))
        posts = await self._posts(named, sitemaps)
        facts = [feed_facts(reply) for way in feeds if isinstance(reply := self._known.get(way.url), Fetched)]
        ways = (*feeds, *sitemaps, *posts, *(way for way, _ in lists))
        mentions = [
            (link.url, "news" if way.is_news else way.kind, "", False)
            for way in ways
            if way.kind != "listing"
            for link in way.links
        ]
        mentions += [
            (anchor.url, "listing", anchor.text, anchor.aside) for _, one in lists for anchor in one.anchors
        ]
        if kind == "article":
            mentions.append((first.url, "feed", "", False))
        return Sight(
            asked=first.url,
            kind=kind,
            home=first.url if kind in ("home", "section") else root,
            ways=ways,
            title=_title(named, [title for title, _ in facts]),
            language=(named and named.language) or next((tag for _, tag in facts if tag), None),
            mentions=tuple(mentions),
            articles=(first,) if kind == "article" else (),
            notes=tuple(noted(named, ways)),
            is_generated=bool(named and named.is_generated),
        )

    # --- feeds ---

    async def _feeds(self, named: Leads | None, root: str, given: list[Way]) -> list[Way]:
        found = list(given)
        stated = [url for url in (named.feeds if named else ()) if url not in {way.url for way in found}]
        for url in stated[: _MOST_FEEDS + 2]:
            if sum(not way.problem for way in found) >= _MOST_FEEDS:
                break
            way = await self._feed(url)
            if way.links or url in stated[:2]:
                found.append(way)
        if any(way.links for way in found):
            return distinct(found)
        for path in FEED_PATHS:
            way = await self._feed(root + path)
            if way.links:
                return [*found, replace(way, note="not named on the page, but there")]
        return found

    async def _feed(self, url: str) -> Way:
        reply = await self.fetch(url)
        if isinstance(reply, Refusal):
            return Way("feed", url, problem=reply.reason)
        finding, problem = read_way("feed", reply)
        if finding is None:
            return Way("feed", reply.url, problem=problem)
        self._known.setdefault(reply.url, reply)
        return Way("feed", reply.url, finding.links, hub=finding.hub)

    # --- sitemaps ---

    async def _sitemaps(self, stated: list[str], root: str, given: list[Way]) -> list[Way]:
        found = list(given)
        for url in dict.fromkeys(stated):
            if len(found) < _MOST_SITEMAPS and url not in {way.url for way in found}:
                found.append(await self._sitemap(url))
        if any(way.links for way in found):
            return found
        for path in SITEMAP_PATHS:
            way = await self._sitemap(root + path) if root + path not in stated else None
            if way and way.links:
                return [*found, replace(way, note="not named by robots.txt, but there")]
        return found

    async def _of_robots(self, root: str) -> tuple[str, ...]:
        said = self.robots(root)
        if said is None:
            reply = await self.fetch(root + "robots.txt")
            said = (reply.status, reply.body) if isinstance(reply, Fetched) else (0, b"")
        self._spare(said[1] if said[0] == 200 else b"")
        # News sitemaps first: they name articles and nothing else.
        named = robots_sitemaps(said[1], root) if said[0] == 200 else ()
        return tuple(sorted(named, key=lambda url: (rank(url), "news" not in url)))

    def _spare(self, robots: bytes) -> None:
        """Asks little of a site that wants long pauses."""
        delay = ProtegoRobotParser(robots, None).crawl_delay(ROBOTSTXT_USER_AGENT)
        if delay and delay >= _LONG_PAUSE:
            self.left = min(self.left, _FEW_REQUESTS)

    async def _sitemap(self, url: str) -> Way:
        reply = await self.fetch(url, is_sitemap=True)
        if isinstance(reply, Refusal):
            return Way("sitemap", url, problem=reply.reason)
        finding, problem = read_way("sitemap", reply)
        if finding is None:
            return Way("sitemap", reply.url, problem=problem)
        return await self._opened(sitemap_way(reply.url, finding), reply)

    async def _opened(self, way: Way, reply: Fetched) -> Way:
        """The way with what the likeliest parts of an index name."""
        finding, _ = read_way("sitemap", reply)
        if finding is None or not finding.parts:
            return way
        links: list[Link] = []
        problem = None
        ranked = sorted(enumerate(finding.parts), key=lambda one: (rank(one[1].url), one[0]))
        for _, part in ranked[:_MOST_PARTS]:
            inner = await self.fetch(part.url, is_sitemap=True)
            if isinstance(inner, Refusal):
                problem = problem or f"{part.url}: {inner.reason}"
                continue
            opened, why = read_way("sitemap", inner)
            links += opened.links if opened else ()
            problem = problem or (f"{part.url}: {why}" if opened is None else None)
        return replace(
            way,
            links=tuple(links),
            is_index=True,
            parts=len(finding.parts),
            problem=problem if not links else None,
        )

    # --- lists ---

    async def _lists(self, named: Leads | None, has_ways: bool) -> list[tuple[Way, Leads]]:
        """The page itself, what it calls lists of its articles, and where it has few links of its own, sections."""
        if named is None:
            return []
        found = [(list_way(named), named)]
        own = (one for one in named.anchors if not one.aside and site_of(one.url) == site_of(named.url))
        has_few = not has_ways and sum(len(one.text) >= _HEADLINE for one in own) < _FEW_LINKS
        further = dict.fromkeys((*lists_of(named), *(sections_of(named) if has_few else ())))
        for url in list(further)[:_MOST_SECTIONS]:
            reply = await self.fetch(url)
            if isinstance(reply, Fetched) and reply.status == 200:
                inner = leads(reply)
                found.append((list_way(inner), inner))
        return found

    async def _posts(self, named: Leads | None, sitemaps: Iterable[Way]) -> list[Way]:
        """WordPress's own list, where no sitemap was found."""
        if named is None or named.posts is None or any(way.links for way in sitemaps):
            return []
        reply = await self.fetch(named.posts)
        if isinstance(reply, Refusal):
            return []
        finding, _ = read_way("api", reply)
        return [Way("api", named.posts, finding.links, note="WordPress's list of posts")] if finding else []


def _title(named: Leads | None, of_feeds: Iterable[str | None]) -> str | None:
    """What the site is called: as its pages state it, as its feed is called, as its home page's title tells."""
    stated = named.site_name if named else None
    fed = next((name for title in of_feeds if (name := name_in(title))), None)
    return stated or fed or (named.title_name if named else None)
