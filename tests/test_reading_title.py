"""An article's title, told among what its page shows and states."""

import pytest

from crawler.reading.fields.title import title
from crawler.reading.page import Page
from crawler.source import source_for
from tests.huxiu_pages import fetched

URL = "https://www.heron.example/2026/09/nesting"
HEADLINE = "Herons nest early on the upper canal"


def page(body: str = "", head: str = "", said: str | None = None) -> Page:
    said = f"<title>{said}</title>" if said else ""
    return Page(
        fetched(f"<html><head>{said}{head}</head><body>{body}</body></html>", URL), source_for(URL, {})
    )


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


@pytest.mark.parametrize(
    "said",
    [
        f"{HEADLINE} | Heron", f"{HEADLINE} - Heron", f"{HEADLINE} – The Heron", f"Heron: {HEADLINE}", f"{HEADLINE} · heron.example",
        f"{HEADLINE}_Heron", f"{HEADLINE} » Nature » Heron", HEADLINE,
    ],
)  # fmt: skip
def test_a_title_alone_is_read_less_the_sites_name(said: str) -> None:
    shown = f"<h1>{HEADLINE}</h1>" if "Nature" in said else ""
    assert title(page(shown, meta("og:site_name", "Heron"), said)).value == HEADLINE


def test_the_headline_that_is_shown_counts_more_than_one_for_search_engines() -> None:
    head = meta("og:title", "Why do herons nest early? Five reasons you should know")
    assert title(page(f"<h1>{HEADLINE}</h1>", head, "Herons: why? | Heron")).value == HEADLINE


@pytest.mark.parametrize(
    "logo", ["<h1>Heron</h1>", '<h1><a href="/">Birds of the canal</a></h1>', "<h1>News</h1>", "<h1> </h1>"]
)
def test_an_h1_that_names_the_site_or_its_section_is_passed_over(logo: str) -> None:
    body = f"{logo}<h2>{HEADLINE}</h2>"
    choice = title(page(body, meta("og:title", HEADLINE), "News - Heron"))
    assert (choice.value, choice.why) == (HEADLINE, "h2 and meta og:title agree")


def test_the_tail_of_the_title_element_names_the_site_though_nothing_else_does() -> None:
    body = "<h1>All along the water</h1>"
    assert title(page(body, said=f"{HEADLINE} | All along the water")).value == HEADLINE


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (f"<span>Wildlife</span> <span>{HEADLINE}</span>", HEADLINE),
        (f"<a href='/wildlife'>Wildlife | </a>{HEADLINE}", HEADLINE),
        (f"<span><em>Wildlife</em><b>{HEADLINE}</b></span>", HEADLINE),
        (f"<em>Wildlife:</em> {HEADLINE}", f"Wildlife: {HEADLINE}"),
        ("<em>Herons</em> nest early on the upper canal", HEADLINE),
        ("<em>Herons</em>’ nests are early", "Herons’ nests are early"),
    ],
)
def test_a_kicker_in_an_element_of_its_own_is_no_part_of_the_headline(inner: str, expected: str) -> None:
    assert title(page(f"<h1>{inner}</h1>")).value == expected


def test_a_subtitle_within_the_h1_is_left_out_where_the_headline_is_stated() -> None:
    body = f"<h1>{HEADLINE}<small>The warmest March since records began</small></h1>"
    assert title(page(body, meta("og:title", f"{HEADLINE} - Heron"))).value == HEADLINE


def test_a_stated_title_inside_the_headline_does_not_cut_it_short() -> None:
    body = f"<h1>At last: {HEADLINE}, and late on the lower</h1>"
    assert (
        title(page(body, meta("og:title", HEADLINE))).value == f"At last: {HEADLINE}, and late on the lower"
    )


def test_a_headline_that_is_no_heading_is_found_by_the_title_that_begins_with_it() -> None:
    body = "<div class='bt'>苍鹭在上游运河提前筑巢</div><p>正文</p>"
    assert (
        title(page(body, said="苍鹭在上游运河提前筑巢 东区办事处_运河网")).value == "苍鹭在上游运河提前筑巢"
    )


def test_entities_that_were_escaped_twice_are_undone() -> None:
    assert (
        title(page(head=meta("og:title", "Herons &amp;amp; &amp;quot;kin&amp;quot;"))).value
        == 'Herons & "kin"'
    )


def test_every_candidate_is_told_with_its_origin() -> None:
    choice = title(
        page(f"<h1>{HEADLINE}</h1><h2>Below</h2>", meta("og:title", "Herons early"), "Early herons")
    )
    told = {(one.value, one.origin) for one in choice.candidates}
    assert told >= {(HEADLINE, "h1"), ("Herons early", "meta og:title"), ("Early herons", "title element")}


@pytest.mark.parametrize(
    "body", ["", "<h1></h1>", "<h1>|</h1>", "<h1>" + "<b>" * 300, "<h1>" + "a - " * 5000]
)
def test_a_page_without_a_headline_has_none(body: str) -> None:
    assert title(page(body, said=" | ")).value is None or "h1" in body
