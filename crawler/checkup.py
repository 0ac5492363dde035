"""What a source gives when it is tried live: every way to find articles, and some of the newest. Asks through a Session."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from scrapy.robotstxt import ProtegoRobotParser

from archive import Article
from crawler import vitals
from crawler.discovery.link import DiscoveryError, Finding, Link, Reply
from crawler.discovery.links import find, first_ask
from crawler.exchange import as_got, discovery_request
from crawler.fetch import Session
from crawler.landing import Target, land, source_there
from crawler.polling import Got
from crawler.reading import Fetched, Refusal
from crawler.reading.explain import explain
from crawler.settings import ROBOTSTXT_USER_AGENT
from crawler.source import Source, Step
from crawler.survey import Asked

FIELDS = tuple(vitals.FIELDS[name] for name in ("title", "author", "time", "body"))
_NEEDED = ("title", "published_at", "body")
_AS_SHOULD = ("article", "walled")


@dataclass(frozen=True, slots=True)
class WayTried:
    """One step of discovery: what was answered, how many articles it names, whether it honours conditional requests."""

    name: str
    kind: str
    url: str
    always: bool
    status: int | None = None
    articles: int = 0
    newest: datetime | None = None
    problem: str | None = None
    validators: str = "none"  # none | honoured | ignored
    note: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class PageTried:
    """One article's page: how it reads, which template read it, and what was found (None: missing)."""

    url: str
    state: str
    reason: str = ""
    evidence: str = ""
    template: str | None = None
    found: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Robots:
    """What the site's robots.txt says to us."""

    status: int | None
    allows: bool = True
    delay: float | None = None


@dataclass(frozen=True, slots=True)
class Checkup:
    """A source tried. It is well where there are no troubles; notes are worth knowing and no fault."""

    source: str
    robots: Robots
    ways: tuple[WayTried, ...]
    pages: tuple[PageTried, ...]
    requests: int
    troubles: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        return not self.troubles


async def check_up(source: Source, asking: Session, urls: Sequence[str], most: int) -> Checkup:
    """The source tried: every step asked, then `most` of the newest articles read, and the `urls` besides."""
    before = asking.asked
    ways = tuple([await _way(source, number, asking) for number in range(len(source.discovery))])
    chosen = [Target(url) for url in urls]
    chosen += newest(ways, source, most if ways else 0)
    pages = tuple([await _page(target, source, asking) for target in chosen])
    robots = _robots(source, asking)
    troubles = tuple(troubles_of(source, ways, pages, robots, asked_for=most > 0))
    return Checkup(
        source.name,
        robots,
        ways,
        pages,
        asking.asked - before,
        troubles,
        tuple(notes_of(source, ways, pages, robots)),
    )


# --- judging: pure ---


def newest(ways: Iterable[WayTried], source: Source, most: int) -> list[Target]:
    """The newest articles of all ways, each once; of equal times the first named."""
    found: dict[str, Link] = {}
    for link in (link for way in ways for link in way.links):
        identity = source.identify(link.url)
        if identity is not None:
            known = found.setdefault(identity.url, link)
            if known.published_at is None and link.published_at is not None:
                found[identity.url] = link
    dated = sorted(found, key=lambda url: -(at.timestamp() if (at := found[url].published_at) else 0))
    return [Target(url, (found[url],)) for url in dated[:most]]


def troubles_of(
    source: Source, ways: Sequence[WayTried], pages: Sequence[PageTried], robots: Robots, *, asked_for: bool
) -> Iterable[str]:
    """What is wrong, a line each."""
    if not robots.allows:
        yield "robots.txt forbids us its home page or a way to its articles"
    for way in ways:
        if way.problem:
            yield f"{way.name} ({way.url}): {way.problem}"
    if source.discovery and not any(way.articles for way in ways):
        yield "no way names any article"
    if asked_for and any(way.articles for way in ways) and not pages:
        yield "no article could be tried"
    for page in pages:
        if page.state not in _AS_SHOULD:
            yield f"{page.url}: {page.state}: {page.reason}"
    if pages and all(page.state == "walled" for page in pages):
        yield "every article that was tried lies behind a wall"
    read = [page for page in pages if page.state == "article"]
    for name in _NEEDED:
        without = [page for page in read if page.found.get(name) is None]
        if without:
            yield f"{name}: missing on {len(without)} of {len(read)} pages, as on {without[0].url}"


def notes_of(
    source: Source, ways: Sequence[WayTried], pages: Sequence[PageTried], robots: Robots
) -> Iterable[str]:
    """What is worth knowing."""
    if robots.delay:
        yield f"robots.txt asks for {robots.delay:g} seconds between requests"
    if robots.status is not None and robots.status >= 500:
        yield f"robots.txt answers {robots.status}: nothing is asked until it does"
    for way in ways:
        if way.validators == "ignored":
            yield f"{way.name}: states validators and ignores them; it is read whole at every crawl"
        if way.note:
            yield f"{way.name}: {way.note}"
    read = [page for page in pages if page.state == "article"]
    nobody = [page for page in read if page.found.get("authors") is None]
    if nobody:
        yield f"authors: nobody named on {len(nobody)} of {len(read)} pages; the file then names the source"
    known = [template.name for template in source.templates]
    if known and read and not any(page.template for page in read):
        yield f"no template of the recipe fits these pages ({', '.join(known)}): the site may have been rebuilt"


# --- asking ---


async def _way(source: Source, number: int, asking: Session) -> WayTried:
    step = source.discovery[number]
    tried = WayTried(source.way(step), step.kind, step.url, step.always)
    got = await _asked(source, Asked(number, first_ask(step)), asking)
    if isinstance(got, Refusal):
        return replace(tried, problem=_why(got))
    finding, problem = read_answer(got, source, Asked(number, first_ask(step)))
    if finding is None:
        return replace(tried, status=got.status, problem=problem)
    note = f"names the hub {finding.hub}" if finding.hub else ""
    links = finding.links
    if finding.parts:
        links, problem = await _first_part(source, number, finding, asking)
        note = f"an index of {len(finding.parts)} sitemaps, of which the newest with articles was opened"
    return replace(
        tried,
        status=got.status,
        articles=len(links),
        links=links,
        newest=max((link.published_at for link in links if link.published_at), default=None),
        problem=problem,
        validators=await _validators(source, number, step, got, asking),
        note=note,
    )


async def _first_part(
    source: Source, number: int, finding: Finding, asking: Session
) -> tuple[tuple[Link, ...], str | None]:
    """The articles of the first part of an index that has some."""
    problem: str | None = "none of the parts that were opened names an article"
    for part in finding.parts[:4]:
        asked = Asked(number, part)
        got = await _asked(source, asked, asking)
        if isinstance(got, Refusal):
            problem = f"{part.url}: {_why(got)}"
            continue
        opened, _ = read_answer(got, source, asked)
        if opened is not None and opened.links:
            return opened.links, None
    return (), problem


async def _asked(source: Source, asked: Asked, asking: Session) -> Got | Refusal:
    response = await asking.send(discovery_request(asked, source, _nothing, _nothing))
    return response if isinstance(response, Refusal) else as_got(response)


def _nothing(*_: object) -> None:
    """A request's callback; a session gives the reply to whoever asked."""


def read_answer(got: Got, source: Source, asked: Asked) -> tuple[Finding | None, str | None]:
    """What discovery makes of an answer, or why it makes nothing of it. Pure."""
    if got.status != 200:
        return None, f"it answers {got.status}"
    step = source.discovery[asked.number]
    try:
        return find(
            Reply(got.body, got.url, got.content_type, got.received_at), asked.ask, step, source
        ), None
    except DiscoveryError as error:
        return None, str(error)
    except Exception as error:  # noqa: BLE001  whatever a site sends must not end the check
        return None, f"it can't be read: {type(error).__name__}: {error}"


async def _validators(source: Source, number: int, step: Step, got: Got, asking: Session) -> str:
    """Does the server answer 304 to what it stated a moment ago?"""
    named = {"If-None-Match": got.etag, "If-Modified-Since": got.last_modified}
    sent = {name: value for name, value in named.items() if value}
    if not sent or step.method != "GET":
        return "none"
    again = await _asked(source, Asked(number, first_ask(step), None, sent), asking)
    return "honoured" if isinstance(again, Got) and again.status == 304 else "ignored"


async def _page(target: Target, source: Source, asking: Session) -> PageTried:
    reply = await asking.get(target.address)
    if isinstance(reply, Refusal):
        return PageTried(target.address, reply.state, _why(reply))
    return read_page(target, reply, source)


def read_page(target: Target, reply: Fetched, source: Source) -> PageTried:
    """How a page reads. Pure."""
    landing = land(target, [reply], source, plain=False)
    explained = explain(reply, source_there(source, reply.url))
    result = landing.result
    if not isinstance(result, Article):
        return PageTried(target.address, result.state, result.reason, result.evidence, explained.template)
    values = {name: getattr(result, name) for name in FIELDS}
    reason = f"the page is {landing.refused.state}: the feed’s text is taken" if landing.refused else ""
    return PageTried(
        target.address,
        "article",
        reason,
        "",
        explained.template,
        {name: _shown(value) for name, value in values.items()},
    )


def _shown(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or None
    return str(value) if value else None


def _robots(source: Source, asking: Session) -> Robots:
    """What robots.txt said, of the hosts that were asked."""
    said = next(
        (one for step in source.discovery if (one := asking.robots(step.url))), None
    ) or asking.robots(source.home)
    if said is None:
        return Robots(None)
    status, body = said
    if status != 200:
        return Robots(status)
    rules = ProtegoRobotParser(body, None)
    urls = [source.home, *(step.url for step in source.discovery if asking.robots(step.url) == said)]
    allows = all(rules.allowed(url, ROBOTSTXT_USER_AGENT) for url in urls)
    return Robots(status, allows, rules.crawl_delay(ROBOTSTXT_USER_AGENT))


def _why(refusal: Refusal) -> str:
    return "robots.txt forbids it" if refusal.reason == "robots.txt" else refusal.reason
