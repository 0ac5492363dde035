"""The discovery of whole crawls: what is asked again, at what price, and that nothing is missed."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import Archive
from crawler.config import Settings
from crawler.polling import PLAIN_EVERY
from crawler.report import CrawlReport
from crawler.source import Source, parse_source
from tests.site import FEED, HOST, LIST, RECIPE, WAF, Reply, Site, crawled, feed, listing, settings

TAG = {
    "Content-Type": "application/rss+xml",
    "ETag": '"ä1"',
    "Last-Modified": "Tue, 24 Nov 2026 02:00:00 GMT",
}
LIST_TOO = RECIPE.replace('kind = "listing"', 'kind = "listing"\nalways = true')


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with Site() as played:
        monkeypatch.setenv("http_proxy", played.address)
        yield played


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return settings(tmp_path)


def tagged(*numbers: int, tag: str = '"ä1"', stubborn: bool = False) -> Reply:
    return Reply(feed(numbers), headers=TAG | {"ETag": tag}, stubborn=stubborn)


def source(text: str) -> Source:
    return parse_source(text, "tech.toml")


def url(number: int) -> str:
    return f"{HOST}/article/{number}"


def answers(report: CrawlReport) -> list[tuple[str, int, bool, tuple[str, ...]]]:
    return [(answer.url, answer.links, answer.unchanged, answer.notes) for answer in report.discovery]


def kept(config: Settings) -> int:
    with Archive.read(config.archive) as archive:
        return len(archive.articles())


# --- the price ---


def test_a_poll_with_nothing_new_is_one_request_of_no_body(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    site.pages[FEED] = tagged(1, 2)
    crawled(config)
    for _ in range(3):
        site.forget()
        report = crawled(config)
        assert site.asked == [FEED]
        assert site.answered[-1] == (FEED, 304)
        assert report.ok
        assert report.counts == {"known": 2}
        assert answers(report) == [(FEED, 2, True, ())]


def test_without_validators_a_poll_with_nothing_new_is_one_request_that_is_not_read(
    site: Site, config: Settings
) -> None:
    site.publish(1, 2)
    crawled(config)
    site.forget()
    report = crawled(config)
    assert site.asked == [FEED]
    assert answers(report) == [(FEED, 2, True, ())]
    assert report.counts == {"known": 2}


def test_an_article_that_comes_costs_two_requests(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    site.pages[FEED] = tagged(1, 2)
    crawled(config)
    crawled(config)
    site.publish(1, 2, 3)
    site.pages[FEED] = tagged(3, 2, 1, tag='"2"')
    site.forget()
    assert crawled(config).counts == {"new": 1, "known": 2}
    assert len(site.asked) == 2


def test_a_feed_that_failed_is_asked_for_its_texts_again(site: Site, config: Settings) -> None:
    """A 304 would leave the blocked article without the text that the feed holds."""
    site.publish(1, 2, html=True)
    site.pages[FEED] = Reply(feed([1, 2], html=True), headers=TAG)
    site.put(1, Reply(drop=True))
    crawled(config)
    site.put(1, WAF)
    report = crawled(config)
    assert report.states[url(1)] == "new"
    assert kept(config) == 2


def test_what_is_remembered_is_lost_with_the_database_without_harm(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    site.pages[FEED] = tagged(1, 2)
    crawled(config)
    for file in config.archive.glob("catalog.sqlite3*"):
        file.unlink()
    report = crawled(config)
    assert report.counts == {"known": 2}
    assert not report.discovery[0].unchanged


@pytest.mark.parametrize(("header", "seconds"), [("max-age=600", 600), ("max-age=60", 300), ("private", 300)])
def test_how_long_a_feed_is_good_is_remembered(
    header: str, seconds: int, site: Site, config: Settings
) -> None:
    """The longer of what its headers say and what it says itself: 5 minutes."""
    site.publish(1)
    body = feed([1]).replace(b"<channel>", b"<channel><ttl>5</ttl>")
    site.pages[FEED] = Reply(body, headers={"Cache-Control": header})
    crawled(config)
    with Archive.read(config.archive) as archive:
        (row,) = archive.polls.of("tech")
    assert row.fresh_seconds == seconds


# --- servers that lie ---


def test_a_server_that_denies_every_change_is_found_out(site: Site, config: Settings) -> None:
    """It sends the same tag whatever the feed holds, and 304 to whoever knows it."""
    site.publish(1)
    site.pages[FEED] = tagged(1)
    crawled(config)
    site.publish(1, 2)
    site.pages[FEED] = tagged(2, 1)
    reports = [crawled(config) for _ in range(PLAIN_EVERY)]
    assert [report.discovery[0].unchanged for report in reports] == [True] * (PLAIN_EVERY - 1) + [False]
    assert reports[-1].discovery[0].notes == ("validator lies",)
    assert "said it had not changed when it had" in reports[-1].summary
    assert kept(config) == 2
    site.publish(1, 2, 3)
    site.pages[FEED] = tagged(3, 2, 1)
    assert crawled(config).counts == {"new": 1, "known": 2}
    assert site.answered[-2] == (FEED, 200)


# --- several ways ---


def test_steps_of_always_are_asked_besides_and_their_finds_added(site: Site, config: Settings) -> None:
    site.publish(1, 2, 3, 4)
    site.pages[FEED] = feed([1, 2, 3])
    site.pages[LIST] = listing([2, 3, 4])
    report = crawled(config, source=source(LIST_TOO))
    assert report.counts == {"new": 4}
    assert {answer.url: answer.links for answer in report.discovery} == {FEED: 3, LIST: 3}
    with Archive.read(config.archive) as archive:
        found = archive._catalog.ways([f"news.example/article/{number}" for number in range(1, 5)])
    assert {(key[-1], way) for key, way in found} == {
        *[("1", "feed"), ("2", "feed"), ("3", "feed")],
        *[("2", "listing"), ("3", "listing"), ("4", "listing")],
    }


def test_a_feed_that_fails_beside_a_list_that_answers_is_no_failure(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    site.pages[FEED] = Reply(status=503)
    report = crawled(config, source=source(LIST_TOO))
    assert report.counts == {"new": 2}
    assert report.ok


def test_a_step_that_is_not_due_is_not_asked(site: Site, config: Settings) -> None:
    recipe = source(LIST_TOO.replace("always = true", 'always = true\nevery = "6h"'))
    site.publish(1, 2)
    crawled(config, source=recipe)
    site.forget()
    crawled(config, source=recipe)
    assert site.asked == [FEED]


def test_where_the_rest_fails_a_step_that_is_not_due_is_asked_all_the_same(
    site: Site, config: Settings
) -> None:
    recipe = source(LIST_TOO.replace("always = true", 'always = true\nevery = "6h"'))
    site.publish(1, 2)
    crawled(config, source=recipe)
    site.publish(1, 2, 3)
    site.pages[FEED] = Reply(status=404)
    report = crawled(config, source=recipe)
    assert report.counts == {"new": 1, "known": 2}


# --- what may have been missed ---


def test_a_feed_that_overflowed_says_so_and_the_other_ways_are_asked(site: Site, config: Settings) -> None:
    site.publish(*range(1, 10))
    site.pages[FEED] = feed([3, 2, 1])
    crawled(config)
    site.pages[FEED] = feed([9, 8, 7])
    site.pages[LIST] = listing([9, 8, 7, 6, 5, 4, 3])
    report = crawled(config)
    assert report.counts == {"new": 6, "known": 1}
    assert answers(report) == [(FEED, 3, False, ("overflow",)), (LIST, 7, False, ())]
    assert "some may have been missed" in report.summary
    with Archive.read(config.archive) as archive:
        assert archive.polls.get("tech", FEED).overflowed_at  # type: ignore[union-attr]
    assert kept(config) == 9


def test_a_feed_with_one_known_item_did_not_overflow(site: Site, config: Settings) -> None:
    site.publish(1, 2, 3, 4)
    site.pages[FEED] = feed([2, 1])
    crawled(config)
    site.pages[FEED] = feed([4, 3, 2])
    assert answers(crawled(config)) == [(FEED, 3, False, ())]


# --- further pages ---


def test_a_list_is_followed_as_far_as_it_is_new(site: Site, config: Settings) -> None:
    recipe = source(
        RECIPE.replace('kind = "feed"', 'kind = "feed"\nevery = "6h"').replace(
            'kind = "listing"', 'kind = "listing"\nalways = true\nnext = ".older"\npages = 5'
        )
    )
    site.publish(*range(1, 9))
    site.pages[FEED] = Reply(status=404)
    pages(site, [8, 7], [6, 5], [4, 3], [2, 1])
    assert crawled(config, source=recipe).counts == {"new": 8}
    site.publish(*range(1, 12))
    site.pages[FEED] = Reply(status=404)
    pages(site, [11, 10], [9, 8], [7, 6], [5, 4])
    site.forget()
    assert crawled(config, source=recipe).counts["new"] == 3
    assert [asked for asked in site.asked if "/list" in asked] == [LIST, f"{LIST}?p=2"]


def pages(site: Site, *lists: list[int]) -> None:
    """The list's pages, each with a link to the next."""
    for number, numbers in enumerate(lists, 1):
        own = LIST if number == 1 else f"{LIST}?p={number}"
        older = f"<a class='older' href='/list?p={number + 1}'>Older</a></body>".encode()
        page = listing(numbers)
        site.pages[own] = page.replace(b"</body>", older) if number < len(lists) else page


# --- sitemaps ---

MAPS = RECIPE.replace(
    "[[templates]]",
    '[[discovery]]\nkind = "sitemap"\nalways = true\nurl = "http://news.example/sitemap.xml"\n\n[[templates]]',
    1,
)
INDEX = f"{HOST}/sitemap.xml"


def part(name: str) -> str:
    return f"{HOST}/map-{name}.xml.gz"


def index(site: Site, **changed: str) -> None:
    """An index: name of a sitemap → when it last changed."""
    entries = "".join(
        f"<sitemap><loc>{part(name)}</loc><lastmod>{day}</lastmod></sitemap>" for name, day in changed.items()
    )
    site.pages[INDEX] = f"<sitemapindex>{entries}</sitemapindex>".encode()


def sitemap(site: Site, name: str, numbers: list[int], **headers: str) -> None:
    entries = "".join(f"<url><loc>{HOST}/article/{number}</loc></url>" for number in numbers)
    site.pages[part(name)] = Reply(gzip.compress(f"<urlset>{entries}</urlset>".encode()), headers=headers)


def test_of_an_index_only_what_changed_is_opened(site: Site, config: Settings) -> None:
    site.publish(*range(1, 7))
    site.pages[FEED] = feed([6])
    index(site, a="2026-11-01", b="2026-11-20")
    sitemap(site, "a", [1, 2, 3])
    sitemap(site, "b", [4, 5])
    assert crawled(config, source=source(MAPS)).counts == {"new": 6}
    site.forget()
    crawled(config, source=source(MAPS))
    assert sorted(site.asked) == [FEED, INDEX]
    index(site, a="2026-11-01", b="2026-11-24")
    site.publish(*range(1, 8))
    site.pages[FEED] = feed([6])
    sitemap(site, "b", [4, 5, 7])
    site.forget()
    assert crawled(config, source=source(MAPS)).counts["new"] == 1
    assert sorted(site.asked) == [url(7), FEED, part("b"), INDEX]


def test_a_sitemap_that_could_not_be_had_is_opened_by_the_next_crawl(site: Site, config: Settings) -> None:
    site.publish(*range(1, 7))
    site.pages[FEED] = feed([6])
    index(site, a="2026-11-01", b="2026-11-20")
    sitemap(site, "a", [1, 2, 3])
    site.pages[part("b")] = Reply(drop=True)
    crawled(config, source=source(MAPS))
    sitemap(site, "b", [4, 5])
    site.forget()
    assert crawled(config, source=source(MAPS)).counts["new"] == 2
    assert part("a") not in site.asked


def test_a_sitemap_that_is_gzipped_on_the_way_too_is_read(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    site.pages[FEED] = feed([1])
    entries = f"<urlset><url><loc>{url(2)}</loc></url></urlset>".encode()
    site.pages[INDEX] = Reply(gzip.compress(entries), headers={"Content-Encoding": "gzip"})
    assert crawled(config, source=source(MAPS)).counts == {"new": 2}


def test_what_the_domain_put_off_stays_discovered(site: Site, config: Settings) -> None:
    site.publish(1, 2, 3)
    site.put(1, Reply(status=429, headers={"Retry-After": "3600"}))
    report = crawled(config)
    assert report.states == {url(1): "blocked", url(2): "discovered", url(3): "discovered"}
    assert "Retry-After" in report.reasons[url(2)]
    assert "Retry-After" in report.summary
    with Archive.read(config.archive) as archive:
        assert archive.counts() == {"tech": {"blocked": 1, "discovered": 2}}
