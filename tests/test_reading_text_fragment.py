"""The kept blocks written as HTML again."""

import time

import numpy as np
import pytest

from crawler.reading.page import parse_html
from crawler.reading.text.blocks import Blocks
from crawler.reading.text.fragment import fragment

OUT = "DROP"  # a block that holds this is not kept


def written(body: str) -> str:
    """The HTML of the blocks that do not hold the word DROP."""
    page = Blocks(parse_html(f"<html><body>{body}</body></html>"))
    return fragment(page, np.array([OUT not in block.text for block in page.blocks], dtype=bool))


def bare(html: str) -> str:
    """The HTML less its boxes, which part nothing where blocks begin and end beside them."""
    return html.replace("<div>", "").replace("</div>", "")


@pytest.mark.parametrize(
    "html",
    [
        "<p>one</p><p>two</p>",
        "<h2>head</h2><p>one</p>",
        "<ul><li>a</li><li>b</li></ul><p>c</p>",
        '<ol start="3"><li>a</li><li value="7">b</li></ol><p>c</p>',
        "<dl><dt>a</dt><dd>b</dd></dl><p>c</p>",
        "<blockquote><p>said</p><p>more</p></blockquote><p>c</p>",
        "<pre>a\n  b\n    c</pre><p>c</p>",
        "<p>a <b>b</b> <em>c</em> <code>d</code> <sub>e</sub> <del>f</del></p><p>c</p>",
        '<p>a <a href="/x?a=1&amp;b=2">b</a></p><p>c</p>',
        '<p>a <code class="language-sh">b</code></p><p>c</p>',
        "<p>one<br>two<br><br>three</p><p>c</p>",
        "<figure><figcaption>below</figcaption></figure><p>c</p>",
        "<p>1 &lt; 2 &amp; 3</p><p>c</p>",
        "<table><tbody><tr><th>a</th><td>b</td></tr></tbody></table><p>c</p>",
        '<p>a</p><img src="/a.jpg" alt="what &quot;it&quot; shows"><p>b</p>',
    ],
)
def test_mark_up_that_means_something_stays(html: str) -> None:
    assert bare(written(html)) == html


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<p class="x" style="y" id="z" onclick="w()">a</p><p>b</p>', "<p>a</p><p>b</p>"),
        (
            '<p><a href="/x" onclick="w()" class="y" data-z="1">a</a></p><p>b</p>',
            '<p><a href="/x">a</a></p><p>b</p>',
        ),
        ("<p><span class=x>a</span><font size=1>b</font></p><p>c</p>", "<p>ab</p><p>c</p>"),
        ("<section><p>a</p></section><p>b</p>", "<div><p>a</p></div><p>b</p>"),
        ("<x-story><p>a</p></x-story><p>b</p>", "<div><p>a</p></div><p>b</p>"),
        ("<p>a<script>w()</script><button>Save</button></p><p>b</p>", "<p>a</p><p>b</p>"),
        ("<p>a</p><div></div><ul></ul><p>b</p>", "<p>a</p><p>b</p>"),
    ],
)
def test_what_only_frames_and_adorns_goes(html: str, expected: str) -> None:
    assert bare(written(html)) == bare(expected)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p><p>DROP</p><p>b</p>", "<p>a</p><p>b</p>"),
        ("<p>a</p><aside><h3>DROP</h3><p>DROP</p></aside><p>b</p>", "<p>a</p><p>b</p>"),
        ("<ul><li>a</li><li>DROP</li></ul><p>b</p>", "<ul><li>a</li></ul><p>b</p>"),
        ("<div>a<div>DROP</div>b</div><p>c</p>", "<div>ab</div><p>c</p>"),
        ("<div>DROP<p>a</p>DROP</div><p>b</p>", "<div><p>a</p></div><p>b</p>"),
        ("<p>a<br><b>DROP</b><br>b</p><p>c</p>", "<p>a<br><br>b</p><p>c</p>"),
        ("<p>a<br>DROP <a href=/x>link</a><br>b</p><p>c</p>", "<p>a<br><br>b</p><p>c</p>"),
    ],
)
def test_text_that_is_not_kept_leaves_no_trace_in_what_is(html: str, expected: str) -> None:
    assert bare(written(html)) == bare(expected)


def test_only_the_innermost_element_around_all_that_is_kept_is_written() -> None:
    page = "<main><p>DROP</p><article><div><p>a</p></div><div><p>b</p></div></article></main>"
    assert written(page) == "<p>a</p><p>b</p>"
    assert written("<main><p>DROP</p><p>alone</p></main>") == "<p>alone</p>"


@pytest.mark.parametrize(
    ("html", "pictures"),
    [
        ("<p>a</p><img src=1><p>b</p>", 1),
        ("<p>a</p><div><figure><img src=1></figure></div><p>b</p>", 1),
        ("<p>a</p><figure><img src=1><figcaption>c</figcaption></figure><p>b</p>", 1),
        ("<p>a <img src=1> b</p><p>c</p>", 1),
        ("<p>a</p><div><img src=1><h3>DROP</h3></div><p>b</p>", 0),  # a teaser
        ("<p>a</p><a href=/><img src=1>DROP</a><p>b</p>", 0),
        ("<p>a</p><div><img src=1><pre>DROP</pre></div><p>b</p>", 0),
        ("<div><div><img src=1></div></div><p>a</p><p>b</p>", 0),
        ("<p>a</p><p>b</p><div><img src=1></div>", 0),
    ],
)
def test_pictures_between_kept_texts_stay(html: str, pictures: int) -> None:
    assert written(html).count("<img") == pictures


def test_a_caption_that_is_not_kept_goes_with_its_picture_as_what_it_shows() -> None:
    page = '<p>a</p><figure><img src="/1"><figcaption>DROP "it"</figcaption></figure><p>b</p>'
    assert '<img src="/1" alt="DROP &quot;it&quot;">' in written(page)
    assert 'alt="said"' in written(page.replace("<img", '<img alt="said"'))


def test_a_gallery_of_hundreds_is_no_part_of_an_article() -> None:
    assert "<img" not in written(f"<p>a</p><div>{'<img src=1>' * 201}</div><p>b</p>")


def test_a_picture_keeps_every_address_it_may_be_found_by() -> None:
    image = '<img src="/blank.gif" data-src="/a.jpg" srcset="/a2.jpg 2x" alt="a" width="640">'
    assert bare(written(f"<p>a</p>{image}<p>b</p>")) == f"<p>a</p>{image}<p>b</p>"


def test_a_table_that_is_mostly_kept_stays_whole() -> None:
    table = "<table><tbody><tr><td>Weight of it</td><td>DROP</td></tr></tbody></table>"
    assert bare(written(f"{table}<p>b</p>")) == f"{table}<p>b</p>"


def test_of_a_table_that_is_mostly_dropped_the_kept_cells_stay() -> None:
    table = f"<table><tr><td>{OUT * 9}</td><td><p>the text</p></td></tr></table>"
    assert bare(written(f"{table}<p>b</p>")) == "<table><tr><td><p>the text</p></td></tr></table><p>b</p>"


def test_a_table_of_which_nothing_is_kept_goes() -> None:
    assert bare(written("<p>a</p><table><tr><td>DROP</td></tr></table><p>b</p>")) == "<p>a</p><p>b</p>"
    assert bare(written("<p>a</p><table><tr><td></td></tr></table><p>b</p>")) == "<p>a</p><p>b</p>"


def test_a_text_after_a_table_is_its_own() -> None:
    page = "<div><table><tr><td>a</td></tr></table>DROP</div><p>b</p>"
    assert OUT not in written(page)


def test_a_block_in_the_body_itself_is_written_without_the_body() -> None:
    assert written("one<br>two") == "<div>one<br>two</div>"


def test_nothing_kept_is_nothing_written() -> None:
    assert written("<p>DROP</p>") == ""
    assert written("") == ""


@pytest.mark.parametrize(
    "body",
    [
        "<p>a</p>" + "<div>" * 240 + "<img src=1>" * 3_000 + "</div>" * 240 + "<p>b</p>",
        "<p>a</p>" + "<table><tr><td>" * 60 + "<p>DROP DROP</p>" * 2_000 + "</table>" * 60 + "<p>b</p>",
        "<p>a</p>" + "<b>" * 200 + "<p>word</p>" * 3_000 + "</b>" * 200,
    ],
    ids=["pictures", "tables", "bold"],
)
def test_a_deep_page_is_written_in_time(body: str) -> None:
    started = time.process_time()
    assert written(body)
    assert time.process_time() - started < 3
