"""Crawl a source in this process and say what came of it. Needs the asyncio reactor; `scheduler.loop` runs one."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings as ScrapySettings

from archive import Archive
from crawler.config import Settings
from crawler.job import Job
from crawler.middlewares.rendering import Rendering
from crawler.middlewares.resolver import PublicResolver
from crawler.pipelines import ArchivePipeline
from crawler.rendering.chromium import require_browser
from crawler.report import CrawlReport
from crawler.spiders import ArticleSpider, spider_for

__all__ = ["Job", "crawl"]

GRACE_SECONDS = 4.0  # for what is under way when a crawl is told to stop


async def crawl(
    job: Job, settings: Settings, on_event: Callable[[CrawlReport], None] | None = None
) -> CrawlReport:
    """The report of the crawl; `on_event` sees it grow.

    Raises ArchiveError where there is no archive to write to, ConfigError where pages can't be rendered that have to be.
    Cancelled, it lets what is under way finish for a few seconds, records the run and only then ends.
    """
    require_browser(job.source, settings.browser)
    runner = runner_for(settings)
    crawler = runner.create_crawler(spider_for(job.source, settings))
    with Archive.open(settings.archive, settings.database_url, front_matter=settings.front_matter) as archive:
        await until_done(crawler, runner.crawl(crawler, job=job, archive=archive, on_event=on_event))
        return _spider(crawler).tally.report


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


def _spider(crawler: Crawler) -> ArticleSpider:
    if not isinstance(crawler.spider, ArticleSpider):
        raise TypeError(f"{crawler.spider!r} is no spider of a source")
    return crawler.spider
