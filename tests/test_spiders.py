"""Whole crawls of a site on loopback: what is asked for, what is kept, and how every URL ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import Archive
from crawler.config import Settings
from crawler.report import CrawlReport
from crawler.source import parse_source, source_for
from tests.builders import files
from tests.site import (
    DELETED,
    FEED,
    HOST,
    LIST,
    RECIPE,
    WAF,
    Reply,
    Site,
    article_page,
    crawled,
    feed,
    settings,
    text_of,
)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with Site() as played:
        monkeypatch.setenv("http_proxy", played.address)
        yield played


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return settings(tmp_path)


def url(number: int) -> str:
    return f"{HOST}/article/{number}"


def kept(config: Settings) -> list[str]:
    """The URLs of the articles in the archive."""
    with Archive.read(config.archive) as archive:
        return sorted(row.url for row in archive.articles())


def states(config: Settings) -> dict[str, int]:
    """State → number of URLs in the archive's catalog."""
    with Archive.read(config.archive) as archive:
        return archive.counts().get("tech", {})


# --- discovery and what is asked for ---


def test_what_the_feed_names_is_archived(site: Site, config: Settings) -> None:
    site.publish(1, 2, 3)
    report = crawled(config)
    assert report.ok
    assert report.counts == {"new": 3}
    assert kept(config) == [url(1), url(2), url(3)]


def test_a_page_is_asked_for_as_the_feed_spells_it(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    crawled(config)
    assert site.asked == [FEED, f"{HOST}/article/1.html?f=rss", f"{HOST}/article/2.html?f=rss"]


def test_a_second_crawl_asks_for_the_feed_alone(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    site.put(2, DELETED)
    crawled(config)
    site.forget()
    report = crawled(config)
    assert site.asked == [FEED]
    assert report.ok
    assert report.counts == {"known": 2}
    assert report.requests == 1


def test_robots_txt_is_asked_for_once_a_host(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    crawled(config)
    assert site.robots == [f"{HOST}/robots.txt"]


def test_we_say_who_we_are(site: Site, config: Settings) -> None:
    crawled(config)
    (agent,) = site.agents
    assert agent.startswith("Broadsheet/")
    assert agent.endswith(" (+test@news.example)")


@pytest.mark.parametrize(
    "reply",
    [WAF, Reply(status=404), Reply(status=503), Reply(drop=True), Reply(feed([])), Reply(b"{}")],
    ids=["check page", "404", "503", "no reply", "empty", "not a feed"],
)
def test_a_feed_that_fails_gives_way_to_the_list(reply: Reply | bytes, site: Site, config: Settings) -> None:
    site.publish(1, 2)
    site.pages[FEED] = reply
    report = crawled(config)
    assert report.ok
    assert report.counts == {"new": 2}
    assert [answer.problem is None for answer in report.discovery] == [False, True]


def test_where_no_step_answers_the_crawl_says_so(site: Site, config: Settings) -> None:
    report = crawled(config)
    assert not report.discovery_answered
    assert not report.ok
    assert [answer.problem for answer in report.discovery] == ["it answers 404", "it answers 404"]


def test_what_an_earlier_crawl_left_is_fetched_though_discovery_fails(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    site.put(2, Reply(status=500))
    crawled(config)
    del site.pages[FEED], site.pages[LIST]
    site.put(2, article_page(2))
    report = crawled(config)
    assert report.counts == {"new": 1}
    assert kept(config) == [url(1), url(2)]


def test_a_limit_bounds_the_pages_fetched(site: Site, config: Settings) -> None:
    site.publish(1, 2, 3)
    report = crawled(config, limit=2)
    assert report.ok
    assert kept(config) == [url(1), url(2)]
    assert crawled(config).counts == {"new": 1, "known": 2}


def test_a_limit_takes_what_the_site_names_first(site: Site, config: Settings) -> None:
    site.publish(2, 9, 5)
    crawled(config, limit=2)
    assert kept(config) == [url(2), url(9)]


def test_named_urls_are_fetched_without_discovery(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    report = crawled(config, f"{HOST}/article/2.html?f=rss#comments")
    assert report.ok
    assert site.asked == [f"{HOST}/article/2.html?f=rss"]
    assert kept(config) == [url(2)]


def test_a_named_url_that_is_settled_is_known(site: Site, config: Settings) -> None:
    site.publish(1)
    crawled(config)
    site.forget()
    assert crawled(config, "http://www.news.example/article/1").counts == {"known": 1}
    assert site.asked == []


def test_a_named_url_that_is_no_article_is_not_asked_for(site: Site, config: Settings) -> None:
    report = crawled(config, f"{HOST}/channel/3")
    assert report.states == {f"{HOST}/channel/3": "not_an_article"}
    assert site.asked == []


def test_a_later_page_that_is_named_means_its_article(site: Site, config: Settings) -> None:
    site.publish(1)
    crawled(config, f"{HOST}/article/1/2")
    assert kept(config) == [url(1)]


def test_a_url_without_a_recipe_is_archived_under_its_domain(site: Site, config: Settings) -> None:
    address = "http://blog.example.org/2026/a-post.html"
    site.pages[address] = article_page(5)
    report = crawled(config, address, source=source_for(address, {}))
    assert report.ok, report
    (path,) = files(config.archive)
    assert path.startswith("example.org/")


def test_without_a_recipe_a_redirect_to_another_host_is_followed(site: Site, config: Settings) -> None:
    asked, there = "http://example.org/a-post.html", "http://www.example.org/a-post.html"
    site.pages[asked] = Reply(status=301, headers={"Location": there})
    site.pages[there] = article_page(5)
    report = crawled(config, asked, source=source_for(asked, {}))
    assert report.counts == {"new": 1}, report
    assert kept(config) == [there]
    site.forget()
    assert crawled(config, asked, source=source_for(asked, {})).counts == {"known": 1}
    assert site.asked == []


def test_without_a_recipe_an_articles_pages_are_fetched_and_joined(site: Site, config: Settings) -> None:
    first, second = "http://example.org/a/post.html", "http://example.org/a/post_2.html"
    site.pages[first] = article_page(
        5, more=f'<a href="{second}">下一页</a><a href="/a/other.html">下一篇</a>'
    )
    site.pages[second] = article_page(6, more=f'<a href="{first}">1</a><a href="/a/post_3.html">3</a>')
    report = crawled(config, first, source=source_for(first, {}))
    assert report.counts == {"new": 1}, report
    assert kept(config) == [first]
    (text,) = files(config.archive).values()
    assert text.index(text_of(5)) < text.index(text_of(6))


def test_progress_is_told_as_it_happens(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    seen: list[CrawlReport] = []
    report = crawled(config, on_event=seen.append)
    assert [len(one.states) for one in seen if one.wanted == 2][:3] == [0, 1, 2]
    assert seen[-1] == report


# --- how pages end ---


def test_a_blocked_page_is_blocked_and_tried_again(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    site.put(1, WAF)
    report = crawled(config)
    assert not report.ok
    assert report.states[url(1)] == "blocked"
    site.put(1, article_page(1))
    assert crawled(config).counts == {"new": 1, "known": 1}


def test_a_blocked_page_is_kept_from_a_full_feed(site: Site, config: Settings) -> None:
    site.publish(1, html=True)
    site.put(1, WAF)
    report = crawled(config)
    assert report.ok
    assert report.counts == {"new": 1}
    with Archive.read(config.archive) as archive:
        (row,) = archive.articles()
        assert row.read_from == "feed"
        assert "（来自订阅）" in archive.text(row)


def test_a_good_page_replaces_the_feeds_text(site: Site, config: Settings) -> None:
    site.publish(1, html=True)
    site.put(1, WAF)
    crawled(config)
    site.put(1, article_page(1))
    assert crawled(config).counts == {"replaced": 1}
    (text,) = files(config.archive).values()
    assert "（来自订阅）" not in text
    site.forget()
    crawled(config)
    assert site.asked == [FEED]


def test_a_page_still_blocked_leaves_the_feeds_text_and_is_no_failure(site: Site, config: Settings) -> None:
    site.publish(1, html=True)
    site.put(1, WAF)
    crawled(config)
    before = files(config.archive)
    report = crawled(config)
    assert report.ok
    assert report.counts == {"known": 1}
    site.pages[FEED] = feed([], extra=f"<item><link>{url(7)}</link><type>video_article</type></item>")
    report = crawled(config)  # the article has left the feed, and its page is still blocked
    assert report.ok
    assert files(config.archive) == before


def test_a_patient_crawl_lets_a_blocked_page_rest(site: Site, config: Settings) -> None:
    site.publish(1, html=True)
    site.publish(1, 2, html=True)
    site.put(1, WAF)
    site.put(2, Reply(status=500))
    crawled(config, by="daemon")
    site.forget()
    report = crawled(config, by="daemon")
    assert site.asked == [FEED]
    assert report.ok


def redirect(where: str) -> Reply:
    return Reply(status=302, headers={"Location": where})


@pytest.mark.parametrize(
    ("state", "replies"),
    [
        ("gone", [Reply(status=404), Reply(status=410), Reply(DELETED), redirect(f"{HOST}/")]),
        ("blocked", [Reply(status=503), Reply(WAF)]),
        (
            "failed",
            [
                redirect(f"{HOST}/article/1.html?f=rss"),  # to itself
                Reply(status=500),
                Reply(b""),
                Reply(drop=True),
                Reply(b"x" * 11_000_000),
                redirect("file:///etc/hostname"),
            ],
        ),
        ("excluded", [redirect("http://127.0.0.1:9/")]),
    ],
)
def test_every_page_ends_in_a_named_state(
    state: str, replies: list[Reply], site: Site, config: Settings
) -> None:
    site.publish(*range(1, len(replies) + 2))
    site.pages[f"{HOST}/"] = b"<html><title>Tech</title><h1>Home</h1></html>"
    for number, reply in enumerate(replies, 1):
        site.put(number, reply)
    report = crawled(config)
    ended, last = {url(number): state for number in range(1, len(replies) + 1)}, url(len(replies) + 1)
    assert report.states == {**ended, last: "new"}, report.reasons
    assert all(report.reasons[one] for one in ended)
    assert report.ok is (state not in ("failed", "blocked"))
    assert states(config) == {"archived": 1, state: len(replies)}


@pytest.mark.parametrize("status", [403, 429])
def test_who_refuses_a_page_is_left_alone_for_a_while(status: int, site: Site, config: Settings) -> None:
    site.publish(1, 2)
    site.put(1, Reply(status=status))
    report = crawled(config)
    assert report.states == {url(1): "blocked", url(2): "discovered"}, report.reasons
    assert report.reasons[url(1)]
    assert not report.ok
    assert states(config) == {"discovered": 1, "blocked": 1}


def test_a_site_that_refuses_its_pages_is_read_from_its_full_feed(site: Site, config: Settings) -> None:
    site.publish(1, 2, 3, html=True)
    site.put(1, Reply(status=403))
    report = crawled(config)
    assert site.asked == [FEED, f"{HOST}/article/1.html?f=rss"]  # nothing more is asked of who refused
    assert kept(config) == [url(1), url(2), url(3)]
    assert report.counts == {"new": 3}


def test_what_robots_txt_forbids_is_excluded_and_not_asked_for(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    robots = b"User-agent: Broadsheet\nDisallow: /article/1\n"
    site.pages[f"{HOST}/robots.txt"] = Reply(robots, headers={"Content-Type": "text/plain"})
    report = crawled(config)
    assert report.states == {url(1): "excluded", url(2): "new"}
    assert report.reasons == {url(1): "robots.txt"}
    assert report.ok
    assert site.asked == [FEED, f"{HOST}/article/2.html?f=rss"]


def test_a_crawl_goes_no_faster_than_robots_txt_asks(site: Site, config: Settings) -> None:
    site.publish(1, 2, 3)
    robots = b"User-agent: *\nCrawl-delay: 0.3\n"
    site.pages[f"{HOST}/robots.txt"] = Reply(robots, headers={"Content-Type": "text/plain"})
    report = crawled(config)
    assert report.ok
    assert report.finished_at is not None
    # Four requests after robots.txt, each half a delay after the one before at the least.
    assert (report.finished_at - report.started_at).total_seconds() > 0.6


def test_a_redirect_to_another_article_makes_an_alias(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    site.put(1, Reply(status=301, headers={"Location": "/article/9"}))
    site.put(9, article_page(9))
    report = crawled(config)
    assert report.states == {url(1): "new", url(2): "new"}
    assert kept(config) == [url(2), url(9)]
    with Archive.read(config.archive) as archive:
        row = archive.article(url(1))
        assert row is not None
        assert row.url == url(9)
    site.forget()
    crawled(config)
    assert site.asked == [FEED]


def test_a_redirect_to_a_known_article_is_a_duplicate(site: Site, config: Settings) -> None:
    site.publish(2)
    crawled(config)
    site.publish(1, 2)
    site.put(1, Reply(status=301, headers={"Location": "/article/2"}))
    assert crawled(config).states == {url(1): "duplicate"}


def test_the_same_text_at_two_addresses_is_kept_once(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    page = (
        article_page(2)
        .replace("完2".encode(), "完1".encode())
        .replace(text_of(2).encode(), text_of(1).encode())
    )
    site.put(2, page)
    report = crawled(config)
    assert report.ok
    assert sorted(report.states) == [url(1), url(2)]
    assert len(files(config.archive)) == 1


def test_a_page_that_cannot_be_read_does_not_end_the_crawl(site: Site, config: Settings) -> None:
    """A recipe whose JSON path goes wrong on one page."""
    site.publish(1, 2)
    site.put(1, b"<html><body><article>" + b"<div>" * 50_000 + b"</article></body></html>")
    report = crawled(config)
    assert report.states[url(2)] == "new"
    assert report.states[url(1)] in ("failed", "not_an_article")


# --- articles of several pages ---


def pages(site: Site, count: int) -> None:
    """Article 1 with so many pages."""
    site.publish(1)
    for page in range(1, count + 1):
        more = f"<a class='next' href='/article/1/{page + 1}'>下一页</a>" if page < count else ""
        body = article_page(1, more=more, text=f"第{page}页。{text_of(page)}")
        if page == 1:
            site.put(1, body)
        else:
            site.pages[f"{HOST}/article/1/{page}"] = body


def test_the_pages_of_an_article_are_joined(site: Site, config: Settings) -> None:
    pages(site, 3)
    report = crawled(config)
    assert report.ok
    (text,) = files(config.archive).values()
    assert [f"第{page}页。" in text for page in (1, 2, 3)] == [True, True, True]
    assert text.index("第1页。") < text.index("第2页。") < text.index("第3页。")


@pytest.mark.parametrize("reply", [Reply(status=500), Reply(WAF), Reply(drop=True)])
def test_half_an_article_is_not_kept(reply: Reply, site: Site, config: Settings) -> None:
    pages(site, 2)
    site.pages[f"{HOST}/article/1/2"] = reply
    report = crawled(config)
    assert not report.ok, report.states
    assert files(config.archive) == {}
    pages(site, 2)
    assert crawled(config).counts == {"new": 1}


def test_a_page_the_site_only_counts_is_not_missed(site: Site, config: Settings) -> None:
    pages(site, 2)
    site.pages[f"{HOST}/article/1/2"] = Reply(status=404)
    assert crawled(config).counts == {"new": 1}


def test_pages_that_lead_in_a_circle_come_to_an_end(site: Site, config: Settings) -> None:
    pages(site, 2)
    site.pages[f"{HOST}/article/1/2"] = article_page(1, more="<a class='next' href='/article/1/2'>下一页</a>")
    crawled(config)
    assert len(site.asked) <= 4


def test_a_next_page_of_another_article_is_not_taken(site: Site, config: Settings) -> None:
    site.publish(1)
    site.put(1, article_page(1, more="<a class='next' href='/article/2'>下一篇</a>"))
    crawled(config)
    assert site.asked == [FEED, f"{HOST}/article/1.html?f=rss"]


# --- the archive and the run ---


def test_each_crawl_is_a_run(site: Site, config: Settings) -> None:
    site.publish(1)
    crawled(config)
    site.put(1, WAF)
    site.publish(1, 2)
    site.put(2, WAF)
    crawled(config)
    with Archive.read(config.archive) as archive:
        last, first = archive.runs.recent()
    assert (first.state, first.by, first.report["counts"]) == ("ok", "crawl", {"new": 1})
    assert (last.state, last.report["counts"]) == ("failed", {"known": 1, "blocked": 1})


def test_an_archive_that_cannot_be_written_ends_the_crawl(site: Site, config: Settings) -> None:
    site.publish(1, 2, 3)
    crawled(config, limit=1)
    blocker = config.archive / "tech" / "2026"
    for file in blocker.iterdir():
        file.unlink()
    blocker.rmdir()
    blocker.write_text("a file where a folder should be")
    report = crawled(config)
    assert not report.ok
    assert report.problem
    assert str(config.archive) in report.problem or "tech/2026" in report.problem
    blocker.unlink()
    assert crawled(config).counts["new"] == 2


def test_a_redirect_into_the_users_network_is_not_followed(site: Site, config: Settings) -> None:
    with Site({}) as inner:
        site.publish(1)
        site.put(1, Reply(status=302, headers={"Location": f"{inner.address}/secret"}))
        report = crawled(config)
    assert inner.asked == []
    assert report.states == {url(1): "excluded"}
    assert "127.0.0.1" in report.reasons[url(1)]


def test_a_network_that_is_allowed_is_crawled(
    monkeypatch: pytest.MonkeyPatch, site: Site, tmp_path: Path
) -> None:
    monkeypatch.delenv("http_proxy")
    with Site() as inner:
        recipe = RECIPE.replace("http://news.example/", f"{inner.address}/").replace(
            '"news.example"', '"127.0.0.1"'
        )
        source = parse_source(recipe, "inner.toml")
        inner.pages[f"{inner.address}/feed"] = feed([1]).replace(HOST.encode(), inner.address.encode())
        inner.pages[f"{inner.address}/article/1.html?f=rss"] = article_page(1)
        shut = crawled(settings(tmp_path), source=source)
        assert not shut.discovery_answered
        assert inner.asked == []
        report = crawled(settings(tmp_path, allow_networks=("127.0.0.0/8",)), source=source)
    assert report.ok, report
    assert site.asked == []
