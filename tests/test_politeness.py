"""What a site is asked, how fast, and when not at all: real crawls of sites on loopback."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request

from archive import Archive, DomainRow
from crawler.config import Settings
from crawler.crawl import crawl, runner_for, until_done
from crawler.politeness import manners
from crawler.politeness.gate import GATE, Gate, _Place
from crawler.politeness.line import LINE, Cut, is_down
from crawler.report import CrawlReport
from crawler.source import Source, parse_source
from crawler.spiders import ArticleSpider, spider_for
from tests.site import (
    FEED,
    HOST,
    RECIPE,
    Job,
    Reply,
    Site,
    article_page,
    crawled,
    feed,
    in_loop,
    settings,
    tech,
)

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DOMAIN = "news.example"


def url(number: int) -> str:
    return f"{HOST}/article/{number}"


class Watched(Site):
    """A site that notes when it is asked, and how often at the same time."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[tuple[str, float]] = []
        self.let_out: list[float] = []  # the moments before requests were let out, in order
        self.most_at_once = 0
        self.answer_seconds = 0.0
        self._under_way = 0
        self._lock = threading.Lock()

    def reply(self, url: str, agent: str) -> Reply:
        with self._lock:
            self.times.append((url, time.monotonic()))
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
        time.sleep(self.answer_seconds)
        try:
            return super().reply(url, agent)
        finally:
            with self._lock:
                self._under_way -= 1

    def forget_times(self) -> None:
        self.times.clear()
        self.let_out.clear()

    @property
    def waits(self) -> list[float]:
        """Seconds between two requests, robots.txt included.

        From the moment before one is let out until the next arrives: a machine that is slow only makes that longer.
        """
        assert len(self.let_out) == len(self.times)
        arrived = [moment for _, moment in self.times]
        return [after - before for before, after in zip(self.let_out, arrived[1:], strict=False)]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    LINE.forget()
    with Watched() as played:
        monkeypatch.setenv("http_proxy", played.address)
        monkeypatch.setattr(_Place, "enter", noting(played.let_out))
        yield played
    LINE.forget()


def noting(moments: list[float]) -> Callable[[_Place, object, float | None], None]:
    """`_Place.enter`, with the moment before."""
    enter = _Place.enter

    def noted(place: _Place, guest: object, delay: float | None) -> None:
        moments.append(time.monotonic())
        enter(place, guest, delay)

    return noted


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return settings(tmp_path)


def row_of(config: Settings, domain: str = DOMAIN) -> DomainRow:
    with Archive.read(config.archive) as archive:
        row = archive.domains.get(domain)
    assert row is not None
    return row


def rest(config: Settings, until: datetime, domain: str = DOMAIN) -> None:
    """As an earlier crawl was told."""
    with Archive.open(config.archive) as archive:
        archive.domains.rest(domain, until, "429, Retry-After", 1)


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def crawled_at(clock: Callable[[], datetime], config: Settings) -> CrawlReport:
    """The report of a crawl whose manners go by another clock."""

    async def run() -> CrawlReport:
        runner = runner_for(config, {"CLOCK": clock})
        crawler = runner.create_crawler(spider_for(tech(), config))
        with Archive.open(config.archive) as archive:
            await until_done(crawler, runner.crawl(crawler, job=Job(tech()), archive=archive))
        assert isinstance(crawler.spider, ArticleSpider)
        return crawler.spider.tally.report

    report = in_loop(run())
    assert isinstance(report, CrawlReport)
    return report


def source_at(host: str) -> Source:
    """The site's recipe for another host, named after it."""
    return parse_source(RECIPE.replace(DOMAIN, host).replace('"tech"', f'"{host}"'), "tech.toml")


def publish_at(site: Site, host: str, *numbers: int) -> None:
    """The site's feed and articles at another host."""
    there = f"http://{host}"
    site.pages[f"{there}/feed"] = feed(numbers).replace(HOST.encode(), there.encode())
    site.pages |= {f"{there}/article/{number}.html?f=rss": article_page(number) for number in numbers}


# --- Retry-After, 403, 429 ---


@pytest.mark.parametrize("status", [429, 503, 403])
def test_a_retry_after_in_seconds_puts_off_the_other_pages(
    status: int, site: Watched, config: Settings
) -> None:
    site.publish(1, 2, 3)
    site.put(1, Reply(status=status, headers={"Retry-After": "3600"}))
    begun_at = datetime.now(UTC).replace(microsecond=0)
    report = crawled(config)
    assert site.asked == [FEED, f"{HOST}/article/1.html?f=rss"]
    assert report.states == {url(1): "blocked", url(2): "discovered", url(3): "discovered"}
    row = row_of(config)
    assert row.rests_until is not None
    assert timedelta(hours=1) <= row.rests_until - begun_at < timedelta(hours=1, minutes=1)
    assert report.reasons[url(2)] == (
        f"{DOMAIN} asks to wait until {row.rests_until:%Y-%m-%d %H:%M}Z ({status}, Retry-After)"
    )


def test_a_retry_after_as_a_date_holds_until_then(site: Watched, config: Settings) -> None:
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    site.publish(1, 2)
    site.put(1, Reply(status=503, headers={"Retry-After": format_datetime(until, usegmt=True)}))
    crawled(config)
    assert row_of(config).rests_until == until
    assert f"{HOST}/article/2.html?f=rss" not in site.asked


@pytest.mark.parametrize("by", ["crawl", "daemon"])
def test_the_next_crawl_sends_a_resting_domain_nothing_at_all(
    by: str, site: Watched, config: Settings
) -> None:
    site.publish(1, 2)
    rest(config, datetime.now(UTC) + timedelta(hours=1))
    report = crawled(config, by=by)
    assert site.times == []
    assert "news.example asks to wait until " in report.summary


def test_another_source_of_the_domain_heeds_its_rest(site: Watched, config: Settings) -> None:
    publish_at(site, "rss.example.org", 1)
    rest(config, datetime.now(UTC) + timedelta(hours=1), "example.org")
    crawled(config, source=source_at("rss.example.org"))
    assert site.times == []


def test_other_domains_are_asked_meanwhile(site: Watched, config: Settings) -> None:
    site.publish(1)
    rest(config, datetime.now(UTC) + timedelta(hours=1), "other.example")
    assert crawled(config).ok


def test_when_the_rest_is_over_all_is_asked_for(site: Watched, config: Settings) -> None:
    site.publish(1, 2)
    rest(config, datetime.now(UTC) - timedelta(seconds=1))
    assert crawled(config).counts == {"new": 2}
    assert row_of(config).refusals == 0


def test_a_rest_that_a_wrong_clock_set_does_not_hold(site: Watched, config: Settings) -> None:
    site.publish(1)
    rest(config, datetime.now(UTC) + timedelta(days=400))
    assert crawled(config).ok


@pytest.mark.parametrize("status", [403, 429])
def test_each_refusal_in_a_row_doubles_the_rest(status: int, site: Watched, config: Settings) -> None:
    site.publish(1)
    site.pages[FEED] = Reply(status=status)
    clock, rests = Clock(), []
    for _ in range(3):
        crawled_at(clock, config)
        until = row_of(config).rests_until
        assert until is not None
        rests.append(until - clock.now)
        clock.now = until
    assert rests == [timedelta(minutes=minutes) for minutes in (5, 10, 20)]
    assert site.asked == [FEED] * 3
    site.publish(1)
    crawled_at(clock, config)
    assert row_of(config).refusals == 0


def test_a_503_without_a_word_is_the_pages_trouble_alone(site: Watched, config: Settings) -> None:
    site.publish(1, 2)
    site.put(1, Reply(status=503))
    assert crawled(config).states == {url(1): "blocked", url(2): "new"}


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", 0),
        ("86401", 86400),
        ("9" * 5000, 86400),
        ("Tue, 24 Nov 2026 03:10:00 GMT", 600),
        ("Tuesday, 24-Nov-26 03:10:00 GMT", 600),
        ("Tue Nov 24 03:10:00 2026", 600),
        ("Tue, 24 Nov 2026 04:10:00 +0100", 600),
        ("Tue, 24 Nov 2020 03:10:00 GMT", 0),
        ("Tue, 24 Nov 2099 03:10:00 GMT", 86400),
    ],
)
def test_a_retry_after_is_read_and_bounded(header: str, seconds: int) -> None:
    assert manners.moment(header, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("header", [None, "", "soon", "-5", "1.5", "٣", "Tue, 99 Nov 2026 03:10:00 GMT"])
def test_a_retry_after_that_says_nothing_is_none(header: str | None) -> None:
    assert manners.moment(header, NOW) is None


@pytest.mark.parametrize(
    ("header", "age", "seconds"),
    [
        ("max-age=600", None, 600),
        ('public, MAX-AGE="600"', "200", 400),
        ("max-age=600", "9999", 0),
        ("max-age=600", "soon", 600),
        ("no-cache, max-age=600", None, 0),
        ("no-store", None, 0),
        (f"max-age={'9' * 5000}", "9" * 5000, 0),
        (f"max-age={'9' * 5000}", None, 86400),
        ("max-age=-1", None, None),
        ("s-maxage=600, private", None, None),
        ("", None, None),
        (None, "5", None),
    ],
)
def test_an_answer_says_how_long_it_is_good(header: str | None, age: str | None, seconds: int | None) -> None:
    assert manners.fresh_for(header, age) == seconds


def test_a_rest_is_never_longer_than_a_day() -> None:
    assert manners.rest(403, None, 10_000, NOW) == (NOW + timedelta(days=1), "403")


# --- the pace ---


@pytest.mark.parametrize("line", ["Crawl-delay: 0.2", "Request-rate: 5/1", "Request-rate: 5/1 0000-2359"])
def test_what_robots_txt_asks_for_lies_between_two_requests(
    line: str, site: Watched, config: Settings
) -> None:
    site.publish(1, 2, 3)
    site.pages[f"{HOST}/robots.txt"] = f"User-agent: *\n{line}\n".encode()
    crawled(config)
    assert len(site.times) == 5
    assert min(site.waits) >= 0.199


def test_a_kept_robots_txt_slows_the_next_crawl_from_its_first_request(
    site: Watched, config: Settings
) -> None:
    site.publish(1)
    site.pages[f"{HOST}/robots.txt"] = b"User-agent: *\nCrawl-delay: 0.2\n"
    crawled(config)
    site.forget_times()
    site.publish(1, 2, 3)
    crawled(config)
    assert next(asked for asked, _ in site.times) == FEED
    assert min(site.waits) >= 0.199


def test_hosts_of_one_domain_share_its_pace(site: Watched, config: Settings) -> None:
    """The feed's host asks for a delay; the articles lie on another one."""
    publish_at(site, "www.example.org", 1, 2)
    site.pages["http://rss.example.org/feed"] = site.pages["http://www.example.org/feed"]
    site.pages["http://rss.example.org/robots.txt"] = b"User-agent: *\nCrawl-delay: 0.2\n"
    source = source_at("www.example.org")
    step = source.discovery[0].model_copy(update={"url": "http://rss.example.org/feed"})
    crawled(config, source=source.model_copy(update={"discovery": (step,)}))
    assert len(site.times) == 5
    assert min(site.waits) >= 0.199


def test_the_delay_that_is_set_holds_without_robots_txt(site: Watched, tmp_path: Path) -> None:
    site.publish(1, 2)
    crawled(settings(tmp_path, delay=0.2))
    assert min(site.waits) >= 0.199


def test_a_longer_crawl_delay_is_cut_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    parser = parsed("User-agent: *\nCrawl-delay: 600\n")
    politeness = polite({"DOWNLOAD_DELAY": 1})
    with caplog.at_level("INFO"):
        politeness.heed(parser, Request("https://www.example.org/"))
    assert politeness._delay("example.org") == 30
    assert "example.org asks for 600 s between two requests; it gets 30 s" in caplog.text


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("Crawl-delay: 7", 7),
        ("Crawl-delay: 1\nRequest-rate: 1/20", 20),
        ("Request-rate: 30/1m", 2),
        ("Request-rate: 1/" + "9" * 4000, 10**9),
        ("Request-rate: much", 0),
        ("Crawl-delay: -3", 0),
        ("Crawl-delay: nan", 0),
        ("", 0),
    ],
)
def test_a_robots_txts_delay_is_read(line: str, seconds: float) -> None:
    assert manners.asked_delay(parsed(f"User-agent: *\nAllow: /\n{line}\n"), "Broadsheet") == seconds


def test_a_slow_site_is_asked_as_slowly_as_it_answers() -> None:
    assert manners.pace(1.0, 4.0, 200) == 4.0
    assert manners.pace(4.0, 1.0, 200) == 2.5


@pytest.mark.parametrize("status", [404, 500, 302, 429])
def test_an_error_that_comes_quickly_makes_nothing_faster(status: int) -> None:
    assert manners.pace(4.0, 0.1, status) == 4.0


def test_a_site_that_becomes_slow_is_given_time(site: Watched, config: Settings) -> None:
    site.publish(1, 2, 3)
    site.answer_seconds = 0.2
    crawled(config)
    assert min(site.waits) >= 0.199
    assert site.most_at_once == 1


def test_latency_counts_for_half_a_minute_at_most_and_never_below_what_is_asked() -> None:
    politeness = polite({"DOWNLOAD_DELAY": 2})
    politeness._pace[DOMAIN] = 0.1
    assert politeness._delay(DOMAIN) == 2
    politeness._pace[DOMAIN] = 300.0
    assert politeness._delay(DOMAIN) == 30
    assert polite({"DOWNLOAD_DELAY": 60})._delay(DOMAIN) == 60


# --- several crawls at once ---


def test_two_crawls_at_once_ask_a_domain_one_at_a_time(site: Watched, tmp_path: Path) -> None:
    config = settings(tmp_path, delay=0.1)
    hosts = ("www.example.org", "rss.example.org")
    for host, numbers in zip(hosts, [(1, 2, 3), (4, 5, 6)], strict=True):
        publish_at(site, host, *numbers)

    async def both() -> None:
        await asyncio.gather(*(crawl(Job(source_at(host)), config) for host in hosts))

    site.answer_seconds = 0.02
    in_loop(both())
    assert Counter(asked.split("/")[2] for asked, _ in site.times) == dict.fromkeys(hosts, 5)
    assert site.most_at_once == 1
    assert min(site.waits) >= 0.099


def test_a_crawl_that_is_cancelled_gives_its_turn_away(
    site: Watched, config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page under way never answers; what waits behind it is not sent any more."""
    monkeypatch.setattr("crawler.crawl.GRACE_SECONDS", 0.5)
    held = threading.Event()
    site.publish(1, 2, 3)
    site.put(1, Reply(b"", held=held))

    async def stopped() -> None:
        task = asyncio.ensure_future(crawl(Job(tech()), config))
        while f"{HOST}/article/1.html?f=rss" not in site.asked:
            await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.wait({task})

    in_loop(stopped())
    assert f"{HOST}/article/2.html?f=rss" not in site.asked
    held.set()
    site.publish(1, 2, 3)
    assert sum(crawled(config).counts.values()) == 3


def enter(gate: Gate, guest: object, delay: float | None = 0.0, *, over: bool = False) -> bool:
    entered = in_loop(gate.enter(DOMAIN, guest, lambda: delay, lambda: over))
    assert isinstance(entered, bool)
    return entered


def test_a_guest_whose_crawl_is_over_does_not_enter() -> None:
    gate = Gate()
    assert enter(gate, "one")
    assert not enter(gate, "two", over=True)
    gate.leave(DOMAIN, "one")
    assert enter(gate, "three")


def test_a_turn_is_ended_by_its_holder_alone() -> None:
    gate = Gate()
    assert enter(gate, "one")
    gate.leave(DOMAIN, "two")
    assert not enter(gate, "three", over=True)


def test_who_never_leaves_holds_nobody_up_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.politeness.gate.LEASE_SECONDS", 0.1)
    gate = Gate()
    assert enter(gate, "one")
    assert enter(gate, "two")


def test_who_comes_after_keeps_the_delay_of_the_one_before() -> None:
    gate = Gate()
    assert enter(gate, "one", 0.3)
    gate.leave(DOMAIN, "one")
    begun = time.monotonic()
    assert enter(gate, "two", 0.0)
    assert time.monotonic() - begun >= 0.25


def test_a_part_of_a_page_takes_its_turn_without_a_delay() -> None:
    gate = Gate()
    assert enter(gate, "page", 30.0)
    gate.leave(DOMAIN, "page")
    assert enter(gate, "part", None)
    gate.leave(DOMAIN, "part")
    assert not enter(gate, "next page", 0.0, over=True)


def test_guests_enter_in_the_order_they_came() -> None:
    async def run() -> list[int]:
        gate, order = Gate(), list[int]()

        async def guest(number: int) -> None:
            await gate.enter(DOMAIN, number, lambda: 0.0, lambda: False)
            order.append(number)
            await asyncio.sleep(0)
            gate.leave(DOMAIN, number)

        await asyncio.gather(*map(guest, range(5)))
        return order

    assert in_loop(run()) == [0, 1, 2, 3, 4]


def test_after_a_crawl_nobody_holds_a_turn(site: Watched, config: Settings) -> None:
    site.publish(1, 2)
    site.put(1, Reply(drop=True))
    crawled(config)
    place = GATE._places[DOMAIN]
    assert (place.holder, place.queue) == (None, [])


# --- budgets ---


def test_a_crawl_sends_no_more_than_its_budget(site: Watched, tmp_path: Path) -> None:
    site.publish(1, 2, 3, 4)
    config = settings(tmp_path, requests_per_crawl=3)
    report = crawled(config)
    assert len(site.asked) == 3
    assert report.counts == {"new": 2, "discovered": 2}
    assert report.reasons[url(4)] == "the crawl has sent its 3 requests (requests_per_crawl)"
    assert report.is_answered
    assert crawled(config).counts["new"] == 2


def test_a_domain_is_sent_no_more_than_a_days_budget(site: Watched, tmp_path: Path) -> None:
    site.publish(1, 2, 3, 4)
    config, clock = settings(tmp_path, requests_per_day=3), Clock()
    report = crawled_at(clock, config)
    assert len(site.asked) == 3
    assert report.reasons[url(4)] == f"{DOMAIN} was sent its 3 requests of today (requests_per_day)"
    crawled_at(clock, config)
    assert len(site.asked) == 3
    clock.now += timedelta(days=1)
    crawled_at(clock, config)
    assert len(site.asked) > 3


def test_robots_txt_is_on_no_budget(site: Watched, tmp_path: Path) -> None:
    site.publish(1)
    config = settings(tmp_path, requests_per_crawl=2, requests_per_day=2)
    assert crawled(config).counts == {"new": 1}
    assert len(site.robots) == 1
    assert row_of(config).requests == 2


def test_what_a_day_has_seen_survives_the_crawl(site: Watched, config: Settings) -> None:
    site.publish(1, 2)
    crawled(config)
    assert row_of(config).requests == 3
    site.publish(1, 2, 3)
    crawled(config)
    assert row_of(config).requests == 5


# --- who we are ---


def test_no_cookie_is_ever_sent(site: Watched, config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    handler = site._server.RequestHandlerClass
    inner = handler.do_GET  # type: ignore[attr-defined]

    def noted(self: Any) -> None:
        sent.extend(name.lower() for name in self.headers)
        inner(self)

    monkeypatch.setattr(handler, "do_GET", noted)
    site.publish(1, 2)
    site.pages[f"{HOST}/robots.txt"] = Reply(b"", headers={"Set-Cookie": "a=1; Path=/"})
    site.pages[FEED] = Reply(feed([1, 2]), headers={"Set-Cookie": "session=1; Path=/"})
    crawled(config)
    assert len(site.times) == 4
    assert "user-agent" in sent
    assert "cookie" not in sent


# --- our own line ---


def cut(domain: str, host: str | None = None, kind: Any = "host", at: float = 100.0) -> Cut:
    return Cut(host or domain, domain, kind, at)


@pytest.mark.parametrize(
    ("cuts", "ever_answered", "down"),
    [
        ([], False, False),
        ([cut("a")], False, False),
        ([cut("a"), cut("b")], True, True),
        ([cut("a"), cut("b", at=-300.0)], True, False),  # too long ago
        ([cut("a", "www.a"), cut("a", "rss.a")], False, False),
        ([cut("a", "www.a", "name"), cut("a", "rss.a", "name")], False, True),
        ([cut("a", "www.a", "name"), cut("a", "rss.a", "name")], True, False),
        ([cut("a", kind="proxy")], True, True),
    ],
)
def test_the_line_is_judged_by_who_does_not_answer(cuts: list[Cut], ever_answered: bool, down: bool) -> None:
    assert is_down(cuts, 110.0, ever_answered=ever_answered) is down


def test_a_proxy_that_is_down_is_our_line(config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with Site() as closed:
        address = closed.address
    LINE.forget()
    monkeypatch.setenv("http_proxy", address)
    report = crawled(config)
    assert report.summary == "tech: nothing new; discovery failed: no connection (the proxy)"
    with Archive.open(config.archive) as archive:
        assert archive.domains.robots(HOST) is None
    LINE.forget()


def test_a_line_that_goes_down_puts_off_what_is_left(
    site: Watched, config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first page's connection is cut, and so was another domain's since somebody last answered."""
    site.publish(1, 2, 3)

    class Cutting(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            if "/article/" in key:
                LINE.fails("other.example", "other.example", "host")
                return Reply(drop=True)
            return super().get(key, default)

    site.pages = Cutting(site.pages)
    report = crawled(config)
    assert set(report.states.values()) == {"discovered"}
    # Twisted sends once more what a kept connection swallowed.
    assert {asked for asked in site.asked if "/article/" in asked} == {f"{HOST}/article/1.html?f=rss"}
    assert report.reasons[url(3)].startswith("no connection")
    site.pages = dict(site.pages)
    site.publish(1, 2, 3)
    assert crawled(config).counts == {"new": 3}
    assert not LINE.is_down


def test_one_site_that_is_gone_is_not_our_line(site: Watched, config: Settings) -> None:
    site.publish(1, 2)
    site.put(1, Reply(drop=True))
    assert crawled(config).states == {url(1): "failed", url(2): "new"}


# --- twins ---


def parsed(text: str) -> Any:
    from scrapy.robotstxt import ProtegoRobotParser

    return ProtegoRobotParser(text.encode(), None)


def polite(values: dict[str, Any]) -> Any:
    """The middleware of no crawl."""
    from scrapy.crawler import Crawler
    from scrapy.settings import Settings as ScrapySettings

    from crawler.middlewares.politeness import Politeness

    facts = {"ROBOTSTXT_USER_AGENT": "Broadsheet"}
    crawler = Crawler(spider_for(tech(), Settings(archive=Path("none"))), ScrapySettings(facts))
    crawler.settings.setdict(values, priority="spider")
    return Politeness(crawler, Clock())
