"""Articles out of a full feed's entries."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from archive import Article
from crawler.discovery.link import Link
from crawler.reading import Refusal, read_entry
from crawler.source import load_sources
from tests.huxiu_pages import AUTHOR, CONTENT, FETCHED_AT, FIRST, LICENCE, TITLE

SOURCE = load_sources()["huxiu"]
URL = "https://www.huxiu.com/article/4890703.html?f=rss"
AT = datetime(2026, 9, 12, 2, 41, tzinfo=UTC)


def entry(
    html: str | None, url: str = URL, title: str | None = f"{TITLE}-虎嗅网", author: str | None = AUTHOR
) -> Link:
    return Link(url=url, found_by="feed", title=title, published_at=AT, author=author, html=html)


def article(html: str, **changes: str | None) -> Article:
    result = read_entry(entry(html, **changes), SOURCE, FETCHED_AT)  # type: ignore[arg-type]
    assert isinstance(result, Article)
    return result


def test_an_entry_of_a_full_feed_is_an_article_that_says_where_it_was_read() -> None:
    read = article(CONTENT)
    assert (read.url, read.identifier, read.read_from) == (
        "https://www.huxiu.com/article/4890703",
        "4890703",
        "feed",
    )
    assert (read.title, read.authors, read.fetched_at) == (TITLE, (AUTHOR,), FETCHED_AT)
    assert FIRST in read.body
    assert "(https://img.huxiucdn.com/in.jpg)" in read.body


def test_an_entrys_time_shows_on_the_sources_clock() -> None:
    published = article(CONTENT).published_at
    assert published is not None
    assert (published, published.utcoffset()) == (AT, timedelta(hours=8))
    assert published.astimezone(timezone(timedelta(hours=8))).hour == 10


def test_notices_leave_the_text_and_the_licence_is_kept() -> None:
    notices = f'<div class="neirong-shouquan">{LICENCE}</div><div class="neirong-shouquan-public">还不去下载 虎嗅App</div>'
    read = article(CONTENT + notices, author=None)
    assert read.licence == LICENCE
    assert "授权" not in read.body
    assert "虎嗅App" not in read.body


def test_the_same_text_reads_the_same_in_feed_and_page() -> None:
    assert article(f"<p>{FIRST}</p>").body.strip() == FIRST


def test_plain_text_in_a_feed_becomes_paragraphs() -> None:
    assert article("第一段\n第二段").body.strip() == "第一段\n\n第二段"


@pytest.mark.parametrize("html", [None, "", "  ", "<p></p>", "<script>x</script>"])
def test_an_entry_without_text_is_no_article(html: str | None) -> None:
    result = read_entry(entry(html), SOURCE, FETCHED_AT)
    assert isinstance(result, Refusal)
    assert result.state == "failed"


@pytest.mark.parametrize(
    "url", ["https://www.huxiu.com/member/1.html", "https://www.huxiu.com/article/1/2.html"]
)
def test_an_entry_that_leads_elsewhere_is_no_article(url: str) -> None:
    result = read_entry(entry(CONTENT, url=url), SOURCE, FETCHED_AT)
    assert isinstance(result, Refusal)
    assert result.state == "not_an_article"


def test_an_entry_nested_without_end_is_an_answer_not_an_error() -> None:
    assert isinstance(read_entry(entry("<div>" * 100_000 + FIRST), SOURCE, FETCHED_AT), Article | Refusal)


def test_what_a_recipe_replaces_in_pages_it_replaces_in_a_feeds_text_too() -> None:
    text = (
        "<p>The harbour got a new lamp, and the keeper of the light could not be more pleased with it.</p>"
        * 3
    )
    tail = (
        '<br/>This article, &quot;<a href="/x">Lamp</a>&quot; first appeared on <a href="/">MacRumors.com</a>'
    )
    link = entry(text + tail, "https://www.macrumors.com/2026/09/12/lamp/", "Lamp", "Ada Moor")
    read = read_entry(link, load_sources()["macrumors"], FETCHED_AT)
    assert isinstance(read, Article)
    assert read.body.rstrip().endswith("more pleased with it.")
