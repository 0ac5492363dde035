"""Articles of several pages, and plain text."""

import pytest

from archive import Article
from crawler.reading import Refusal, next_page, read
from tests.huxiu_pages import (
    FIRST,
    LAST,
    LICENCE,
    SECOND,
    SOURCE,
    TITLE,
    URLS,
    era_a,
    era_b,
    era_d,
    fetched,
    words,
)

# --- Pages ---------------------------------------------------------------------------------------

PAGES = '<a href="/article/33546/1.html">1</a><a href="/article/33546/2.html">2</a><a href="/article/33547/2.html">别的</a><a href="/article/33546/3.html">3</a>'


def test_the_next_page_is_the_one_after_this_of_the_same_article() -> None:
    first = fetched(era_b(pages=PAGES), "https://www.huxiu.com/article/33546")
    second = fetched(era_b(pages=PAGES), "https://www.huxiu.com/article/33546/2.html")
    third = fetched(era_b(pages=PAGES), "https://www.huxiu.com/article/33546/3.html")
    assert next_page(first, SOURCE) == "https://www.huxiu.com/article/33546/2.html"
    assert next_page(second, SOURCE) == "https://www.huxiu.com/article/33546/3.html"
    assert next_page(third, SOURCE) is None


def test_next_pages_are_found_by_rel_and_by_word() -> None:
    for link in (
        '<link rel="next" href="article/13380/2.html">',
        '<a href="article/13380/2.html">下一页</a>',
    ):
        page = fetched(era_a(pages=link), URLS["a"])
        assert next_page(page, SOURCE) == "http://www.huxiu.com/article/13380/2.html"


def test_later_pages_are_joined_once_without_their_headline() -> None:
    first = fetched(era_b(text=f"<p>{FIRST}</p>", licence="", pages=PAGES), URLS["b"])
    second = fetched(
        era_b(text=f"<h2>{TITLE}</h2><p>{SECOND}</p><p>{LAST}</p>"),
        "https://www.huxiu.com/article/33546/2.html",
    )
    again = fetched(era_b(text=f"<p>{FIRST}</p>"), "https://www.huxiu.com/article/33546/3.html")
    result = read(first, SOURCE, (second, again))
    assert isinstance(result, Article)
    assert result.body.count(FIRST) == 1
    assert words(result.body) == words(FIRST + SECOND + LAST)
    assert LICENCE in (result.licence or "")


def test_a_later_page_alone_is_no_article() -> None:
    result = read(fetched(era_b(), "https://www.huxiu.com/article/33546/2.html"), SOURCE)
    assert isinstance(result, Refusal)
    assert (result.state, "page 2" in result.reason) == ("not_an_article", True)


@pytest.mark.parametrize(("status", "state"), [(503, "blocked"), (500, "failed")])
def test_a_later_page_that_could_not_be_had_holds_the_article_back(status: int, state: str) -> None:
    second = fetched("", "https://www.huxiu.com/article/33546/2.html", status=status)
    result = read(fetched(era_b(), URLS["b"]), SOURCE, (second,))
    assert isinstance(result, Refusal)
    assert (result.state, result.reason) == (state, f"page 2: status {status}")


def test_a_later_page_that_does_not_exist_is_done_without() -> None:
    second = fetched("", "https://www.huxiu.com/article/33546/2.html", status=404)
    assert isinstance(read(fetched(era_b(), URLS["b"]), SOURCE, (second,)), Article)


def test_plain_gives_paragraphs_only() -> None:
    result = read(fetched(era_d(), URLS["d"]), SOURCE, plain=True)
    assert isinstance(result, Article)
    assert "#" not in result.body.replace("C#", "")
    assert "](" not in result.body


def test_a_later_page_that_leads_away_is_done_without() -> None:
    away = fetched(era_b(text="<p>另一篇</p>"), "https://www.huxiu.com/")
    other = fetched(era_b(text="<p>另一篇</p>"), "https://www.huxiu.com/article/33547")
    for later in (away, other):
        result = read(fetched(era_b(), URLS["b"]), SOURCE, (later,))
        assert isinstance(result, Article)
        assert "另一篇" not in result.body
