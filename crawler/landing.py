"""Pure: what the pages fetched for an article come to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from archive import Article, Exchange, RereadRow
from crawler.discovery.link import Link
from crawler.past.rereading import NOTHING_STATED, Validators
from crawler.reading import Fetched, Refusal, next_page, page_number, read, read_entry
from crawler.reading.facts import split_names
from crawler.reading.metadata import stated_spelling
from crawler.reading.template import others
from crawler.source import Source, source_for
from crawler.urls import is_front_page, split

MOST_PAGES = 20
_UNREADABLE = ("blocked", "failed")  # a verification in the text's place, or a page that a script fills
_MIDNIGHT = time()
_MOST_CUT = 2  # a full feed's text that is so many times the page's is the article, and the page a teaser


@dataclass(frozen=True, slots=True)
class Target:
    """An article to fetch: its canonical URL, and what discovery said of it in this crawl, in each way.

    `reread`: what is noted of an archived one that is read again.
    """

    url: str
    links: tuple[Link, ...] = ()
    reread: RereadRow | None = None

    @property
    def link(self) -> Link | None:
        return self.links[0] if self.links else None

    @property
    def address(self) -> str:
        """What is asked for: the URL as it was found."""
        return self.link.url if self.link else self.url


@dataclass(frozen=True, slots=True)
class Landing:
    """How a target ended: an article (perhaps at another URL), or a refusal. The pipeline hands it on.

    `refused` is why the page was, where the article comes from the feed's text. `also` are the URLs at which the
    article was found, asked for and led through. `led` is where the page lay: the article's URL where the one
    that the page states proves to be another article's. `exchanges` is what came for it, hop by hop, and `page` the
    address of the page that was read. `reread` is its target's, `validators` what the page states of its state.
    """

    url: str
    result: Article | Refusal
    refused: Refusal | None = None
    also: tuple[str, ...] = ()
    led: str | None = None
    exchanges: tuple[Exchange, ...] = ()
    page: str | None = None
    reread: RereadRow | None = None
    validators: Validators = NOTHING_STATED


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An archived article whose page says that it is as it was: it was not sent again."""

    url: str
    reread: RereadRow
    validators: Validators


@dataclass(frozen=True, slots=True)
class Postponed:
    """A target that was not asked for: its domain is to be left alone until then (aware UTC). It stays discovered."""

    url: str
    until: datetime
    reason: str
    is_reread: bool = False  # it is archived, and stays due


def further_page(pages: Sequence[Fetched], source: Source) -> str | None:
    """The address of the article's next page, if there is one that was not fetched yet."""
    first = pages[0]
    address = next_page(pages[-1], source, first.url) if len(pages) < MOST_PAGES else None
    address = _as_secure(address, first.url) if address else None
    if address is None or address in {page.url for page in pages}:
        return None
    if page_number(first.url, address, source) != len(pages) + 1:
        return None  # led elsewhere, or round in a circle
    # A list without a recipe has pages, too: they are not fetched for nothing.
    is_list = len(pages) == 1 and not source.has_recipe and isinstance(read(first, source), Refusal)
    return None if is_list else address


def _as_secure(address: str, first: str) -> str:
    """A link of old pages to http, where the site is at https today: some have a `base` of that time."""
    one, other = split(address), split(first)
    is_older = (
        one and other and one.netloc == other.netloc and (one.scheme, other.scheme) == ("http", "https")
    )
    return f"https{address.removeprefix('http')}" if is_older else address


def land(target: Target, pages: Sequence[Fetched], source: Source, *, plain: bool) -> Landing:
    """Reads the pages. A page that was refused gives way to the feed's text, where that is the full article."""
    first = pages[0]
    source = source_there(source, first.url)
    result = read(first, source, pages[1:], plain=plain)
    found = (target.url, *(link.url for link in target.links))
    entry = _entry(target, source, first.fetched_at, plain)
    if not isinstance(result, Refusal):
        identity = None if source.has_recipe else source.identify(first.url)
        also, led = (*found, *_met(first, source)), identity.url if identity else None
        return Landing(target.url, _completed(result, entry, target, source), also=also, led=led)
    if result.state == "not_an_article" and first.requested and source.identify(first.url) is None:
        # Sites lead a reader of a deleted article to a channel or to their front page.
        return Landing(target.url, replace(result, state="gone"))
    if result.state in _UNREADABLE and entry:
        return Landing(target.url, entry, result, found)
    return Landing(target.url, result)


def told_by_feed(
    target: Target, later: Postponed, source: Source, now: datetime, *, plain: bool
) -> Landing | None:
    """What a full feed tells of an article that is not asked for, because its site wants to be left alone."""
    entry = _entry(target, source, now, plain) if target.reread is None else None
    if entry is None:
        return None
    refusal = Refusal(url=target.url, state="blocked", reason=later.reason)
    return Landing(target.url, entry, refusal, (target.url, *(link.url for link in target.links)))


def _entry(target: Target, source: Source, now: datetime, plain: bool) -> Article | None:
    """The article as a full feed tells it."""
    full = next((link for link in target.links if link.html), None)
    entry = read_entry(full, source, now, plain=plain) if full else None
    return entry if isinstance(entry, Article) else None


def _completed(article: Article, entry: Article | None, target: Target, source: Source) -> Article:
    """The article with what the ways that found it say and its page does not."""
    if entry and len(article.body) * _MOST_CUT < len(entry.body):
        licence, authors = article.licence or entry.licence, article.authors or entry.authors
        article = replace(article, body=entry.body, licence=licence, authors=authors)
    author = next((link.author for link in target.links if link.author), None)
    if author and not article.authors and source.has_recipe:
        article = replace(article, authors=others(split_names((author,)), source))
    stated = next((link.published_at for link in target.links if link.published_at), None)
    return replace(article, published_at=timed(article.published_at, stated, source))


def timed(read: datetime | None, told: datetime | None, source: Source) -> datetime | None:
    """The time that a page was read to state, or the one a feed told, where that says more."""
    told = told.astimezone(ZoneInfo(source.zone)) if told else None
    if told is None or source.feed_tells_time:
        return told or read
    names_day = read is not None and read.time() == _MIDNIGHT
    same_day = read is not None and read.date() == told.astimezone(read.tzinfo).date()
    return told if names_day and same_day else read


def _met(first: Fetched, source: Source) -> Iterator[str]:
    """The URLs of the way to an article's page, and the one that it calls its own; never a front page's."""
    stated = stated_spelling(first, source) if source.has_recipe else None
    for url in (*first.passed, first.url, stated):
        if url is not None and not is_front_page(url):
            yield url


def source_there(source: Source, address: str) -> Source:
    """Without a recipe a redirect to another host is still the article: it only lives there."""
    return source if source.has_recipe or source.serves(address) else source_for(address, {})
