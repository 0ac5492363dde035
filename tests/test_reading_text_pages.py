"""The text of whole pages: every paragraph of the article, and nothing that stands around it."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.etree import tostring

from crawler.reading.page import parse_html
from crawler.reading.text import Context, find_text
from tests.text_layouts import LAYOUTS, with_teasers
from tests.text_pages import CHINESE, ENGLISH, STORIES, Story, blocks_of, page, texts


def found(html: str, title: str = "") -> list[str]:
    """The blocks of the text found."""
    return [block.text for block in blocks_of(find_text(parse_html(html), Context(title, None, None)))]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_the_article_is_found_whole_and_alone(layout: Callable[[Story], str], story: Story) -> None:
    assert found(layout(story), story.title) == list(story.paragraphs)


def test_of_a_list_of_products_every_item_stays() -> None:
    items = "".join(
        f"<h2>{number}. The Marrable {number}00</h2><p>{text}</p>"
        f'<div class="buy-button"><a href="/go/{number}">$ {number}9 at Kite & Co</a></div>'
        for number, text in enumerate(ENGLISH.paragraphs, start=1)
    )
    html = page(ENGLISH, f'<article><h1>Six barometers</h1><div class="article-body">{items}</div></article>')
    text = found(html, "Six barometers")
    assert [line for line in text if line in ENGLISH.paragraphs] == list(ENGLISH.paragraphs)
    assert [line for line in text if "The Marrable" in line] == [
        f"{number}. The Marrable {number}00" for number in range(1, 7)
    ]


def test_headings_lists_quotes_and_code_are_part_of_the_text() -> None:
    one, two, three, four, *_ = ENGLISH.paragraphs
    body = (
        f"<p>{one}</p><h2>What the barometer does</h2><p>{two}</p><ul><li>It falls when the door is opened downstairs.</li>"
        f"<li>It rises when somebody has left the house.</li></ul><p>{three}</p><blockquote><p>{four}</p></blockquote>"
        f"<pre>lift.wait(until=pressure.falls)</pre><p>{ENGLISH.paragraphs[4]}</p>"
    )
    html = page(ENGLISH, f'<article><h1>{ENGLISH.title}</h1><div class="post-content">{body}</div></article>')
    text = find_text(parse_html(html), Context(ENGLISH.title, None, None))
    for tag in ("h2", "ul", "li", "blockquote", "pre"):
        assert f"<{tag}" in text
    assert found(html, ENGLISH.title) == [block.text for block in blocks_of(body)]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
def test_the_headline_is_no_part_of_the_text_even_where_it_is_said_twice(story: Story) -> None:
    html = page(
        story, f"<article><h1>{story.title}</h1><div><p>{story.title}</p>{story.text}</div></article>"
    )
    assert found(html, story.title) == list(story.paragraphs)


def test_a_page_without_any_text_has_none() -> None:
    assert found("<html><body></body></html>") == []
    assert found("<html><body><script>var a;</script><img src=/a.jpg></body></html>") == []
    assert found("<html><body><ul><li><a href=/>one</a><li><a href=/>two</a></ul></body></html>") == []


def test_the_text_of_a_page_is_not_changed_by_finding_it() -> None:
    root = parse_html(with_teasers(ENGLISH))
    before = tostring(root)
    find_text(root, Context(ENGLISH.title, None, None))
    assert tostring(root) == before


PIECES = (
    *(f"<{tag}>" for tag in ("p", "div", "table", "tr", "td", "ul", "li", "pre", "a href=/x", "h1", "h2", "b", "span", "figure")),
    *(f"</{tag}>" for tag in ("p", "div", "table", "ul", "pre", "a", "b", "span", "figure")),
    "<br>", "<img src=/a.jpg>", "<img alt='<&'>", "<script>x</script>", "<!--", "<p class='comments' id=ad hidden>", "&lt;b&gt; &amp;",
    "word ", "\u3000", "广告", "。", "\U0001f600", *ENGLISH.paragraphs, *CHINESE.paragraphs[:2],
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60), st.sampled_from(["", "word", ENGLISH.paragraphs[0]]))
def test_any_page_gives_texts_that_stand_on_it(pieces: list[str], title: str) -> None:
    body = "".join(pieces)
    whole = "".join("".join(text.split()) for text in texts(body))
    for text in found(f"<html><body>{body}</body></html>", title):
        assert "".join(text.split()) in whole
