"""ArticleSpider: discovery, then the pages the archive still wants. One spider is made from each recipe."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from archive import Archive, ArchiveError, Exchange, Found, url_key
from crawler.config import Settings
from crawler.discovery.link import Link
from crawler.exchange import as_fetched, as_got, discovery_request, stated_by, validators_of
from crawler.job import Job
from crawler.landing import Landing, Postponed, Target, Unchanged, further_page, land, told_by_feed
from crawler.middlewares.capture import TAKEN
from crawler.past.rereader import Rereader
from crawler.past.rereading import conditions, most
from crawler.politeness.failures import failure, fault_of, put_off
from crawler.politeness.trust import name_authorities
from crawler.polling import digests
from crawler.reading import Fetched, Refusal
from crawler.settings import overrides
from crawler.source import Source, source_for
from crawler.survey import Asked, Survey
from crawler.tally import OnEvent, Tally

_LAST = 50  # pages: more than an article has

Output = Request | Landing | Postponed | Unchanged


class ArticleSpider(Spider):
    """Crawls one source as its Job says. Made by `spider_for`; by hand it makes its own Job and opens the archive."""

    source: Source
    ours: ClassVar[Settings]

    def __init__(self, job: Job, archive: Archive, tally: Tally, *, owns_archive: bool = False) -> None:
        super().__init__()
        self.job = job
        self.source = job.source
        self.archive = archive
        self.tally = tally
        self.survey = Survey(self.source, archive.polls, tally, archive.unmet)
        bound = timedelta(seconds=self.ours.reread)
        self.rereader = Rereader(archive, self.source, bound, plain=self.ours.plain)
        self._owns_archive = owns_archive
        self._stopping: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        job: Job | None = None,
        archive: Archive | None = None,
        on_event: OnEvent | None = None,
        **arguments: str,
    ) -> Self:
        name_authorities()
        job = job or cls.job_by_hand(**arguments)
        ours = cls.ours
        held = archive or Archive.open(ours.archive, ours.database_url, front_matter=ours.front_matter)
        tally = Tally(job.source.name, datetime.now(UTC), on_event)
        spider = cls(job, held, tally, owns_archive=archive is None)
        spider._set_crawler(crawler)
        tally.attend(crawler)
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        language = cls.source.language if hasattr(cls, "source") else None
        settings.setdict(overrides(cls.ours, language), priority="spider")
        if hasattr(cls, "source") and cls.source.delay > cls.ours.delay:
            settings.set("DOWNLOAD_DELAY", cls.source.delay, priority="spider")

    @classmethod
    def job_by_hand(cls, limit: str = "", url: str = "") -> Job:
        """What `scrapy crawl NAME -a limit=… -a url=…` asks for."""
        return Job(cls.source, (url,) if url else (), int(limit) if limit else None)

    # --- discovery ---

    async def start(self) -> AsyncIterator[Output]:
        for output in self._named() if self.job.urls else self._begin():
            yield output

    def _begin(self) -> Iterator[Output]:
        with self._ending_with_the_archive():
            requests = self.survey.begin(datetime.now(UTC), needs_texts=self._needs_texts())
        yield from self._ask(requests)

    def parse_links(self, response: Response, asked: Asked) -> Iterator[Output]:
        """A reply of discovery: what is asked next, and at the end the articles."""
        self.tally.gauge.follows(asked.ask.url, response.url, response.meta.get("redirect_reasons", ()))
        with self._ending_with_the_archive():
            requests = self.survey.take(asked, as_got(response))
        yield from self._ask(requests)

    def links_failed(self, error: Failure) -> Iterator[Output]:
        """A request of discovery got no reply."""
        asked: Asked = error.request.cb_kwargs["asked"]  # type: ignore[attr-defined]  # Scrapy sets it
        self.tally.gauge.misses(fault_of(error))
        with self._ending_with_the_archive():
            requests = self.survey.miss(asked, failure(error)[1])
        yield from self._ask(requests)

    def _ask(self, requests: Iterable[Asked]) -> Iterator[Output]:
        for asked in requests:
            yield discovery_request(asked, self.source, self.parse_links, self.links_failed)
        if self.survey.is_over:
            yield from self._fetch(self.survey.links)

    def _needs_texts(self) -> bool:
        """Is there an article from earlier crawls that a full feed could still give?"""
        if not any(step.full for step in self.source.discovery):
            return False
        pending = self.archive.pending(self.source.name, datetime.now(UTC), patient=self.job.is_patient)
        return any(self.archive.article(url) is None for url in pending)

    def _named(self) -> Iterator[Output]:
        """The URLs a person gave."""
        found = []
        for url in self.job.urls:
            identity = self.source.identify(url)
            if identity is None:
                self.tally.wants([url])
                yield _refused(url, "not_an_article", f"no article's address on {self.source.name}")
            else:
                # Page k is no article alone: the article's own address is asked for.
                found.append(Link(url if identity.page == 1 else identity.url, self.job.found_by))
        yield from self._fetch(found)

    # --- pages ---

    def _fetch(self, found: Iterable[Link]) -> Iterator[Output]:
        with self._ending_with_the_archive():
            targets = self._targets(found)
            self.survey.settle()
            targets += self._due(targets)
        self.tally.wants(target.url for target in targets)
        for target in targets:
            yield self._page(target.address, target)

    def _targets(self, found: Iterable[Link]) -> list[Target]:
        """What the archive still wants: of these links first, then of earlier crawls."""
        now, patient = datetime.now(UTC), self.job.is_patient
        by_url: dict[str, list[Link]] = {}
        records: list[Found] = []
        for link in found:
            identity = self.source.identify(link.url)
            if identity is not None:
                by_url.setdefault(identity.url, []).append(link)
                records.append(
                    Found(identity.url, self.source.name, link.title, link.published_at, link.found_by)
                )
        self.tally.gauge.names(len(by_url) + len(self.survey.unchanged), len(self.archive.unmet(by_url)))
        self.archive.alias({link.url: url for url, links in by_url.items() for link in links}, now)
        wanted = self.archive.discover(records, now, patient=patient)
        earlier = [] if self.job.urls else self.archive.pending(self.source.name, now, patient=patient)
        self._count_known(by_url, wanted, earlier)
        once: dict[str, str] = {}
        for url in (*wanted, *earlier):  # what was found stands among the earlier ones, too
            once.setdefault(url_key(url), url)
        return [Target(url, tuple(by_url.get(url, ()))) for url in [*once.values()][: self.job.limit]]

    def _due(self, targets: Sequence[Target]) -> list[Target]:
        """Archived articles that are read again, by a crawl of the whole source."""
        if self.job.urls or not self.tally.report.discovery_answered:  # a site that is silent is left alone
            return []
        room = most(self.ours.requests_per_crawl, self.job.limit, len(targets))
        due = self.rereader.due(datetime.now(UTC), room)
        wanted = {url_key(target.url) for target in targets}
        return [target for target in due if url_key(target.url) not in wanted]

    def _count_known(self, found: Iterable[str], wanted: Iterable[str], earlier: Iterable[str]) -> None:
        settled = len(self.archive.settled(set(found) - set(wanted)))
        # Of answers that were not read only digests are at hand.
        self.tally.knows(settled + len(self.survey.unchanged - set(digests([*found, *wanted, *earlier]))))

    def parse_page(
        self, response: Response, target: Target, pages: tuple[Fetched, ...] = ()
    ) -> Iterator[Output]:
        """An article's page: the request for its next one, or what they all come to."""
        if target.reread is not None and not pages and response.status == 304:
            yield Unchanged(target.url, target.reread, validators_of(response, target.reread))
            return
        yield self._read(target, (*pages, as_fetched(response)), response.meta.get(TAKEN, []))

    def page_failed(self, error: Failure) -> Iterator[Output]:
        """A request for an article got no page."""
        arguments = error.request.cb_kwargs  # type: ignore[attr-defined]  # Scrapy sets it
        target, pages = arguments["target"], arguments.get("pages", ())
        state, reason = failure(error)
        waits = put_off(error)
        if waits is not None:
            later = Postponed(target.url, waits.until, reason, is_reread=target.reread is not None)
            told = told_by_feed(target, later, self.source, datetime.now(UTC), plain=self.ours.plain)
            yield told if told and waits.by_site and not pages else later
            return
        if pages:  # a part of an article is no article
            state, reason = "failed", f"page {len(pages) + 1}: {reason}"
        taken = error.request.meta.get(TAKEN, [])  # type: ignore[attr-defined]
        yield replace(_refused(target.url, state, reason, taken), reread=target.reread)

    def _read(self, target: Target, pages: tuple[Fetched, ...], taken: list[Exchange]) -> Output:
        try:
            address = further_page(pages, self.source)
            if address is None:
                landing = land(target, pages, self.source, plain=self.ours.plain)
                stated = stated_by(pages)
                return replace(
                    landing,
                    exchanges=tuple(taken),
                    page=pages[0].url,
                    reread=target.reread,
                    validators=stated,
                )
        except Exception as error:  # whatever a page holds must not end the crawl
            self.logger.exception("%s can't be read", pages[0].url)
            reason = f"reading it raised {type(error).__name__}: {error}"
            return replace(_refused(target.url, "failed", reason, taken), reread=target.reread)
        return self._page(address, target, pages, taken)

    def _page(
        self,
        address: str,
        target: Target,
        pages: tuple[Fetched, ...] = (),
        taken: Sequence[Exchange] = (),
    ) -> Request:
        return Request(
            address,
            callback=self.parse_page,
            errback=self.page_failed,
            cb_kwargs={"target": target, "pages": pages},
            headers=self._conditions(target) if not pages else {},
            meta={TAKEN: list(taken)} if self.ours.snapshots else {},
            dont_filter=True,
            # An article is finished before the next is begun, and what is archived comes last.
            priority=len(pages) - (_LAST if target.reread else 0),
        )

    def _conditions(self, target: Target) -> dict[str, bytes]:
        """As bytes: Scrapy would send text as UTF-8, and a validator goes back as it came."""
        # What a browser makes of a page depends on more than the page.
        named = conditions(target.reread) if target.reread and not self.source.render else {}
        return {name: value.encode("latin-1") for name, value in named.items()}

    # --- the crawl as a whole ---

    @contextmanager
    def _ending_with_the_archive(self) -> Iterator[None]:
        try:
            yield
        except ArchiveError as error:
            self.tally.stops(str(error))
            raise CloseSpider("archive") from error

    def stop_soon(self, reason: str) -> None:
        """Ends the crawl from within a callback."""
        if self._stopping is None:
            self._stopping = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))

    def leave_archive(self) -> None:
        if self._owns_archive:
            self.archive.close()


class PageSpider(ArticleSpider):
    """`scrapy crawl page -a url=…`: any one article, with the recipe that knows it or without one."""

    name = "page"
    sources: ClassVar[dict[str, Source]]

    @classmethod
    def job_by_hand(cls, limit: str = "", url: str = "") -> Job:
        return Job(source_for(url, cls.sources), (url,))


def spider_for(source: Source, settings: Settings) -> type[ArticleSpider]:
    """The spider of a source."""
    return type("SourceSpider", (ArticleSpider,), {"name": source.name, "source": source, "ours": settings})


def page_spider(sources: dict[str, Source], settings: Settings) -> type[PageSpider]:
    """The spider of any one article."""
    return type("AnyPageSpider", (PageSpider,), {"sources": sources, "ours": settings})


def _refused(url: str, state: str, reason: str, taken: Sequence[Exchange] = ()) -> Landing:
    return Landing(url, Refusal(url=url, state=state, reason=reason), exchanges=tuple(taken))
