"""Politeness: one registrable domain at a time, no faster than it asks or answers, and not at all where it says so."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.misc import load_object

from archive import ArchiveError
from crawler.middlewares.record import DomainRecord, domains_of
from crawler.middlewares.resolver import PublicResolver
from crawler.politeness import manners
from crawler.politeness.failures import comes_to
from crawler.politeness.gate import GATE
from crawler.politeness.line import LINE, kind_of
from crawler.politeness.putoff import PutOff, shown
from crawler.urls import registrable

_log = logging.getLogger(__name__)

# While our line is down, each crawl finds out anew with its first request.
LINE_REST = timedelta(minutes=2)


class Politeness:
    """Gives every request its domain's slot and its turn there, and heeds what is answered.

    A request that is not to leave now is put off. Crawls that run side by side in this process share the turns, and
    through the archive the rests and the day's requests.
    """

    def __init__(self, crawler: Crawler, clock: Callable[[], datetime]) -> None:
        self._crawler = crawler
        self._clock = clock
        settings = crawler.settings
        self._agent: str = settings["ROBOTSTXT_USER_AGENT"]
        self._least = settings.getfloat("DOWNLOAD_DELAY")
        self._per_crawl = settings.getint("REQUESTS_PER_CRAWL")
        self._per_day = settings.getint("REQUESTS_PER_DAY")
        self._record = DomainRecord(lambda: domains_of(crawler))
        self._turns: dict[Request, str] = {}  # requests on their way, and the domain whose turn they have
        self._asked: dict[str, float] = {}  # domain → seconds its robots.txt files ask for
        self._pace: dict[str, float] = {}  # domain → seconds it takes to answer
        self._sent = 0
        self._is_cut = False  # did this crawl find our line down?

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        politeness = cls(crawler, load_object(crawler.settings["CLOCK"]))
        connect = crawler.signals.connect
        connect(politeness.heed, signal=signals.robots_parsed)
        connect(politeness.slow_down, signal=signals.request_reached_downloader)
        connect(politeness.close, signal=signals.spider_closed)
        return politeness

    async def process_request(self, request: Request) -> None:
        domain = registrable(request.url) or ""
        # A redirect brings the slot of where it came from.
        request.meta["download_slot"] = domain
        self._check(domain)
        # Scrapy's slots are of one crawl, and what stands in one is sent whatever the answer before it said.
        delay = (lambda: None) if _is_part(request) else (lambda: self._delay(domain))
        if not await GATE.enter(domain, request, delay, self._is_over):
            raise PutOff(self._clock(), "the crawl was told to stop")
        self._turns[request] = domain
        self._check(domain)
        if not _is_robots(request):
            self._sent += 1
            self._record.sends(domain, self._clock())

    def process_response(self, request: Request, response: Response) -> Response:
        domain = self._turns.get(request)
        if domain is None:  # from no site: another middleware's answer
            return response
        LINE.answers()
        try:
            self._keep_pace(domain, request, response)
            self._heed_status(domain, request, response)
        finally:
            self._leave(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Where it is our own line that is down, the request is put off instead."""
        domain = self._turns.get(request)
        self._leave(request)
        host = urlsplit(request.url).hostname or ""
        is_private = isinstance(exception, CannotResolveHostError) and host in PublicResolver.refused
        kind = kind_of(exception, is_proxied="proxy" in request.meta)
        if domain is None or kind is None or is_private:
            return
        LINE.fails(host, domain, kind)
        if LINE.is_down:
            self._is_cut = True
            reason = "the proxy" if kind == "proxy" else comes_to(exception)[1]
            raise PutOff(self._clock() + LINE_REST, f"no connection ({reason})") from exception

    # --- signals ---

    def heed(self, robotparser: RobotParser, request: Request) -> None:
        """What a robots.txt asks for, now or when it was kept; Scrapy reads the line and leaves it at that."""
        domain = registrable(request.url) or ""
        delay = manners.asked_delay(robotparser, self._agent)
        if delay > manners.LONGEST_DELAY:
            longest = manners.LONGEST_DELAY
            _log.info("%s asks for %g s between two requests; it gets %g s", domain, delay, longest)
        self._asked[domain] = max(self._asked.get(domain, 0.0), delay)

    def slow_down(self, request: Request) -> None:
        """Gives the domain's slot its delay: Scrapy makes slots as it goes, and drops those that were idle."""
        name = request.meta["download_slot"]
        slot = self._crawler.engine.downloader.slots.get(name)
        # What a page in a browser asks for has another slot, and its own delay there.
        if slot is not None and name == self._turns.get(request):
            slot.delay = self._delay(name)

    def close(self) -> None:
        """The crawl is over: what it counted is written, and its turns are free."""
        for request in list(self._turns):
            self._leave(request)
        try:
            self._record.save()
        except ArchiveError as error:  # what was counted is lost, and nothing else
            _log.warning("%s", error)

    # --- what is asked of a request ---

    def _check(self, domain: str) -> None:
        """Raises PutOff for a request that is not to leave now."""
        now = self._clock()
        if self._is_cut and LINE.is_down:
            raise PutOff(now + LINE_REST, "no connection")
        if self._sent >= self._per_crawl:
            raise PutOff(now, f"the crawl has sent its {self._per_crawl} requests (requests_per_crawl)")
        row = self._record.row(domain, now)
        if row.rests_until is not None and manners.is_ahead(row.rests_until, now):
            reason = f"{domain} asks to wait until {shown(row.rests_until)} ({row.reason})"
            raise PutOff(row.rests_until, reason, by_site=True)
        if row.requests >= self._per_day:
            raise PutOff(
                _midnight(now), f"{domain} was sent its {self._per_day} requests of today (requests_per_day)"
            )

    def _delay(self, domain: str) -> float:
        asked = max(self._asked.get(domain, 0.0), self._pace.get(domain, 0.0))
        return max(self._least, min(asked, manners.LONGEST_DELAY))

    def _is_over(self) -> bool:
        return not self._crawler.engine.running

    # --- what is learnt from an answer ---

    def _keep_pace(self, domain: str, request: Request, response: Response) -> None:
        # Scrapy's AutoThrottle would fall below a Crawl-delay, knows one least delay for all domains, and forgets what
        # it learnt with the slot.
        latency = request.meta.get("download_latency")
        if latency is not None and not _is_part(request):
            held = max(self._pace.get(domain, 0.0), self._least)
            self._pace[domain] = manners.pace(held, latency, response.status)

    def _heed_status(self, domain: str, request: Request, response: Response) -> None:
        # What else a robots.txt that is refused means is RobotsRules' to say.
        if _is_robots(request) and response.status != 429:
            return
        if response.status == 304 or 200 <= response.status < 300:
            self._record.answers(domain)
            return
        header = response.headers.get("Retry-After")
        now = self._clock()
        refusals = self._record.row(domain, now).refusals
        rest = manners.rest(response.status, header.decode("latin-1") if header else None, refusals, now)
        if rest is not None:
            until, reason = rest
            _log.info("%s asks to wait until %s (%s)", domain, shown(until), reason)
            self._record.rests(domain, until, reason)

    def _leave(self, request: Request) -> None:
        domain = self._turns.pop(request, None)
        if domain is not None:
            GATE.leave(domain, request)


def _is_robots(request: Request) -> bool:
    return bool(request.meta.get("dont_obey_robotstxt"))  # the mark of robots.txt itself


def _is_part(request: Request) -> bool:
    return bool(request.meta.get("part_of_a_page"))  # the mark of what a page in a browser asks for


def _midnight(now: datetime) -> datetime:
    """When the next day begins, UTC."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)
