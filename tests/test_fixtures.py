"""Every fixture is read as its folder says: one test per case and field."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from archive import Article, document_of, parse, render
from crawler.discovery.link import DiscoveryError, Link
from crawler.discovery.links import links
from crawler.reading import Refusal, next_page, read, read_entry
from crawler.source import Source, load_sources, source_for
from tests.cases import FIXTURES, REFUSALS, STATES, Case, cases, step_of

LARGEST = 64 * 1024
META = {"url", "fetched_at", "status", "headers", "state"}
META_TOO = {"reason", "more", "step"}
PAGES = [case for case in cases() if case.is_page]
ARTICLES = [case for case in PAGES if case.state == "article"]
REPLIES = [case for case in cases() if not case.is_page]

# What expected.md says, by front-matter key; the body and the file as a whole come with it.
DOCUMENT_FIELDS = ("layout", "url", "name", "time", "title", "body")
# What expected.json says beside it.
FACTS: dict[str, Callable[[Article], Any]] = {
    "title": lambda article: article.title,
    "authors": lambda article: list(article.authors),
    "published_at": lambda article: article.published_at and article.published_at.isoformat(),
    "tags": lambda article: list(article.tags),
    "language": lambda article: article.language,
    "summary": lambda article: article.summary,
    "image": lambda article: article.image,
    "licence": lambda article: article.licence,
}


def by_field(chosen: list[Case], fields: tuple[str, ...]) -> list[Any]:
    return [pytest.param(case, field, id=f"{case}:{field}") for case in chosen for field in fields]


def sources() -> dict[str, Source]:
    return load_sources()


@cache
def reading(case: Case) -> Article | Refusal:
    return read(case.fetched, source_for(case.url, sources()), case.further)


def article(case: Case) -> Article:
    result = reading(case)
    assert isinstance(result, Article), f"{result.state}: {result.reason}"
    return result


@pytest.mark.parametrize("case", PAGES, ids=lambda case: f"{case}:state")
def test_a_page_ends_in_the_state_its_case_names(case: Case) -> None:
    result = reading(case)
    assert (result.state if isinstance(result, Refusal) else "article") == case.state
    if isinstance(result, Refusal):
        assert result.reason


@pytest.mark.parametrize(("case", "field"), by_field(ARTICLES, DOCUMENT_FIELDS))
def test_a_field_of_the_file_is_as_expected(case: Case, field: str) -> None:
    assert case.document is not None
    assert getattr(document_of(article(case)), field) == getattr(parse(case.document), field)


@pytest.mark.parametrize("case", ARTICLES, ids=lambda case: f"{case}:file")
def test_the_file_is_as_expected_byte_for_byte(case: Case) -> None:
    assert render(document_of(article(case))).decode() == (case.document or b"").decode()


@pytest.mark.parametrize(("case", "fact"), by_field(ARTICLES, tuple(FACTS)))
def test_a_fact_beside_the_file_is_as_expected(case: Case, fact: str) -> None:
    assert FACTS[fact](article(case)) == case.expected[fact]


@pytest.mark.parametrize("case", ARTICLES, ids=str)
def test_each_page_leads_to_the_next_and_the_last_to_none(case: Case) -> None:
    source = source_for(case.url, sources())
    found = [next_page(page, source) for page in case.pages]
    assert [url and source.identify(url) for url in found] == [
        *(source.identify(page.url) for page in case.further),
        None,
    ]


def discovered(case: Case) -> tuple[Link, ...]:
    source = sources()[case.site]
    step = step_of(case, source)
    assert step is not None
    return links(case.body, case.url, step, source, case.fetched.content_type, case.fetched.fetched_at)


def as_row(link: Link, source: Source, now: datetime) -> dict[str, Any]:
    identity = source.identify(link.url)
    entry = read_entry(link, source, now) if link.html else None
    return {
        "url": identity and identity.url,
        "title": link.title,
        "published_at": link.published_at and link.published_at.isoformat(),
        "author": link.author,
        "body": entry.body if isinstance(entry, Article) else None,  # of a full feed's entry
        "authors": list(entry.authors) if isinstance(entry, Article) else None,
    }


@pytest.mark.parametrize("case", [case for case in REPLIES if case.state == "links"], ids=str)
def test_a_reply_gives_the_links_it_holds_in_order(case: Case) -> None:
    source, now = sources()[case.site], case.fetched.fetched_at
    rows = [as_row(link, source, now) for link in discovered(case)]
    said = [{key: row[key] for key in wanted} for row, wanted in zip(rows, case.expected, strict=False)]
    assert said == case.expected
    assert len(rows) == len(case.expected)


@pytest.mark.parametrize("case", [case for case in REPLIES if case.state != "links"], ids=str)
def test_a_reply_that_is_none_is_an_error_of_one_line(case: Case) -> None:
    with pytest.raises(DiscoveryError) as caught:
        discovered(case)
    assert str(caught.value).strip()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_a_case_is_well_formed(case: Case) -> None:
    text = (case.folder / "meta.json").read_text("utf-8")
    meta = json.loads(text)
    assert meta.keys() >= META
    assert meta.keys() <= META | META_TOO
    assert text == json.dumps(meta, ensure_ascii=False, indent=2) + "\n"
    assert case.state in STATES
    assert case.fetched.fetched_at.tzinfo is UTC
    assert all(0 < len(page.body) <= LARGEST for page in case.pages)
    assert case.state == "article" or case.state == "links" or case.reason


@pytest.mark.parametrize("case", cases(), ids=str)
def test_a_case_holds_what_its_state_asks_for_and_nothing_else(case: Case) -> None:
    expected = {"article": {"expected.md", "expected.json"}, "links": {"expected.json"}}.get(
        case.state, set()
    )
    names = {file.name for file in case.folder.iterdir()}
    inputs = {name for name in names if name.startswith("input")}
    assert names == {"meta.json"} | expected | inputs
    assert len(inputs) == len(case.pages)
    if case.state == "article":
        assert case.document
        assert render(parse(case.document)) == case.document
        assert case.expected.keys() == FACTS.keys()
    elif case.state == "links":
        assert case.expected


def test_every_era_and_refusal_of_the_first_source_has_its_case() -> None:
    mine = [case for case in cases() if case.site == "huxiu"]
    assert len(mine) >= 18
    assert {case.name[:4] for case in mine if case.state == "article"} >= {
        "2013",
        "2014",
        "2017",
        "2021",
        "2026",
    }
    assert {case.state for case in mine} >= {"article", "links", "blocked", "gone", "not_an_article"}
    assert set(REFUSALS) >= {case.state for case in mine} - {"article", "links"}


def test_every_file_below_fixtures_belongs_to_a_case_or_the_demo() -> None:
    folders = {case.folder for case in cases()}
    stray = [file for file in FIXTURES.rglob("*") if file.is_file() and file.parent not in folders]
    assert sorted(file.name for file in stray) == ["demo.json", "robots.txt"]


def demo() -> dict[str, dict[str, Any]]:
    """What the demo plays: URL, without the feed's `f=rss`, to case, file, status and content type."""
    played: dict[str, dict[str, Any]] = json.loads((FIXTURES / "huxiu" / "demo.json").read_text("utf-8"))
    return played


def test_the_demo_plays_files_that_are_there() -> None:
    for url, reply in demo().items():
        assert url.startswith("https://")
        assert "?" not in url
        assert reply.keys() == {"case", "file", "status", "content_type"}
        assert (FIXTURES / "huxiu" / reply["case"] / reply["file"]).is_file()


def test_the_demo_answers_for_whatever_its_feed_names() -> None:
    feed = next(case for case in cases() if str(case) == "huxiu/feed")
    named = {row["url"] for row in feed.expected}
    spellings = {spelling for url in named for spelling in (url, f"{url}.html", f"{url}/1.html")}
    assert spellings <= demo().keys()
    by_name = {case.name: case for case in cases() if case.site == "huxiu"}
    played = {by_name[demo()[url]["case"]] for url in named}
    assert {case.state for case in played} == {"article", "blocked", "gone"}
    assert {case.name[:4] for case in played} >= {"2013", "2014", "2017", "2021", "2026"}
    further = {page.url.replace("http:", "https:") for case in played for page in case.further}
    assert further
    assert further <= demo().keys()
