"""ArchivePipeline: the one hand-over to the archive. It also records the run, however the crawl was started."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from archive import ArchiveError, Article, Verdict, url_key
from crawler.landing import Landing, Postponed, Unchanged
from crawler.reading import Refusal
from crawler.spiders import ArticleSpider

FINISHED = "finished"  # Scrapy's word for a crawl that came to its end


class ArchivePipeline:
    """Takes each Landing into the archive and the tally."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._run: int | None = None
        self._is_over = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        pipeline = cls(crawler)
        crawler.signals.connect(pipeline.close, signal=signals.spider_closed)
        return pipeline

    @property
    def _spider(self) -> ArticleSpider:
        spider = self._crawler.spider
        if not isinstance(spider, ArticleSpider):
            raise TypeError(f"{spider!r} is no spider of a source")
        return spider

    def open_spider(self) -> None:
        spider = self._spider
        try:
            job, runs, now = spider.job, spider.archive.runs, datetime.now(UTC)
            self._run = spider.tally.run = runs.start(spider.source.name, job.by, now, job.due_at)
        except ArchiveError as error:
            spider.tally.stops(str(error))
            raise CloseSpider("archive") from error

    async def process_item(self, item: Any) -> Any:
        if isinstance(item, Landing | Postponed | Unchanged):
            try:
                self._take(item)
            except ArchiveError as error:
                # What is not kept stays wanted: a later crawl fetches it.
                self._spider.tally.stops(str(error))
                self._spider.stop_soon("archive")
            except Exception as error:  # whatever an article holds must not end the crawl
                self._spider.logger.exception("%s can't be kept", item.url)
                self._fail(item, f"keeping it raised {type(error).__name__}: {error}")
        return item

    def _fail(self, item: Landing | Postponed | Unchanged, reason: str) -> None:
        if isinstance(item, Landing) and item.reread is not None:
            refusal = Refusal(url=item.url, state="failed", reason=reason)
            self._stays(replace(item, result=refusal), f"failed: {reason}")
        else:
            self._refuse(item.url, "failed", reason)

    def close(self, reason: str = FINISHED) -> None:
        """Ends the report and the run, once. URLs of a crawl that was cut short stay discovered."""
        if self._is_over:
            return
        self._is_over = True
        spider = self._spider
        now = datetime.now(UTC)
        if reason == "archive":
            spider.tally.blames_us()
        try:
            self._end(spider, reason, now)
        except ArchiveError as error:
            spider.tally.stops(str(error))
            spider.tally.finish(now)
        finally:
            spider.leave_archive()
        spider.logger.info("report %s", json.dumps(spider.tally.report.as_json(), ensure_ascii=False))

    def _end(self, spider: ArticleSpider, reason: str, now: datetime) -> None:
        if reason != FINISHED:
            spider.tally.stops(f"stopped ({reason})")
        for url in spider.tally.outstanding if reason == FINISHED else ():
            # Nothing stops silently: a request that Scrapy lost is a failure like any other.
            self._refuse(url, "failed", "the crawl ended without an answer")
        spider.tally.receives(self._crawler.stats.get_value("downloader/response_bytes", 0))
        spider.tally.finish(now)
        if self._run is not None:
            report = spider.tally.report
            spider.archive.runs.finish(self._run, report.as_json(), "ok" if report.ok else "failed", now)

    def _take(self, item: Landing | Postponed | Unchanged) -> None:
        if isinstance(item, Landing):
            self._keep(item)
        elif isinstance(item, Unchanged):
            self._stays(item)
        elif item.is_reread:
            self._spider.tally.leaves(item.url)
        else:
            self._postpone(item)

    def _postpone(self, item: Postponed) -> None:
        self._spider.archive.runs.postpone(url_key(item.url), item.until)
        self._spider.tally.ends(item.url, "discovered", item.reason)

    def _stays(self, done: Landing | Unchanged, reason: str = "") -> None:
        """An archived article was read again, and stays as it is."""
        self._spider.rereader.settle(done, datetime.now(UTC))
        self._spider.tally.ends(done.url, "unchanged", reason)

    def _keep(self, landing: Landing) -> None:
        result = landing.result
        self._note(landing)
        if landing.reread is not None and isinstance(result, Refusal):
            self._store(landing)
            self._stays(landing, f"{result.state}: {result.reason}")
            return
        if self._spider.rereader.is_unchanged(landing):
            self._stays(landing)
            return
        stored = self._store(landing)
        if not isinstance(result, Article):
            self._refuse(landing.url, result.state, result.reason)
            return
        spider = self._spider
        if (
            landing.led
            and url_key(landing.led) != url_key(result.url)
            and spider.archive.holds_another(result)
        ):
            # Every page of the site states that address as its own.
            result = replace(result, url=landing.led)
        if landing.refused is None and landing.page in stored:
            result = replace(result, snapshot=stored[landing.page])
        receipt = spider.archive.add(result)
        state = receipt.verdict
        spider.archive.alias(dict.fromkeys(landing.also, receipt.url), result.fetched_at)
        if url_key(result.url) != url_key(landing.url):
            state = Verdict.DUPLICATE if state is Verdict.KNOWN else state
        if landing.refused is not None:
            # The article is kept; the page is asked for again only after a rest.
            why = landing.refused
            spider.archive.refuse(landing.url, spider.source.name, why.state, why.reason, result.fetched_at)
        spider.rereader.settle(landing, result.fetched_at, changed=True)
        spider.rereader.schedule(result, receipt.verdict.value, landing.validators, result.fetched_at)
        spider.tally.ends(landing.url, state.value)

    def _note(self, landing: Landing) -> None:
        """What the page tells of the source's health, whatever becomes of it."""
        gauge, result = self._spider.tally.gauge, landing.refused or landing.result
        if isinstance(result, Article):
            gauge.reads(result)
        else:
            gauge.refuses(result.state, result.reason)

    def _store(self, landing: Landing) -> dict[str, str]:
        """Keeps what was received: URL → the record's id. Of what was refused one of a kind a day is enough."""
        archive, snapshots = self._spider.archive, self._spider.archive.snapshots
        if isinstance(landing.result, Article) and archive.state(landing.result.url) == "removed":
            return {}  # met at another URL: nothing of it is to come back
        is_refused = landing.refused is not None or not isinstance(landing.result, Article)
        return {
            exchange.url: snapshots.put(exchange)
            for exchange in (replace(one, article=landing.url) for one in landing.exchanges)
            if not (is_refused and snapshots.has(exchange))
        }

    def _refuse(self, url: str, state: str, reason: str) -> None:
        spider = self._spider
        spider.archive.refuse(url, spider.source.name, state, reason, datetime.now(UTC))
        held = spider.archive.article(url)
        if held is not None:
            # Kept from the feed by an earlier crawl: nothing was lost today.
            spider.tally.ends(url, "known", f"{state}: {reason}")
            return
        spider.tally.ends(url, state, reason)
