"""Articles of several pages, and plain text."""

import pytest

from archive import Article
from crawler.landing import MOST_PAGES, further_page
from crawler.reading import Fetched, Refusal, next_page, read
from crawler.source import Source, source_for
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


# --- Pages of a site without a recipe ------------------------------------------------------------

SITE = "https://news.example.org"
PARTS = (
    "The harbour office said on Tuesday that the new cranes had moved their first load without a person on the quay.",
    "Four of them stand at the eastern basin, and each one is told what to do by a program that weighs wind and tide.",
    "Nobody lost a post over it, the office said, because the drivers now sit in a room with a view of the same quay.",
    "A second row of cranes is to follow in the spring, once the rails have been laid and the cables have been tested.",
    "The office has also ordered a barge that carries current to ships at anchor, so that their engines may be still.",
    "Its crew of three is the last one of the harbour that still goes out by night, and it does so in every weather.",
)
STANDFIRST = "What moved in the harbour while nobody stood there, told by those who used to."
NUMBERS = ((0, 1), (2, 3), (4, 5))


def part(number: int, links: str = "", head: str = "") -> str:
    text = "".join(f"<p>{PARTS[place]}</p>" for place in NUMBERS[number - 1])
    return (
        f"<html><head><title>Cranes | The Quay</title><meta property='og:type' content='article'>{head}</head><body><main><article>"
        f"<h1>Cranes without crew</h1><p class='standfirst'>{STANDFIRST}</p>{text}</article>{links}</main></body></html>"
    )


def source_of(url: str) -> Source:
    return source_for(url, {})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/2026/cranes", "/2026/cranes?page=2"), ("/2026/cranes", "/2026/cranes?p=2"), ("/2026/cranes/", "/2026/cranes/2/"),
        ("/2026/cranes", "/2026/cranes/2"), ("/2026/cranes/", "/2026/cranes/page/2/"), ("/a/cranes.html", "/a/cranes_2.html"),
        ("/a/cranes.html", "/a/cranes-2.html"), ("/a/cranes.html", "/a/cranes/2.html"), ("/a/cranes_1.html", "/a/cranes_2.html"),
        ("/a/cranes.shtml", "/a/cranes_2.shtml"), ("/a/cranes/", "/a/cranes/index_2.html"), ("/a/cranes?id=7", "/a/cranes?id=7&page=2"),
        ("/a/cranes?id=7&page=1", "/a/cranes?page=2&id=7"), ("/a/4021347.html", "/a/4021347_2.html"), ("/a/cranes", "/a/cranes/seite-2"),
        ("/a/cranes.html", "/a/cranes,seite-2.html"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "link",
    [
        '<link rel="next" href="{}">',
        '<a href="{}">下一页</a>',
        '<a href="{}">Next page</a>',
        '<a href="{}">2</a>',
    ],
)
def test_a_next_page_is_known_by_its_address(first: str, second: str, link: str) -> None:
    page = fetched(part(1, link.format(second)), SITE + first)
    assert next_page(page, source_of(SITE)) == SITE + second


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("/2026/cranes", '<a rel="next" href="/2026/barges">Next</a>'),
        ("/2026/cranes", '<a href="/2026/cranes-2/">Next article</a>'),
        ("/2026/cranes", '<link rel="next" href="/2026/cranes-2/">'),
        ("/a/part-1", '<a rel="next" href="/a/part-2">Next</a>'),
        ("/2026/09/1", '<a rel="next" href="/2026/09/2">Next</a>'),
        ("/2026/09/4", '<a rel="next" href="/2026/09/5">2</a>'),
        ("/a/4021347.html", '<a href="/a/4021348.html">下一篇</a>'),
        ("/2026/cranes", '<a href="/2026/cranes?page=3">3</a>'),
        ("/2026/cranes", '<a href="/2026/cranes">1</a>'),
        ("/2026/cranes", '<a href="https://other.example.org/2026/cranes?page=2">2</a>'),
        ("/2026/cranes", '<div class="comments"><a href="/2026/cranes?page=2">2</a></div>'),
        ("/2026/cranes", '<a href="/2026/cranes?page=2024">Next</a>'),
        ("/2026/cranes?p=1234", '<a rel="next" href="/2026/cranes?p=1235">Next</a>'),
        ("/", '<a rel="next" href="/page/2/">Next</a>'),
    ],
)
def test_a_next_article_is_no_next_page(url: str, link: str) -> None:
    assert next_page(fetched(part(1, link), SITE + url), source_of(SITE)) is None


def test_a_later_page_leads_on_from_where_it_stands() -> None:
    links = "".join(f'<a href="/a/cranes{mark}.html">{n}</a>' for n, mark in ((1, ""), (2, "_2"), (3, "_3")))
    second = fetched(part(2, links), f"{SITE}/a/cranes_2.html")
    third = fetched(part(3, links), f"{SITE}/a/cranes_3.html")
    first = f"{SITE}/a/cranes.html"
    assert next_page(second, source_of(SITE), first) == f"{SITE}/a/cranes_3.html"
    assert next_page(second, source_of(SITE)) == f"{SITE}/a/cranes_3.html"
    assert next_page(third, source_of(SITE), first) is None


def pages(*urls: str) -> tuple[Fetched, ...]:
    return tuple(fetched(part(number), SITE + url) for number, url in enumerate(urls, start=1))


def test_pages_without_a_recipe_are_joined_in_order_under_the_first_ones_address() -> None:
    first, *further = pages("/a/cranes", "/a/cranes?page=2", "/a/cranes?page=3")
    result = read(first, source_of(SITE), further)
    assert isinstance(result, Article)
    assert result.url == f"{SITE}/a/cranes"
    assert [result.body.find(text) for text in PARTS] == sorted(result.body.find(text) for text in PARTS)
    assert [result.body.count(text) for text in (*PARTS, STANDFIRST)] == [1] * 7
    assert "Cranes without crew" not in result.body


def test_a_page_that_is_the_first_again_or_another_article_adds_nothing() -> None:
    (first,) = pages("/a/cranes")
    again = fetched(part(1), f"{SITE}/a/cranes?page=2")
    other = fetched(part(2), f"{SITE}/a/barges")
    for further in ([again], [other]):
        result = read(first, source_of(SITE), further)
        assert isinstance(result, Article)
        assert result.body.count(PARTS[0]) == 1
        assert PARTS[2] not in result.body


def test_what_every_page_ends_with_stands_once_below_the_last() -> None:
    note = "The writer has lived above the eastern basin for eleven years and keeps a diary of the tides."
    first = fetched(part(1).replace("</article>", f"<p>{note}</p></article>"), f"{SITE}/a/cranes")
    second = fetched(part(2).replace("</article>", f"<p>{note}</p></article>"), f"{SITE}/a/cranes?page=2")
    result = read(first, source_of(SITE), [second])
    assert isinstance(result, Article)
    assert (result.body.count(note), result.body.endswith(note)) == (1, True)


def test_pages_are_fetched_up_to_a_bound_and_never_twice() -> None:
    source, address = source_of(SITE), f"{SITE}/a/cranes"
    had = [fetched(part(1, '<a rel="next" href="/a/cranes?page=2">Next</a>'), address)]
    while (url := further_page(had, source)) is not None:
        number = len(had) + 2
        had.append(fetched(part(2, f'<a rel="next" href="/a/cranes?page={number}">Next</a>'), url))
    assert len(had) == MOST_PAGES
    circle = [had[0], fetched(part(2, '<a rel="next" href="/a/cranes?page=2">Next</a>'), f"{address}?page=2")]
    assert further_page(circle, source) is None


def test_the_pages_of_a_list_are_not_fetched() -> None:
    cards = "".join(
        f'<h3><a href="/2026/{n}">A headline about harbours, number {n}</a></h3>' for n in range(12)
    )
    page = f'<html><head><title>Tag: ports</title></head><body><h1>Tag: ports</h1>{cards}<a rel="next" href="/tag/ports/page/2/">Next</a></body></html>'
    assert further_page([fetched(page, f"{SITE}/tag/ports/")], source_of(SITE)) is None
