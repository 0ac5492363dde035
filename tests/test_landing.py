"""What an article's pages and the ways that found it come to together."""

from datetime import UTC, datetime

import pytest

from archive import Article
from crawler.discovery.link import Link
from crawler.landing import Landing, Target, land
from crawler.reading import Fetched
from crawler.source import Source, parse_source

URL = "https://paper.example/a/17"
AT = datetime(2026, 9, 12, 2, 41, tzinfo=UTC)
NOW = datetime(2026, 9, 12, 6, 0, tzinfo=UTC)
TEXT = "<p>这座灯塔停用了三十年，守塔人的孙女把它改成了一间只收明信片的邮局，每天只开两个小时。</p>" * 2
PAGE = f'<article><h1>灯塔邮局</h1><span class="time">3小时前</span><div class="text">{TEXT}</div></article>'
SHELL = "<html><head><title>灯塔邮局</title></head><body><div id=app></div><script src=/app.js></script></body></html>"


def source(**changes: object) -> Source:
    recipe = parse_source(
        """
name = "paper"
title = "The Paper"
home = "https://paper.example/"
hosts = ["paper.example"]
zone = "Asia/Shanghai"
own_names = ["The Paper"]
[article]
patterns = '/a/(?P<id>[0-9]+)'
canonical = "https://paper.example/a/{id}"
[[templates]]
name = "page"
when = ".text"
published = ".time"
body = ".text"
""",
        "paper.toml",
    )
    return recipe.model_copy(update=changes)


def landed(html: str, recipe: Source, status: int = 200, author: str | None = "沈知微") -> Landing:
    link = Link(URL, "feed", "灯塔邮局", AT, author, html=TEXT)
    fetched = Fetched(url=URL, status=status, body=html.encode(), content_type="text/html", fetched_at=NOW)
    return land(Target(URL, (link,)), (fetched,), recipe, plain=False)


def article(*arguments: object, **changes: object) -> Article:
    result = landed(*arguments, **changes).result  # type: ignore[arg-type]
    assert isinstance(result, Article)
    return result


@pytest.mark.parametrize(("html", "status"), [(SHELL, 200), (SHELL, 403), ("", 500)])
def test_a_page_without_its_text_gives_way_to_the_full_feed(html: str, status: int) -> None:
    landing = landed(html, source(), status)
    assert isinstance(landing.result, Article)
    assert landing.result.read_from == "feed"
    assert landing.refused is not None


def test_a_page_that_shows_a_part_has_the_full_feeds_text_and_is_settled() -> None:
    teaser = '<article><h1>灯塔邮局</h1><div class="text"><p>这座灯塔停用了三十年。</p></div></article>'
    landing = landed(teaser, source())
    assert isinstance(landing.result, Article)
    assert "明信片" in landing.result.body
    assert (landing.result.read_from, landing.refused) == ("page", None)


def test_a_deleted_page_does_not() -> None:
    assert not isinstance(landed(SHELL, source(), 404).result, Article)


def test_an_author_whom_only_the_feed_names_is_the_articles() -> None:
    assert article(PAGE, source()).authors == ("沈知微",)
    assert article(PAGE, source(), author="The Paper").authors == ()


def test_the_pages_time_is_taken_unless_it_is_told_from_now() -> None:
    told, stated = article(PAGE, source()), article(PAGE, source(feed_tells_time=True))
    assert told.published_at is not None
    assert told.published_at.isoformat() == "2026-09-12T11:00:00+08:00"
    assert stated.published_at is not None
    assert stated.published_at.isoformat() == "2026-09-12T10:41:00+08:00"


@pytest.mark.parametrize(
    ("page", "taken"),
    [
        ("2026年9月12日", "2026-09-12T10:41:00+08:00"),
        ("2026年9月11日", "2026-09-11T00:00:00+08:00"),
        ("2026年9月12日 11:00", "2026-09-12T11:00:00+08:00"),
    ],
)
def test_where_a_page_names_the_day_alone_the_feed_tells_the_minute(page: str, taken: str) -> None:
    dated = PAGE.replace("3小时前", page)
    found = article(dated, source()).published_at
    assert found is not None
    assert found.isoformat() == taken
