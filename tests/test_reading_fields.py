"""The smaller facts of a page: picture, summary, tags, language, licence, publisher."""

import json
from typing import Any

import pytest

from crawler.reading.fields import Fields, choose_fields
from crawler.reading.page import Page
from crawler.source import source_for
from tests.huxiu_pages import fetched

URL = "https://www.heron.example/2026/09/nesting"
HEADLINE = "Herons nest early on the upper canal"
TEXT = "<p>The first pair was seen in the willows on the second of March, three weeks before the mean of the last ten years.</p>"


def fields(
    head: str = "", body: str = TEXT, headline: str = HEADLINE, html: str = "<html>", **said: Any
) -> Fields:
    stated = json.dumps({"@type": "NewsArticle", "headline": headline} | said)
    script = f'<script type="application/ld+json">{stated}</script>' if said else ""
    page = f"{html}<head>{head}{script}</head><body><h1>{headline}</h1>{body}</body></html>"
    return choose_fields(Page(fetched(page, URL), source_for(URL, {})))


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


@pytest.mark.parametrize(
    "said",
    ["/a.jpg", ["/a.jpg", "/b.jpg"], {"url": "/a.jpg"}, [{"contentUrl": "/a.jpg"}], {"@id": "/a.jpg"}, {"url": ["/a.jpg"]}],
)  # fmt: skip
def test_a_picture_is_stated_in_many_shapes(said: Any) -> None:
    assert fields(image=said).image.value == "https://www.heron.example/a.jpg"


@pytest.mark.parametrize(
    "address", ["/logo.png", "/img/og-placeholder.jpg", "/site-logo-300.png", "/i/1x1.gif", "/mark.svg"]
)
def test_a_logo_or_a_placeholder_is_no_picture(address: str) -> None:
    choice = fields(meta("og:image", address) + meta("twitter:image", "/a.jpg")).image
    assert choice.value == "https://www.heron.example/a.jpg"
    assert [one.origin for one in choice.candidates] == ["meta og:image", "meta twitter:image"]


def test_the_first_large_picture_of_the_article_leads_where_none_is_stated() -> None:
    buttons = '<img src="/print.png"><img src="/qr.gif" width="120" height="120">'
    body = f'{buttons}<figure><img data-src="/willow.jpg" src="/grey.gif"></figure><img src="/b.jpg" width="800">'
    assert fields(body=body).image.value == "https://www.heron.example/willow.jpg"
    assert fields(body=buttons).image.value is None


def test_a_meta_element_may_write_value_for_content() -> None:
    assert fields('<meta name="og:image" value="/a.jpg">').image.value == "https://www.heron.example/a.jpg"


def test_a_summary_is_plain_text() -> None:
    said = fields(description="<p>Three weeks &amp; early.</p>").summary
    assert (said.value, said.candidates[0].origin) == ("Three weeks & early.", "JSON-LD description")


@pytest.mark.parametrize("end", ["…", "...", " […]"])
def test_the_opening_of_the_text_broken_off_is_no_summary(end: str) -> None:
    cut = meta("og:description", f"The first pair was seen in the willows on the second of{end}")
    assert fields(cut).summary.value is None
    standfirst = "<p class='article__standfirst'>Warm water brought them home in February.</p>"
    assert fields(cut, standfirst + TEXT).summary.value == "Warm water brought them home in February."


def test_a_headline_is_no_summary() -> None:
    assert fields(meta("description", HEADLINE)).summary.value is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("herons, canals", ("herons", "canals")),
        (["herons", "canals", "herons"], ("herons", "canals")),
        ([{"@type": "DefinedTerm", "name": "#herons"}], ("herons",)),
        ("苍鹭，运河、筑巢", ("苍鹭", "运河", "筑巢")),
        ("herons, heron.example, " + "x" * 80, ("herons",)),
        ({"a": 1}, ()),
    ],
)
def test_tags_are_stated_as_text_or_list(said: Any, expected: tuple[str, ...]) -> None:
    assert fields(keywords=said).tags.value == expected


def test_links_marked_as_tags_count_unless_they_are_other_articles() -> None:
    body = '<a rel="tag" href="/t/1">herons</a><div class="related"><a rel="tag" href="/t/2">pipes</a></div>'
    assert fields(body=TEXT + body).tags.value == ("herons",)


@pytest.mark.parametrize(
    ("html", "head", "expected"),
    [
        ('<html lang="en_us">', "", "en-US"),
        ('<html lang="zh-hans-cn">', "", "zh-Hans-CN"),
        ("<html>", meta("og:locale", "de_DE"), "de-DE"),
        ('<html lang="english!">', meta("content-language", "fr"), "fr"),
        ("<html>", "", None),
        ('<html lang="">', "", None),
    ],
)
def test_a_language_is_a_tag_in_its_usual_spelling(html: str, head: str, expected: str | None) -> None:
    assert fields(head, html=html).language.value == expected


@pytest.mark.parametrize(
    ("headline", "stated", "expected"),
    [
        ("苍鹭在上游运河提前筑巢", "en", "zh"),
        ("苍鹭在上游运河提前筑巢", "zh-CN", "zh-CN"),
        ("サギが運河で早くも巣作り", "en-US", "ja"),
        ("왜가리가 운하에서 일찍 둥지를 틀다", "", "ko"),
    ],
)
def test_the_script_of_the_headline_overrules_a_template_left_in_english(
    headline: str, stated: str, expected: str
) -> None:
    assert fields(headline=headline, html=f'<html lang="{stated}">').language.value == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<a rel='license' href='/by/4.0/'>CC BY</a>", "https://www.heron.example/by/4.0/"),
        ("<p>This article was originally published by <a href='/x'>The Egret</a>.</p>", "This article was originally published by The Egret."),
        ("<p>Licensed under CC BY-SA 4.0</p>", "Licensed under CC BY-SA 4.0"),
        ("<p>Photo: A. Quill, CC BY 2.0</p>", None),
        ("<p>First published on March 3 2026</p>", None),
        ("<p>The source of the canal is a spring.</p>", None),
        ("<p>Source: The Egret</p>", "Source: The Egret"),
    ],
)  # fmt: skip
def test_a_note_says_whose_the_text_is(body: str, expected: str | None) -> None:
    assert fields(body=body + TEXT).licence.value == expected


@pytest.mark.parametrize(
    "note", ["来源：运河日报", "本文转载自运河日报，版权归原作者所有", "本文由 白鹭 授权 运河网 发表"]
)
def test_a_chinese_note_may_stand_below_the_text(note: str) -> None:
    assert fields(body=TEXT * 40 + f"<p>{note}</p>", headline="苍鹭在上游运河提前筑巢").licence.value == note


def test_the_publisher_is_stated_before_the_site_is_named() -> None:
    head = meta("og:site_name", "heron.example")
    assert fields(head, publisher={"name": "The Heron"}).publisher.value == "The Heron"
    assert fields(head).publisher.value == "heron.example"


@pytest.mark.parametrize(
    "said",
    [
        {"image": {"url": {}}},
        {"keywords": [[1], None]},
        {"license": [{}]},
        {"inLanguage": {"name": 3}},
        {"description": [[]]},
    ],
)
def test_strange_statements_are_passed_over(said: dict[str, Any]) -> None:
    found = fields(**said)
    assert (found.image.value, found.tags.value, found.licence.value, found.summary.value) == (
        None,
        (),
        None,
        None,
    )


ARTICLE = '{"@type": "NewsArticle", "headline": "Herons", "description": "Three weeks early.", "author": {"name": "Imogen Farrow"}}'


@pytest.mark.parametrize(
    "script",
    [
        ARTICLE,
        f"<![CDATA[ {ARTICLE} ]]>",
        f"<!-- {ARTICLE} -->",
        ARTICLE.replace("}}", "},}"),
        ARTICLE.replace('"', "&quot;"),
        f"{ARTICLE} }} // end of story",
        ARTICLE.replace('"Herons"', '"Herons, a "success""'),
        ARTICLE.replace("Three weeks", "Three\tweeks"),
    ],
)
def test_broken_json_ld_is_mended_or_read_in_part(script: str) -> None:
    head = f'<script type="Application/LD+JSON; charset=utf-8">{script}</script>'
    found = fields(head)
    assert (found.summary.value, found.authors.value) == ("Three weeks early.", ("Imogen Farrow",))


def test_an_author_in_the_graph_is_found_by_its_id() -> None:
    graph = [
        {"@type": "NewsArticle", "headline": HEADLINE, "author": [{"@id": "#p"}], "image": {"@id": "#i"}},
        {"@type": "Person", "@id": "#p", "givenName": "Imogen", "familyName": "Farrow"},
        {"@type": "ImageObject", "@id": "#i", "url": "/a.jpg"},
    ]
    found = fields(**{"@type": "WebPage", "@graph": graph})
    assert (found.authors.value, found.image.value) == (("Imogen Farrow",), "https://www.heron.example/a.jpg")
