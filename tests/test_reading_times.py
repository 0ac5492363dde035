from datetime import UTC, datetime

import pytest

from crawler.reading.choice import Choice
from crawler.reading.fetched import Fetched
from crawler.reading.fields.times import modified, published
from crawler.reading.page import Page
from crawler.source import source_for

NOW = datetime(2026, 9, 12, 3, 30, tzinfo=UTC)
TITLE = "A kettle that boils by itself"
TEXT = "<p>" + "The kettle has been on sale for some time, and people have begun to talk. " * 4 + "</p>"


def page(
    head: str = "", byline: str = "", *, above: str = "", below: str = "", lang: str = "en", url: str = ""
) -> Page:
    html = (
        f'<html lang="{lang}"><head><title>{TITLE} | Daily</title>{head}</head><body>{above}'
        f"<main><h1>{TITLE}</h1>{byline}{TEXT}</main>{below}</body></html>"
    )
    address = url or "https://news.example/kettle"
    fetched = Fetched(
        url=address, status=200, body=html.encode(), content_type="text/html; charset=utf-8", fetched_at=NOW
    )
    return Page(fetched, source_for(address, {}))


def linked(**dates: str) -> str:
    stated = "".join(f', "{name}": "{value}"' for name, value in dates.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{TITLE}"{stated}}}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def said(choice: Choice[datetime | None]) -> str | None:
    return choice.value and choice.value.isoformat()


def day(one: Page) -> str | None:
    value = published(one).value
    return value and value.date().isoformat()


def test_json_ld_is_taken_and_every_candidate_is_kept() -> None:
    one = page(
        linked(datePublished="2026-09-01T10:00:00+02:00")
        + meta("article:published_time", "2026-09-01T08:00:00Z")
    )
    choice = published(one)
    assert said(choice) == "2026-09-01T10:00:00+02:00"
    assert [candidate.origin for candidate in choice.candidates] == [
        "JSON-LD datePublished",
        "meta article:published_time",
    ]
    assert choice.why == "all that is stated agrees"


def test_json_ld_that_cannot_be_parsed_still_gives_its_date() -> None:
    broken = '<script type="application/ld+json">{"@type": "NewsArticle", oops, "datePublished": "2026-09-01"}</script>'
    assert day(page(broken)) == "2026-09-01"


@pytest.mark.parametrize(
    "name",
    ["article:published_time", "parsely-pub-date", "sailthru.date", "DC.date.issued", "pubdate", "publish-date",
     "cXenseParse:recs:publishtime", "weibo: article:create_at", "bytedance:published_time", "apub:time", "date"],
)  # fmt: skip
def test_a_meta_element_gives_the_date(name: str) -> None:
    assert day(page(meta(name, "2026-09-01T10:00:00Z"))) == "2026-09-01"


@pytest.mark.parametrize(
    "byline",
    [
        "<div>By Ann Lee | <b>September 1, 2026</b></div>",
        "<p>Posted on 1 September 2026 in <a href='/x'>Kettles</a></p>",
        "<div><span>发布时间：</span><span>2026-09-01 10:22</span> 来源：某报</div>",
        "<div>Veröffentlicht am 1. September 2026, 10:22 Uhr</div>",
        '<time datetime="2026-09-01T10:22:00Z">last week</time>',
        '<span itemprop="datePublished" content="2026-09-01">last week</span>',
        "<div>Published</div><div>1 Sep 2026</div><div>Updated</div><div>3 Sep 2026</div>",
        "<div>Updated: 3 Sep 2026 | Published: 1 Sep 2026</div>",
        "<p>Press release of 2026-09-01 | Springfield - " + "The kettle is new. " * 20 + "</p>",
        "<ul><li>09-01 10:22</li></ul>",
    ],
)
def test_the_day_near_the_headline_is_read(byline: str) -> None:
    assert day(page(byline=byline)) == "2026-09-01"


def test_the_day_above_the_headline_is_read() -> None:
    assert day(page(above="<h2 class='date-header'>Tuesday, September 1, 2026</h2>")) == "2026-09-01"


def test_the_headline_is_the_heading_that_is_the_title() -> None:
    one = page("", "", above="<h1>Daily</h1><p>Issue of September 9, 2026</p>")
    html = one.text.replace(f"<h1>{TITLE}</h1>", f"<h3>{TITLE}</h3><p>September 1, 2026</p>")
    fetched = Fetched(url=one.fetched.url, status=200, body=html.encode(), content_type=None, fetched_at=NOW)
    assert day(Page(fetched, one.source)) == "2026-09-01"


def test_a_date_in_a_block_of_its_own_anywhere_is_the_last_resort() -> None:
    far = "<p>No day here.</p>" * 300 + "<div class='info'>Datum: 01.09.2026</div>"
    assert day(page(below=far)) == "2026-09-01"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "<aside><time datetime='2026-09-09'>9 Sep</time></aside>",
        "<div class='comments'><p>Bob, 9 September 2026, 10:00</p></div>",
        "<div id='related-articles'><ul><li>9 September 2026 <a href='/y'>Another</a></li></ul></div>",
        "<p>© 2026-09-09 Daily. All rights reserved.</p>",
        "<nav>Wednesday, 9 September 2026</nav>",
    ],
)
def test_dates_of_something_else_are_not_the_articles(elsewhere: str) -> None:
    assert day(page(byline=elsewhere)) is None


def test_the_address_is_used_where_nothing_else_is() -> None:
    assert day(page(url="https://news.example/2026/09/01/kettle")) == "2026-09-01"
    assert day(page(url="https://news.example/20260901/kettle.html")) == "2026-09-01"
    assert day(page(url="https://news.example/id/120260901999/kettle")) is None


def test_the_state_of_a_script_is_used_where_no_date_is_seen() -> None:
    state = '<script>window.__INITIAL_STATE__ = {"article": {"publishTime": 1788256800000}}</script>'
    assert day(page(state)) == "2026-09-01"


def test_a_time_to_come_is_not_believed() -> None:
    one = page(meta("article:published_time", "2031-01-01"), "<p>1 September 2026</p>")
    assert day(one) == "2026-09-01"


def test_a_publication_after_the_last_change_gives_way_to_an_earlier_one() -> None:
    stated = linked(datePublished="2026-09-09T10:00:00Z", dateModified="2026-09-02T10:00:00Z")
    assert day(page(stated, "<p>1 September 2026</p>")) == "2026-09-01"


def test_a_byline_wins_over_metadata_that_states_the_last_change() -> None:
    stated = linked(datePublished="2026-09-09T10:00:00Z", dateModified="2026-09-09T10:00:00Z")
    choice = published(page(stated, "<p>1 September 2026</p>"))
    assert said(choice) == "2026-09-01T00:00:00+00:00"
    assert "last change" in choice.why


def test_a_day_that_is_only_labelled_as_an_update_is_not_the_publication() -> None:
    one = page(linked(datePublished="2024-02-01T10:00:00Z"), "<p>Updated September 9, 2026</p>")
    assert day(one) == "2024-02-01"
    assert said(modified(one)) == "2026-09-09T00:00:00+00:00"


def test_a_numeric_date_is_read_the_way_the_page_means_it() -> None:
    assert day(page(meta("date", "03/04/2026"))) == "2026-03-04"
    assert day(page(meta("date", "03/04/2026"), lang="de")) == "2026-04-03"
    assert day(page(meta("date", "03/04/2026"), "<p>3 April 2026</p>")) == "2026-04-03"


def test_the_publishers_offset_is_taken_from_the_clock_on_the_page() -> None:
    one = page(linked(datePublished="2026-09-02T03:37:20Z"), "<p>September 1, 2026, 11:37 pm</p>")
    assert said(published(one)) == "2026-09-01T23:37:20-04:00"


def test_the_publishers_offset_is_taken_from_another_statement_of_the_same_time() -> None:
    one = page(
        linked(datePublished="2026-09-02T03:37:20Z"), '<time datetime="2026-09-01T23:37:20-04:00">x</time>'
    )
    assert said(published(one)) == "2026-09-01T23:37:20-04:00"


def test_midnight_at_home_stated_in_utc_is_that_day() -> None:
    assert day(page(linked(datePublished="2026-08-31T22:00:00.000Z"), lang="de")) == "2026-09-01"
    assert day(page(linked(datePublished="2026-08-31T15:00:00.000Z"), lang="ja")) == "2026-09-01"


def test_a_change_before_the_publication_is_not_believed() -> None:
    one = page(linked(datePublished="2026-09-09T10:00:00Z", dateModified="2026-09-02T10:00:00Z"))
    assert modified(one).value is None
    assert len(modified(one).candidates) == 1


def test_of_one_day_the_time_that_tells_the_minute_is_taken() -> None:
    one = page(byline='<p><time datetime="2026-09-12T10:41:09+08:00">2026年9月12日</time></p>', lang="zh")
    assert said(published(one)) == "2026-09-12T10:41:09+08:00"


def test_the_last_change_is_read() -> None:
    one = page(
        linked(datePublished="2026-09-01T10:00:00Z") + meta("article:modified_time", "2026-09-02T10:00:00Z")
    )
    assert said(modified(one)) == "2026-09-02T10:00:00+00:00"


def test_a_page_without_dates_gives_none() -> None:
    assert published(page()).value is None
    assert published(page()).why == "no time is stated"


@pytest.mark.parametrize(
    "broken",
    [
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": {"@value": [1, {}]}}</script>',
        '<script type="application/ld+json">[[[[{"@type": "NewsArticle", "datePublished": 99999999999999999999}]]]]</script>',
        meta("article:published_time", "9" * 5000),
        "<time></time>" * 500,
        "<div>" * 400 + "2026-09-01",
        f"<h1>{TITLE}</h1>" * 200,
    ],
)
def test_hostile_pages_raise_nothing(broken: str) -> None:
    one = page(broken, broken)
    published(one)
    modified(one)
