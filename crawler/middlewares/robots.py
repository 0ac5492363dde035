"""RobotsRules: robots.txt as RFC 9309 has it, kept for a day, and nothing asked for where it can't be had."""

import asyncio
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.misc import build_from_crawler, load_object

from archive import RobotsRow
from crawler.middlewares.guard import RefusedAddress
from crawler.middlewares.record import domains_of
from crawler.politeness import manners
from crawler.politeness.failures import comes_to
from crawler.politeness.putoff import PutOff, shown

KEPT = timedelta(hours=24)  # RFC 9309 §2.4
LARGEST_BYTES = 500 * 1024  # RFC 9309 §2.5 wants no less
MOST_REDIRECTS = 5  # RFC 9309 §2.3.1.2; beyond them there is no robots.txt
_NOT_NOW = 429  # of the 4xx the one that does not mean that there is no robots.txt
_USER_AGENT = re.compile(r"\s*user[ -]?agent\b[\s:]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What holds for a host until then: its rules, or a refusal of every page."""

    until: datetime
    parser: RobotParser | None = None
    refusal: str = ""
    is_put_off: bool = False

    def rules(self) -> RobotParser | None:
        if self.is_put_off:
            raise PutOff(self.until, self.refusal)
        if self.refusal:
            raise IgnoreRequest(self.refusal)
        return self.parser


class RobotsRules(RobotsTxtMiddleware):
    """Scrapy's middleware, which crawls on where robots.txt answers 5xx and asks for it in every crawl.

    A copy in the archive is used for a day, and for longer only while there is no newer one to be had. robots.txt is
    of one scheme and host, port included.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._clock = load_object(crawler.settings["CLOCK"])
        self._verdicts: dict[str, _Verdict] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules for the request. Raises PutOff or IgnoreRequest where they can't be had."""
        origin = origin_of(request.url)
        async with self._locks[origin]:
            verdict = self._verdicts.get(origin)
            if verdict is None or verdict.until <= self._clock():
                verdict = self._verdicts[origin] = await self._look_up(origin, request)
        return verdict.rules()

    async def _look_up(self, origin: str, request: Request) -> _Verdict:
        now, store = self._clock(), domains_of(self.crawler)
        row = (store.robots(origin) if store else None) or RobotsRow(origin=origin)
        if row.fetched_at is not None and timedelta() <= now - row.fetched_at < KEPT:
            return self._by(row, row.fetched_at + KEPT, request)
        if row.next_try_at is not None and manners.is_ahead(row.next_try_at, now):
            return self._without(row, row.next_try_at, request)
        return await self._ask(row, request)

    async def _ask(self, row: RobotsRow, request: Request) -> _Verdict:
        self._stats.inc_value("robotstxt/request_count")
        try:
            status, body, retry_after = _received(await self._download(row.origin))
        except PutOff:
            raise
        except RefusedAddress:
            # The page will be refused for the same reason, or the robots.txt is none: it leads into a private network.
            return _Verdict(self._clock() + KEPT)
        except IgnoreRequest as error:
            if str(error) != "max redirections reached":  # Scrapy's words
                return self._unreachable(row, error, request)
            status, body, retry_after = 404, b"", None
        except Exception as error:  # noqa: BLE001  every way in which no answer comes
            return self._unreachable(row, error, request)
        if status == _NOT_NOW or status >= 500:
            return self._put_off(row, status, retry_after, request)
        text = body[:LARGEST_BYTES].decode("utf-8-sig", "ignore").replace("\0", "")
        now = self._clock()
        new = RobotsRow(origin=row.origin, fetched_at=now, status=status, body=text)
        self._keep(new)
        return self._by(new, now + KEPT, request)

    async def _download(self, origin: str) -> Response:
        """The answer. Where none comes it is asked for once more; an error is an answer, and to be heeded."""
        download = self.crawler.engine.download_async
        try:
            return await download(_asking(origin))
        except IgnoreRequest:
            raise
        except Exception:  # noqa: BLE001  every way in which no answer comes
            return await download(_asking(origin))

    # --- what follows from an answer, or from none ---

    def _by(self, row: RobotsRow, until: datetime, request: Request) -> _Verdict:
        body = for_agent(row.body, self._agent).encode()
        parser: RobotParser = build_from_crawler(self._parserimpl, self.crawler, body)
        # Scrapy sends it where robots.txt was asked for; what it says of delays holds for a kept copy, too.
        self.crawler.signals.send_catch_log(signals.robots_parsed, robotparser=parser, request=request)
        return _Verdict(until, parser)

    def _put_off(self, row: RobotsRow, status: int, retry_after: str | None, request: Request) -> _Verdict:
        """The host says "not now"; RFC 9309 §2.3.1.4: no page of it is asked for."""
        now = self._clock()
        # A Retry-After of no seconds would have it asked for again with every page.
        until = max(manners.moment(retry_after, now) or now, manners.growing(row.failures, now))
        reason = f"robots.txt answers {status}"
        failed = replace(row, failures=row.failures + 1, next_try_at=until, reason=reason)
        self._keep(failed)
        return self._without(failed, until, request)

    def _without(self, row: RobotsRow, until: datetime, request: Request) -> _Verdict:
        """There is no fresh copy until then: an older one holds, else nothing is asked for."""
        if row.fetched_at is not None:
            return self._by(row, until, request)
        host = urlsplit(row.origin).netloc
        return _Verdict(
            until, refusal=f"{host}: {row.reason}; asked again after {shown(until)}", is_put_off=True
        )

    def _unreachable(self, row: RobotsRow, error: Exception, request: Request) -> _Verdict:
        """Nobody answered. Without an older copy the page could not be had either, and ends as it would."""
        until = manners.growing(0, self._clock())
        if row.fetched_at is not None:
            return self._by(row, until, request)
        return _Verdict(until, refusal=comes_to(error)[1])

    def _keep(self, row: RobotsRow) -> None:
        store = domains_of(self.crawler)
        if store is not None:
            store.keep_robots(row)


def origin_of(url: str) -> str:
    """The scheme, host and port whose robots.txt holds for the URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def for_agent(text: str, agent: str) -> str:
    """The robots.txt, less the names of agents that are not ours.

    A rule is kept by the parser once for each agent it is for: a few thousand agents with a few thousand rules would
    take minutes and all memory.
    """
    lines: list[str] = []
    for line in text.splitlines():
        named = _USER_AGENT.match(line)
        name = line[named.end() :].partition("#")[0].replace("*", "").strip().lower() if named else ""
        kept = line if name in agent.lower() else "User-agent: another"
        if not named or not lines or lines[-1] != kept:
            lines.append(kept)
    return "\n".join(lines)


def _asking(origin: str) -> Request:
    return Request(
        f"{origin}/robots.txt",
        priority=RobotsTxtMiddleware.DOWNLOAD_PRIORITY,
        meta={"dont_obey_robotstxt": True, "dont_retry": True, "redirect_ttl": MOST_REDIRECTS},
        callback=NO_CALLBACK,
        dont_filter=True,
    )


def _received(response: Response) -> tuple[int, bytes, str | None]:
    """Status, body of a robots.txt and Retry-After."""
    header = response.headers.get("Retry-After")
    body = response.body if 200 <= response.status < 300 else b""
    return response.status, body, header.decode("latin-1") if header else None
