"""robots.txt: kept for a day, followed to where it lies, and nothing asked for where it can't be had."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from scrapy.robotstxt import ProtegoRobotParser

from archive import Archive, RobotsRow
from crawler.config import Settings
from crawler.fetch import fetch
from crawler.middlewares.robots import LARGEST_BYTES, for_agent, origin_of
from crawler.politeness.line import LINE
from crawler.reading import Fetched
from tests.site import FEED, HOST, Reply, Site, article_page, crawled, feed, in_loop, settings, tech

ROBOTS = f"{HOST}/robots.txt"
SHUT = b"User-agent: *\nDisallow: /\n"
OPEN = b"User-agent: *\nAllow: /\n"
NO_ANSWER = Reply(drop=True)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    LINE.forget()
    with Site() as played:
        monkeypatch.setenv("http_proxy", played.address)
        played.publish(1)
        yield played
    LINE.forget()


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return settings(tmp_path)


def kept(config: Settings, origin: str = HOST) -> RobotsRow:
    with Archive.read(config.archive) as archive:
        row = archive.domains.robots(origin)
    assert row is not None
    return row


def keep(config: Settings, body: bytes, *, age: timedelta) -> None:
    """As an earlier crawl received it."""
    row = RobotsRow(origin=HOST, fetched_at=datetime.now(UTC) - age, status=200, body=body.decode())
    with Archive.open(config.archive) as archive:
        archive.domains.keep_robots(row)


def let_time_pass(config: Settings) -> None:
    """The time has come at which robots.txt is to be asked for again."""
    with Archive.open(config.archive) as archive:
        row = archive.domains.robots(HOST)
        assert row is not None
        past = RobotsRow(origin=HOST, failures=row.failures, reason=row.reason, next_try_at=datetime.now(UTC))
        archive.domains.keep_robots(past)


# --- the copy ---


def test_a_second_crawl_uses_the_copy(site: Site, config: Settings) -> None:
    site.pages[ROBOTS] = OPEN
    crawled(config)
    site.forget()
    crawled(config)
    assert site.robots == []
    assert site.asked == [FEED]


def test_a_copy_of_a_day_ago_is_not_used(site: Site, config: Settings) -> None:
    keep(config, SHUT, age=timedelta(hours=24))
    assert crawled(config).counts == {"new": 1}
    assert site.robots == [ROBOTS]


def test_a_copy_a_little_younger_holds(site: Site, config: Settings) -> None:
    keep(config, SHUT, age=timedelta(hours=23, minutes=59))
    crawled(config)
    assert (site.robots, site.asked) == ([], [])


def test_a_copy_from_the_future_is_not_used(site: Site, config: Settings) -> None:
    keep(config, SHUT, age=timedelta(hours=-2))
    assert crawled(config).counts == {"new": 1}


def test_what_is_shut_is_excluded_and_not_asked_for(site: Site, config: Settings) -> None:
    site.pages[ROBOTS] = b"User-agent: *\nDisallow: /article/\n"
    report = crawled(config)
    assert report.counts == {"excluded": 1}
    assert site.asked == [FEED]


def test_scheme_and_port_have_a_robots_txt_of_their_own() -> None:
    urls = [
        "http://News.Example/a",
        "https://news.example/a",
        "https://news.example:8443/?b",
        "https://me:pw@news.example/",
    ]
    assert [origin_of(url) for url in urls] == [
        "http://news.example",
        "https://news.example",
        "https://news.example:8443",
        "https://news.example",
    ]


def test_a_page_that_is_kept_nowhere_is_fetched_under_the_same_rules(site: Site, config: Settings) -> None:
    site.pages[ROBOTS] = SHUT
    assert not isinstance(in_loop(fetch(f"{HOST}/article/1.html", config, tech())), Fetched)
    site.pages[ROBOTS] = OPEN
    assert isinstance(in_loop(fetch(f"{HOST}/article/1.html", config, tech())), Fetched)
    assert site.asked == [f"{HOST}/article/1.html"]


# --- what is answered ---


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_without_a_robots_txt_all_is_open(status: int, site: Site, config: Settings) -> None:
    site.pages[ROBOTS] = Reply(SHUT, status=status)
    assert crawled(config).counts == {"new": 1}
    assert (kept(config).status, kept(config).body) == (status, "")


def test_a_redirect_is_followed_to_another_host(site: Site, config: Settings) -> None:
    site.pages[ROBOTS] = Reply(status=301, headers={"Location": "http://other.example/robots.txt"})
    site.pages["http://other.example/robots.txt"] = SHUT
    crawled(config)
    assert site.asked == []
    assert kept(config).body == SHUT.decode()


@pytest.mark.parametrize(("redirects", "shut"), [(5, True), (6, False)])
def test_five_redirects_are_followed_and_no_more(
    redirects: int, shut: bool, site: Site, config: Settings
) -> None:
    addresses = [ROBOTS, *(f"{HOST}/{number}/robots.txt" for number in range(redirects))]
    for address, following in pairwise(addresses):
        site.pages[address] = Reply(status=302, headers={"Location": following})
    site.pages[addresses[-1]] = SHUT
    crawled(config)
    assert (site.asked == []) is shut
    site.forget()
    crawled(config)
    assert site.robots == []  # where there is none, that is kept as well


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_a_host_that_cannot_say_is_asked_for_nothing(status: int, site: Site, config: Settings) -> None:
    site.pages[ROBOTS] = Reply(status=status)
    begun_at = datetime.now(UTC).replace(microsecond=0)
    report = crawled(config)
    assert site.asked == []
    assert site.robots == [ROBOTS]
    assert report.discovery[0].problem is not None
    assert f"robots.txt answers {status}" in report.discovery[0].problem
    until = kept(config).next_try_at
    assert until is not None
    assert timedelta(minutes=5) <= until - begun_at < timedelta(minutes=6)


def test_a_later_crawl_finds_it_answering_again(site: Site, config: Settings) -> None:
    site.pages[ROBOTS] = Reply(status=503)
    crawled(config)
    crawled(config)
    assert site.robots == [ROBOTS]  # the second crawl came too early to ask
    site.pages[ROBOTS] = OPEN
    let_time_pass(config)
    assert crawled(config).counts == {"new": 1}
    assert (kept(config).failures, kept(config).next_try_at) == (0, None)


def test_each_failure_doubles_the_wait(site: Site, config: Settings) -> None:
    site.pages[ROBOTS] = Reply(status=500)
    waits = []
    for _ in range(3):
        begun_at = datetime.now(UTC)
        crawled(config)
        until = kept(config).next_try_at
        assert until is not None
        waits.append(round((until - begun_at) / timedelta(minutes=5)))
        let_time_pass(config)
    assert waits == [1, 2, 4]
    assert site.asked == []


def test_a_retry_after_makes_the_wait_longer_never_shorter(site: Site, config: Settings) -> None:
    waits = []
    for header in ("7200", "0"):
        site.pages[ROBOTS] = Reply(status=503, headers={"Retry-After": header})
        begun_at = datetime.now(UTC)
        crawled(config)
        until = kept(config).next_try_at
        assert until is not None
        waits.append(round((until - begun_at) / timedelta(minutes=1)))
        let_time_pass(config)
    assert waits == [120, 10]


@pytest.mark.parametrize("reply", [Reply(status=503), NO_ANSWER], ids=["503", "no answer"])
@pytest.mark.parametrize(("body", "counts"), [(OPEN, {"new": 1}), (SHUT, {})], ids=["open", "shut"])
def test_an_old_copy_holds_while_there_is_no_newer_one(
    body: bytes, counts: dict[str, int], reply: Reply, site: Site, config: Settings
) -> None:
    keep(config, body, age=timedelta(days=90))
    site.pages[ROBOTS] = reply
    assert crawled(config).counts == counts
    assert kept(config).body == body.decode()


def test_an_old_copy_does_not_mean_asking_all_the_time(site: Site, config: Settings) -> None:
    keep(config, OPEN, age=timedelta(days=90))
    site.pages[ROBOTS] = Reply(status=503)
    crawled(config)
    site.forget()
    crawled(config)
    assert site.robots == []
    assert site.asked == [FEED]


def test_a_host_that_does_not_answer_is_named_as_such(site: Site, config: Settings) -> None:
    site.pages[ROBOTS] = NO_ANSWER
    report = crawled(config, f"{HOST}/article/1.html")
    assert site.asked == []
    assert list(report.states.values()) == ["failed"]


# --- every byte from the web is hostile ---


def test_a_robots_txt_of_any_size_is_read_to_a_bound(site: Site, config: Settings) -> None:
    filler = b"# nothing\n" * (LARGEST_BYTES // 10)
    site.pages[ROBOTS] = b"User-agent: *\nDisallow: /article/\n" + filler + b"Disallow: /\n"
    assert crawled(config).counts == {"excluded": 1}
    assert len(kept(config).body) == LARGEST_BYTES


def test_what_no_database_holds_is_left_out(tmp_path: Path, database_url: str | None, site: Site) -> None:
    config = settings(tmp_path, database_url=database_url)
    site.pages[ROBOTS] = "\ufeffUser-agent: *\0\nDisallow: /article/\n".encode() + b"\xff\xfe\xed\xa0\x80"
    crawled(config)
    with Archive.read(config.archive, database_url) as archive:
        row = archive.domains.robots(HOST)
    assert row is not None
    assert row.body == "User-agent: *\nDisallow: /article/\n"
    assert site.asked == [FEED]


def test_a_page_of_html_in_its_place_forbids_nothing(site: Site, config: Settings) -> None:
    site.pages[ROBOTS] = article_page(9)
    assert crawled(config).counts == {"new": 1}


def test_thousands_of_agents_with_thousands_of_rules_are_read_in_a_moment() -> None:
    agents = "\n".join(f"User-agent: b{number}" for number in range(15_000))
    text = f"{agents}\nUser-agent: Broadsheet\n" + "Disallow: /x\n" * 20_000
    begun = time.monotonic()
    parser = ProtegoRobotParser(for_agent(text, "Broadsheet").encode(), None)
    assert not parser.allowed("http://news.example/x", "Broadsheet")
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: other\nDisallow: /\n", "/", True),
        ("User-agent: other\nUser-agent: *\nDisallow: /a\n", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: broadsheet\nAllow: /\n", "/", True),
        ("User-agent: *\nAllow: /\n\nUser-Agent : BroadSheet # us\nDisallow: /\n", "/", False),
        ("User-agent: Broad*sheet\nDisallow: /\n", "/", False),
        ("useragent Broadsheet\nDisallow: /\n", "/", False),
        ("User-agent: other\nDisallow: /a\nUser-agent: another one\nDisallow: /b\n", "/a", True),
        ("User-agent: Broadsheet\nDisallow: /a\nUser-agent: other\nDisallow: /b\n", "/b", True),
        ("User-agent: Broadsheet\nDisallow: /a\nUser-agent: other\nDisallow: /b\n", "/a", False),
    ],
)
def test_leaving_other_agents_out_changes_no_rule(text: str, path: str, allowed: bool) -> None:
    url = f"http://news.example{path}"
    for version in (text, for_agent(text, "Broadsheet")):
        parser = ProtegoRobotParser(version.encode(), None)
        assert parser.allowed(url, "Broadsheet") is allowed, version


def test_one_robots_txt_is_asked_for_however_many_pages_wait(site: Site, config: Settings) -> None:
    other = "http://other.example"
    site.pages[ROBOTS] = OPEN
    site.pages[f"{other}/robots.txt"] = OPEN
    site.pages[FEED] = Reply(feed(range(1, 9)))
    for number in range(1, 9):
        site.put(number, Reply(status=302, headers={"Location": f"{other}/{number}"}))
    crawled(config)
    assert sorted(site.robots) == [ROBOTS, f"{other}/robots.txt"]
