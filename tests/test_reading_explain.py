"""explain: what a page is read as, from what, and why. Its word is that of `read`."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from archive import Article
from crawler.reading import Fetched, read
from crawler.reading.explain import Explained, Explanation, explain
from crawler.reading.page import Page
from crawler.reading.template import by_recipe
from crawler.source import Source, parse_source, source_for
from tests.cases import Case, cases, sources
from tests.site import HOST, RECIPE, article_page

PAGES = [case for case in cases() if case.is_page]
ARTICLES = [case for case in PAGES if case.state == "article"]
FIELDS = (
    "url", "title", "authors", "published_at", "modified_at", "language", "summary", "image", "tags", "licence",
    "publisher", "body",
)  # fmt: skip
# One candidate each in the mark-up, so that what is told of them can be told here.
RIVALS = """
name = "rivals"
title = "Rivals"
home = "https://rivals.example/"
language = "en"
hosts = ["rivals.example"]
title_tails = [' [|] Rivals']
own_names = ["Rivals"]

[article]
patterns = '/(?P<id>[0-9]+)'
canonical = "https://rivals.example/{id}"

[[templates]]
name = "2026"
when = "main"
title = [".none", "h2", "h1"]
authors = [".by"]
tags = [".tag", ".topic"]
body = [".short", ".long"]
"""
TEXT = (
    "The text of the article, which goes on for a sentence or two, so that nobody takes it for a notice. " * 4
)
PAGE = f"""<html><head><meta charset="utf-8"><title>Stated | Rivals</title><meta name="author" content="Ann Smith">
<meta property="og:title" content="Stated"></head><body><main><h1>Headline</h1><h2>Second | Rivals</h2>
<p class="by">Rivals</p><i class="tag">chips</i><i class="topic">phones</i><div class="short">Soon.</div>
<div class="long"><p>{TEXT}</p></div></main></body></html>"""


def source_of(case: Case) -> Source:
    return source_for(case.url, sources())


@cache
def explained(case: Case) -> Explanation:
    return explain(case.fetched, source_of(case))


def fetched(body: bytes | str, url: str = "https://rivals.example/1", status: int = 200) -> Fetched:
    data = body.encode() if isinstance(body, str) else body
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    return Fetched(url=url, status=status, body=data, content_type="text/html", fetched_at=moment)


def rival(name: str, page: str = PAGE) -> Explained:
    """A field of the page that states everything twice."""
    explanation = explain(fetched(page), parse_source(RIVALS, "rivals.toml"))
    assert explanation.state == "article"
    return next(field for field in explanation.fields if field.name == name)


def anybodys(page: bytes | str) -> dict[str, Explained]:
    """The fields of a page without a recipe."""
    explanation = explain(fetched(page), source_for("https://rivals.example/1", {}))
    return {field.name: field for field in explanation.fields}


@pytest.mark.parametrize("case", ARTICLES, ids=str)
def test_it_tells_of_what_read_takes(case: Case) -> None:
    article = read(case.fetched, source_of(case))
    assert isinstance(article, Article)
    told = explained(case)
    assert (told.state, told.reason, told.url) == ("article", "", article.url)
    assert {field.name: field.value for field in told.fields} == {
        name: getattr(article, name) or None for name in FIELDS
    }


@pytest.mark.parametrize("case", [case for case in PAGES if case.state != "article"], ids=str)
def test_of_a_page_that_read_refuses_it_tells_why_and_what_was_found(case: Case) -> None:
    refusal = read(case.fetched, source_of(case))
    assert not isinstance(refusal, Article)
    told = explained(case)
    assert (told.state, told.reason, told.evidence) == (refusal.state, refusal.reason, refusal.evidence)
    assert [field.name for field in told.fields] == list(FIELDS)


@pytest.mark.parametrize("case", PAGES, ids=str)
def test_each_field_says_why_and_what_is_taken_is_the_candidate_it_names(case: Case) -> None:
    for field in explained(case).fields:
        assert field.why
        assert all(one.origin and one.value for one in field.candidates)
        if field.taken is not None:
            assert field.candidates[field.taken].value == field.value
        assert field.candidates or not field.value, field


@pytest.mark.parametrize("case", [case for case in PAGES if case.site != "generic"], ids=str)
def test_following_every_rule_changes_nothing_that_is_taken(case: Case) -> None:
    source = source_of(case)
    identity = source.identify(case.url)
    pages = [Page(case.fetched, source, identity.identifier if identity else None) for _ in range(2)]
    assert by_recipe(pages[0], most=None).facts() == by_recipe(pages[1]).facts()


@pytest.mark.parametrize("case", ARTICLES, ids=str)
def test_only_a_title_is_cut_after_it_was_chosen(case: Case) -> None:
    cut = {field.name for field in explained(case).fields if "less the tail" in field.why}
    assert cut <= {"title"}


def has_templates(case: Case) -> bool:
    """Has its site's recipe a template? One whose pages the general reader gets right needs none."""
    return case.site != "generic" and bool(sources()[case.site].templates)


@pytest.mark.parametrize("case", [case for case in ARTICLES if has_templates(case)], ids=str)
def test_what_the_recipe_finds_stands_before_what_the_page_says_of_itself(case: Case) -> None:
    assert explained(case).template or not source_of(case).templates
    for field in explained(case).fields[1:]:
        ours = [one.origin.startswith("recipe") for one in field.candidates]
        assert ours == sorted(ours, reverse=True), field


def test_every_rule_that_finds_something_is_a_candidate_and_the_first_is_taken() -> None:
    field = rival("title", PAGE.replace(" | Rivals", ""))
    rules = [(one.origin, one.value) for one in field.candidates[:2]]
    assert rules == [("recipe 2026: h2", "Second"), ("recipe 2026: h1", "Headline")]
    assert "meta og:title" in {one.origin for one in field.candidates[2:]}
    assert (field.value, field.taken) == ("Second", 0)


def test_a_value_that_was_cut_is_no_candidate_and_says_so() -> None:
    field = rival("title")
    assert (field.value, field.taken) == ("Second", None)
    assert field.why.endswith("less the tail that the recipe cuts")


def test_the_sites_own_name_gives_way_to_a_person_that_is_stated() -> None:
    field = rival("authors")
    assert (field.candidates[0].value, field.value) == (("Rivals",), ("Ann Smith",))
    assert field.taken is not None
    assert field.candidates[field.taken].origin == "meta author"


def test_the_tags_of_all_rules_are_taken_together() -> None:
    field = rival("tags")
    assert (field.value, field.why) == (("chips", "phones"), "what all rules of the recipe give")


def test_the_body_that_is_taken_stands_before_those_that_are_not() -> None:
    field = rival("body")
    assert [one.origin for one in field.candidates] == ["recipe 2026: .long", "recipe 2026: .short"]
    assert (field.value, field.taken) == (TEXT.strip(), 0)


def test_what_the_recipe_sets_for_the_whole_site_is_said_to_be_set() -> None:
    assert rival("publisher").candidates[0].origin == "recipe: title"
    assert rival("language").why == "the recipe sets it for the whole site"


def test_a_body_that_only_the_metadata_states_is_known_for_that() -> None:
    stated = (
        f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{TEXT}"}}</script>'
    )
    body = anybodys(f"<html><head><title>One</title>{stated}</head><body></body></html>")["body"]
    assert [one.origin for one in body.candidates] == ["JSON-LD articleBody"]


def test_without_a_recipe_the_page_is_all_there_is_to_choose_from() -> None:
    fields = anybodys(article_page(1))
    assert fields["body"].candidates[0].origin == "general reader"
    assert not any(one.origin.startswith("recipe") for field in fields.values() for one in field.candidates)


def test_a_page_that_is_gone_still_shows_what_it_holds() -> None:
    page = fetched(article_page(1), f"{HOST}/article/1", 404)
    told = explain(page, parse_source(RECIPE, "tech.toml"))
    assert (told.state, told.reason) == ("gone", "status 404")
    assert {field.name: field.value for field in told.fields}["title"] == "第1篇"


@pytest.mark.parametrize("body", [b"", bytes(range(256)) * 20, b"<div>" * 20_000, b"<p>" + b"a " * 1_200_000])
def test_no_page_is_too_odd_to_be_explained(body: bytes) -> None:
    page = fetched(body)
    for source in (parse_source(RIVALS, "rivals.toml"), source_for(page.url, {})):
        assert explain(page, source).state
        assert explain(replace(page, url="https://rivals.example/none/"), source).state
