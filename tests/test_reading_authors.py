"""Who wrote an article: told among what its page states and shows."""

import json
from typing import Any

import pytest

from crawler.reading.choice import Choice
from crawler.reading.fields.authors import authors
from crawler.reading.page import Page
from crawler.source import source_for
from tests.huxiu_pages import fetched

URL = "https://www.heron.example/2026/09/nesting"
HEADLINE = "Herons nest early on the upper canal"
TEXT = "<p>The first pair was seen in the willows on the second of March, three weeks before the mean of the last ten years.</p>"


def chosen(
    byline: str = "", head: str = "", author: Any = None, text: str = TEXT, headline: str = HEADLINE
) -> Choice[tuple[str, ...]]:
    said = json.dumps({"@type": "NewsArticle", "headline": headline, "author": author})
    script = f'<script type="application/ld+json">{said}</script>' if author else ""
    site = '<meta property="og:site_name" content="The Heron">'
    html = f"<html><head>{site}{head}{script}</head><body><h1>{headline}</h1>{byline}<div>{text}</div></body></html>"
    return authors(Page(fetched(html, URL), source_for(URL, {})))


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"name": "Imogen Farrow"}, ("Imogen Farrow",)),
        ([{"name": "Imogen Farrow"}, {"name": "Tobias Lindqvist"}], ("Imogen Farrow", "Tobias Lindqvist")),
        ("By Imogen Farrow and Tobias Lindqvist", ("Imogen Farrow", "Tobias Lindqvist")),
        ("Imogen Farrow, Senior Editor", ("Imogen Farrow",)),
        ("Imogen Farrow | The Heron", ("Imogen Farrow",)),
        ("The Heron - Imogen Farrow", ("Imogen Farrow",)),
        ("Imogen Farrow, PhD", ("Imogen Farrow",)),
        ("Imogen Farrow (imogen@heron.example)", ("Imogen Farrow",)),
        ("Imogen Farrow @imogen", ("Imogen Farrow",)),
        ("IMOGEN FARROW", ("IMOGEN FARROW",)),
        (["Imogen Farrow", "imogen farrow", "More by Imogen Farrow"], ("Imogen Farrow",)),
        ("Ursula van der Meer", ("Ursula van der Meer",)),
        ("Von Jörg Müller und Ute Groß", ("Jörg Müller", "Ute Groß")),
        ("张三、李四", ("张三", "李四")),
        ("王小明 李雷", ("王小明", "李雷")),
        ("kestrel42", ("kestrel42",)),
    ],
)
def test_a_stated_author_is_cleaned_to_names(stated: Any, expected: tuple[str, ...]) -> None:
    assert chosen(author=stated).value == expected


@pytest.mark.parametrize(
    "byline",
    [
        '<p class="byline">By <a href="/by/imogen">Imogen Farrow</a>, <span>Senior Writer</span></p>',
        '<div class="post-author"><span>Imogen Farrow</span><span>Historian of the canal</span></div>',
        '<p><a href="/author/imogen-farrow/">Imogen Farrow</a> · 3 March</p>',
        "<p>By Imogen Farrow</p>", "<p>By <b>Imogen Farrow</b> | Updated 3 March 2026</p>", "<div>Von Imogen Farrow</div>",
        '<span itemprop="author"><meta itemprop="name" content="Imogen Farrow"></span>',
        '<a rel="author" href="/i">View all posts by Imogen Farrow</a>',
    ],
)  # fmt: skip
def test_a_byline_by_the_headline_is_read(byline: str) -> None:
    assert chosen(byline).value == ("Imogen Farrow",)


@pytest.mark.parametrize(
    "stated", ["The Heron", "Heron Staff", "admin", "Redaktion", {"name": "heron.example"}]
)
def test_a_person_by_the_headline_counts_more_than_the_site_in_the_metadata(stated: Any) -> None:
    assert chosen('<p class="byline">By Imogen Farrow</p>', author=stated).value == ("Imogen Farrow",)


@pytest.mark.parametrize("stated", ["The Heron", "Heron Staff", "Die Redaktion"])
def test_the_site_or_its_desk_is_the_author_where_nobody_else_is_named(stated: str) -> None:
    choice = chosen(author=stated)
    assert (choice.value, choice.why) == ((stated,), "only the site is named")


def test_a_metadata_list_that_names_more_than_the_first_author_is_taken() -> None:
    head = '<meta name="parsely-author" content="Imogen Farrow"><meta name="parsely-author" content="Tobias Lindqvist">'
    assert chosen(head=head, author="Imogen Farrow").value == ("Imogen Farrow", "Tobias Lindqvist")


@pytest.mark.parametrize(
    "elsewhere",
    [
        '<div class="related"><p class="byline">By Ada Quill</p></div>',
        '<section id="comments"><span class="author">Ada Quill</span></section>',
        '<aside><a rel="nofollow" href="/author/ada/">Ada Quill</a></aside>',
        '<p>Photo by <span class="credit">Ada Quill</span></p>', '<p class="author">Photo: Ada Quill</p>',
        "<p>By the time they nest, the willows are in leaf</p>", "<p>责任编辑：王小明</p>",
    ],
)  # fmt: skip
def test_names_that_are_not_the_authors_are_passed_over(elsewhere: str) -> None:
    assert chosen(text=TEXT + elsewhere).value == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>作者：李在山</p>", ("李在山",)),
        ("<p>作者<span>魏星</span></p>", ("魏星",)),
        ("<p>长河新闻记者 贺梨</p>", ("贺梨",)),
        ("<p>长河社巴黎12月9日电（记者唐雷）运河两岸的苍鹭今年提前筑巢，比往年早三周。</p>", ("唐雷",)),
        ("<p>运河两岸的苍鹭今年提前筑巢，比往年早三周。（文/图 刘玺 易楠）</p>", ("刘玺", "易楠")),
        ("<p>石佳/运河青年报</p>", ("石佳",)),
        ("<p>执笔/叨叨姐、胡一刀</p>", ("叨叨姐", "胡一刀")),
        ("<div><span>运河观察</span><span>2026-03-04 10:37</span></div>", ("运河观察",)),
        ("<p>责任编辑：王小明</p><p>（左）</p><p>记者在现场看到</p>", ()),
    ],
)
def test_a_chinese_text_names_its_reporters(text: str, expected: tuple[str, ...]) -> None:
    assert chosen(text=text, headline="苍鹭在上游运河提前筑巢").value == expected


def test_a_reporter_in_the_text_counts_more_than_the_paper_in_the_metadata() -> None:
    head = '<meta name="author" content="运河网">'
    choice = chosen(head=head, text="<p>运河网记者 陆一夫</p>", headline="苍鹭在上游运河提前筑巢")
    assert choice.value == ("陆一夫",)
    assert [(one.value, one.origin) for one in choice.candidates] == [
        (("运河网",), "meta author"),
        (("陆一夫",), "reporters in the text"),
    ]


@pytest.mark.parametrize(
    "text", ["<p>By " + "a " * 50_000, "<b class=author>" * 3000, "（记者" * 30_000, "By, and | " * 9000]
)
def test_hostile_bylines_are_borne(text: str) -> None:
    assert isinstance(chosen(text=text, headline="苍鹭在上游运河提前筑巢").value, tuple)


def test_a_page_of_ten_thousand_author_elements_takes_no_time() -> None:
    head = '<meta name="author" content="Jane Doe, John Roe">' * 10_000
    assert chosen(head=head, byline="<b class=author>By " * 100 + "<i></i>" * 10_000).value == (
        "Jane Doe",
        "John Roe",
    )
