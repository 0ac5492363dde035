"""Crawl a source in this process and say what came of it. Needs the asyncio reactor; `scheduler.loop` runs one."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings as ScrapySettings

from archive import Archive, Holder
from crawler.config import Settings
from crawler.job import Job
from crawler.middlewares.rendering import Rendering
from crawler.middlewares.resolver import PublicResolver
from crawler.pipelines import ArchivePipeline
from crawler.politeness.turn import turn
from crawler.rendering.chromium import require_browser
from crawler.report import CrawlReport
from crawler.spiders import ArticleSpider, spider_for

__all__ = ["Crawls", "Job", "crawl"]

GRACE_SECONDS = 4.0  # for what is under way when a crawl is told to stop


OnEvent = Callable[[CrawlReport], None]


async def crawl(job: Job, settings: Settings, on_event: OnEvent | None = None) -> CrawlReport:
    """One crawl, with an archive opened for it: see `Crawls.crawl`. Raises ArchiveError where there is none to write to."""
    with Crawls(settings) as crawls:
        return await crawls.crawl(job, on_event)


class Crawls:
    """Crawls in this process, one after the other or side by side: one Scrapy set-up and one open archive for all.

    To open both anew for each would take as long as a poll that brings nothing new.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._runner: AsyncCrawlerRunner | None = None
        self._archive: Archive | None = None
        self._holders: dict[str, Holder] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._archive is not None:
            self._archive.close()

    async def crawl(self, job: Job, on_event: OnEvent | None = None) -> CrawlReport:
        """The report of the crawl; `on_event` sees it grow.

        Raises ArchiveError where there is no archive to write to, Held where the source is being crawled by somebody
        else, ConfigError where pages can't be rendered that have to be. Cancelled, it lets what is under way finish for a few seconds, records the run and only then ends.
        """
        require_browser(job.source, self._settings.browser)
        self._runner = self._runner or runner_for(self._settings)
        archive = self._open()
        crawler = self._runner.create_crawler(spider_for(job.source, self._settings))
        with self._turn(archive, job, crawler):
            await until_done(
                crawler, self._runner.crawl(crawler, job=job, archive=archive, on_event=on_event)
            )
        return _spider(crawler).tally.report

    def change(self, settings: Settings) -> None:
        """The crawls that begin from now on have other settings; the archive is the same."""
        if settings.front_matter != self._settings.front_matter:
            self.__exit__(None, None, None)
            self._archive = None
        self._settings, self._runner = settings, None

    def _turn(self, archive: Archive, job: Job, crawler: Crawler) -> contextlib.AbstractContextManager[None]:
        if not job.takes_turn:
            return contextlib.nullcontext()
        holder = self._holders.setdefault(job.by, Holder.here("daemon" if job.by == "run" else job.by))
        return turn(archive.leases, job.source.name, holder, lambda: _lose(crawler))

    def _open(self) -> Archive:
        """The archive; opened anew where somebody deleted its catalog meanwhile."""
        held, ours = self._archive, self._settings
        if held is not None and held.is_in_place:
            return held
        self._archive = Archive.open(ours.archive, ours.database_url, front_matter=ours.front_matter)
        if held is not None:
            held.close()
        return self._archive


def runner_for(settings: Settings, changes: Mapping[str, Any] | None = None) -> AsyncCrawlerRunner:
    """Scrapy as the project sets it up, and `changes`; names lead to the open internet only from here on."""
    from twisted.internet import reactor  # noqa: PLC0415  importing it installs one

    PublicResolver.install(reactor, settings)
    project = ScrapySettings()
    project.setmodule("crawler.settings", priority="project")
    project.setdict(dict(changes or {}), priority="spider")
    return AsyncCrawlerRunner(project)


async def until_done(crawler: Crawler, running: asyncio.Task[None]) -> None:
    """Waits for a crawl; cancelled, it gives what is under way a few seconds."""
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await _stop(crawler, running)
        raise


async def _stop(crawler: Crawler, running: asyncio.Task[None]) -> None:
    """Let the crawl end; after the deadline its run is closed without it."""
    ending = asyncio.gather(crawler.stop_async(), running, return_exceptions=True)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ending, GRACE_SECONDS)
    pipeline = crawler.get_item_pipeline(ArchivePipeline) if crawler.spider else None
    if pipeline is not None:
        pipeline.close("shutdown")
    rendering = crawler.get_downloader_middleware(Rendering) if crawler.engine else None
    if rendering is not None:
        await rendering.close()


def _lose(crawler: Crawler) -> None:
    """Another process may be crawling the source by now."""
    _spider(crawler).tally.stops("its turn was lost: the database was out of reach for too long")
    asyncio.ensure_future(crawler.stop_async())  # noqa: RUF006  the crawl waits for it


def _spider(crawler: Crawler) -> ArticleSpider:
    if not isinstance(crawler.spider, ArticleSpider):
        raise TypeError(f"{crawler.spider!r} is no spider of a source")
    return crawler.spider
