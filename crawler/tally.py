"""Tally: the report of a crawl that is under way."""

from collections.abc import Callable, Iterable
from datetime import datetime

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.report import Answer, CrawlReport
from crawler.vitals import Gauge

OnEvent = Callable[[CrawlReport], None]


class Tally:
    """Counts as the crawl goes and tells `on_event` of each change."""

    def __init__(self, source: str, started_at: datetime, on_event: OnEvent | None = None) -> None:
        self.gauge = Gauge()
        self._source = source
        self._started_at = started_at
        self._on_event = on_event
        self._answers: list[Answer] = []
        self._outstanding: dict[str, None] = {}
        self._wanted = 0
        self._known = 0
        self._requests = 0
        self._received_bytes = 0
        self.run: int | None = None
        self._states: dict[str, str] = {}
        self._reasons: dict[str, str] = {}
        self._problem: str | None = None
        self._is_ours = False
        self._finished_at: datetime | None = None

    @property
    def outstanding(self) -> list[str]:
        """The URLs that are to be fetched and have no state yet."""
        return list(self._outstanding)

    @property
    def report(self) -> CrawlReport:
        """The report as it stands."""
        return CrawlReport(
            source=self._source,
            started_at=self._started_at,
            finished_at=self._finished_at,
            discovery=tuple(self._answers),
            wanted=self._wanted,
            known=self._known,
            states=dict(self._states),
            reasons=dict(self._reasons),
            requests=self._requests,
            received_bytes=self._received_bytes,
            run=self.run,
            problem=self._problem,
            is_ours=self._is_ours,
            vitals=self.gauge.vitals,
        )

    def answers(
        self,
        url: str,
        links: int = 0,
        problem: str | None = None,
        *,
        unchanged: bool = False,
        notes: tuple[str, ...] = (),
    ) -> None:
        """A request of discovery gave links, or a problem."""
        self._answers.append(Answer(url, links, problem, unchanged, notes))
        self._tell()

    def knows(self, count: int) -> None:
        """So many links are settled in the archive."""
        self._known += count

    def wants(self, urls: Iterable[str]) -> None:
        """These articles are to be fetched."""
        new = [url for url in urls if url not in self._outstanding and url not in self._states]
        self._outstanding |= dict.fromkeys(new)
        self._wanted += len(new)
        self._tell()

    def attend(self, crawler: Crawler) -> None:
        """Sees what goes out and what comes in, robots.txt aside."""
        crawler.signals.connect(self._sees_request, signal=signals.request_reached_downloader)
        crawler.signals.connect(self._sees_answer, signal=signals.response_downloaded)

    def sends(self) -> None:
        """A request goes out."""
        self._requests += 1

    def receives(self, count: int) -> None:
        """So many bytes came, heads and bodies as they were sent."""
        self._received_bytes += count

    def ends(self, url: str, state: str, reason: str = "") -> None:
        """A URL has its state."""
        self._outstanding.pop(url, None)
        self._states[url] = state
        if reason:
            self._reasons[url] = reason
        self._tell()

    def leaves(self, url: str) -> None:
        """The URL is not fetched in this crawl, and nothing is lost by it."""
        if url in self._outstanding:
            del self._outstanding[url]
            self._wanted -= 1

    def stops(self, problem: str) -> None:
        """The crawl as a whole cannot go on; the first reason counts."""
        self._problem = self._problem or problem

    def blames_us(self) -> None:
        """It was the archive that could not go on."""
        self._is_ours = True

    def finish(self, now: datetime) -> None:
        self._finished_at = now
        self._tell()

    def _sees_request(self, request: Request) -> None:
        if not request.meta.get("dont_obey_robotstxt"):  # the mark of robots.txt itself
            self.sends()

    def _sees_answer(self, response: Response, request: Request) -> None:
        if not request.meta.get("dont_obey_robotstxt"):
            self.gauge.answers(response, request)

    def _tell(self) -> None:
        if self._on_event is not None:
            self._on_event(self.report)
