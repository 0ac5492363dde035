"""check: a source tried live, every way and some of the newest articles."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.checkup import PageTried, Robots, WayTried, newest, notes_of, troubles_of
from crawler.discovery.link import Link
from tests.site import DELETED, FEED, HOST, LIST, RECIPE, Reply, Site, tech
from tests.terminal import Ran, Terminal, run_apart

KEYS = {"source", "well", "robots", "ways", "pages", "requests", "troubles", "notes"}


class Deaf(Reply):
    """An answer that is given whole, whatever condition is set."""

    def for_conditions(self, etag: str | None, date: str | None) -> Reply:
        return self


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as playing:
        playing.publish(1, 2, 3, 4)
        yield playing


def checked(site: Site, folder: Path, *arguments: str) -> Ran:
    (folder / "own").mkdir(exist_ok=True)
    (folder / "own" / "tech.toml").write_text(RECIPE, encoding="utf-8")
    (folder / "broadsheet.toml").write_text('delay = 0\nrecipes = "own"\nsources = ["tech"]\n')
    return run_apart("check", *arguments, cwd=folder, environ={"http_proxy": site.address})


def test_a_source_that_is_well_is_status_0(site: Site, tmp_path: Path) -> None:
    ran = checked(site, tmp_path, "tech")
    assert (ran.status, ran.err) == (0, "")
    assert ran.text.startswith("tech: all is well (")
    assert not (tmp_path / "archive-data").exists()


def test_every_way_is_asked_and_the_newest_are_read(site: Site, tmp_path: Path) -> None:
    (row,) = checked(site, tmp_path, "tech", "--sample", "2", "--json").rows
    assert row.keys() == KEYS
    assert [(way["kind"], way["status"], way["articles"]) for way in row["ways"]] == [
        ("feed", 200, 4),
        ("listing", 200, 4),
    ]
    assert row["ways"][0]["newest"] == "2026-11-20T02:04:00+00:00"
    assert [page["url"] for page in row["pages"]] == [
        f"{HOST}/article/4.html?f=rss",
        f"{HOST}/article/3.html?f=rss",
    ]
    assert row["pages"][0]["fields"]["title"] == "第4篇"
    assert row["pages"][0]["template"] == "only"
    assert row["requests"] == 4
    assert site.asked[:2] == [FEED, LIST]


def test_what_is_wrong_is_a_line_each_and_status_1(site: Site, tmp_path: Path) -> None:
    site.pages[LIST] = Reply(b"", 500)
    site.put(4, DELETED)
    site.put(3, b"<html><article><h1>A title</h1></article></html>")
    ran = checked(site, tmp_path, "tech")
    assert ran.status == 1
    said = [line.rpartition(": ")[0] for line in ran.err.splitlines()]
    assert said == [
        f"broadsheet: tech: listing ({LIST})",
        f"broadsheet: tech: {HOST}/article/4.html?f=rss: gone",
        f"broadsheet: tech: {HOST}/article/3.html?f=rss: failed",
    ]
    assert ran.text.startswith("tech: something is wrong")


@pytest.mark.parametrize(("honours", "word"), [(True, "honoured"), (False, "ignored")])
def test_whether_conditional_requests_are_honoured_is_said(
    site: Site, tmp_path: Path, honours: bool, word: str
) -> None:
    feed = site.pages[FEED]
    assert isinstance(feed, Reply)
    site.pages[FEED] = (Reply if honours else Deaf)(feed.body, headers={**feed.headers, "ETag": '"1"'})
    (row,) = checked(site, tmp_path, "tech", "--sample", "0", "--json").rows
    assert [way["validators"] for way in row["ways"]] == [word, "none"]
    assert row["well"]


def test_robots_txt_is_told_of(site: Site, tmp_path: Path) -> None:
    site.pages[f"{HOST}/robots.txt"] = b"User-agent: *\nCrawl-delay: 0.01\nDisallow: /list\n"
    (row,) = checked(site, tmp_path, "tech", "--json").rows
    assert row["robots"] == {"status": 200, "allows": False, "crawl_delay": 0.01}
    assert f"listing ({LIST}): robots.txt forbids it" in row["troubles"]


def test_an_article_s_url_is_tried_with_its_source(site: Site, tmp_path: Path) -> None:
    (row,) = checked(site, tmp_path, f"{HOST}/article/2", "--sample", "0", "--json").rows
    assert [page["url"] for page in row["pages"]] == [f"{HOST}/article/2"]
    assert row["source"] == "tech"


def test_without_a_name_the_sources_of_the_settings_are_tried(site: Site, tmp_path: Path) -> None:
    assert [row["source"] for row in checked(site, tmp_path, "--json").rows] == ["tech"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "nothing to check; name a source or a URL"),
        (("huxui",), "unknown source huxui; did you mean huxiu?"),
        (("huxiu", "--all"), "--all checks every source that is switched on"),
        (("ftp://x/",), "no web address"),
    ],
)
def test_wrong_input_is_one_line(broadsheet: Terminal, arguments: tuple[str, ...], says: str) -> None:
    assert says in broadsheet("check", *arguments).complaint


# --- the judgement ---

GOOD = {"title": "T", "authors": "A", "published_at": "2026-11-20", "body": "text"}


def way(**changes: object) -> WayTried:
    facts: dict[str, object] = {
        "name": "feed",
        "kind": "feed",
        "url": FEED,
        "always": False,
        "status": 200,
        "articles": 3,
    }
    return WayTried(**(facts | changes))  # type: ignore[arg-type]


def troubles(
    *ways: WayTried,
    pages: tuple[PageTried, ...] = (PageTried("u", "article", found=GOOD),),
    allows: bool = True,
) -> list[str]:
    return list(troubles_of(tech(), ways, pages, Robots(200, allows), asked_for=True))


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (troubles(way()), []),
        (troubles(way(), pages=(PageTried("u", "walled", "for members"), PageTried("v", "article", found=GOOD))), []),
        (troubles(way(), pages=(PageTried("u", "walled", "for members"),)), ["every article that was tried lies behind a wall"]),
        (troubles(way(articles=0)), ["no way names any article"]),
        (troubles(way(), pages=()), ["no article could be tried"]),
        (troubles(way(), pages=(PageTried("u", "article", found={**GOOD, "published_at": None}),)), ["published_at: missing on 1 of 1 pages, as on u"]),
        (troubles(way(), pages=(PageTried("u", "article", found={**GOOD, "authors": None}),)), []),
        (troubles(way(), allows=False), ["robots.txt forbids us its home page or a way to its articles"]),
    ],
)  # fmt: skip
def test_what_counts_as_trouble(found: list[str], says: list[str]) -> None:
    assert found == says


def test_what_is_worth_knowing_is_no_trouble() -> None:
    nobody = PageTried("u", "article", found={**GOOD, "authors": None})
    notes = list(
        notes_of(
            tech(), [way(validators="ignored", note="names the hub h")], [nobody], Robots(503, delay=5.0)
        )
    )
    assert notes == [
        "robots.txt asks for 5 seconds between requests",
        "robots.txt answers 503: nothing is asked until it does",
        "feed: states validators and ignores them; it is read whole at every crawl",
        "feed: names the hub h",
        "authors: nobody named on 1 of 1 pages; the file then names the source",
        "no template of the recipe fits these pages (only): the site may have been rebuilt",
    ]


def test_the_newest_of_all_ways_come_first_each_once() -> None:
    def link(number: int, hour: int | None) -> Link:
        at = datetime(2026, 11, 20, hour, tzinfo=UTC) if hour is not None else None
        return Link(f"{HOST}/article/{number}", "feed", published_at=at)

    ways = [way(links=(link(1, 1), link(2, 5))), way(links=(link(3, None), link(2, None), link(4, 3)))]
    assert [target.url.rpartition("/")[2] for target in newest(ways, tech(), 3)] == ["2", "4", "1"]
