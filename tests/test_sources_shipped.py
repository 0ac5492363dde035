"""What holds for every recipe that is shipped: what it says of itself, and what shows that it works."""

import re
from urllib.parse import urlsplit

import pytest

from crawler.discovery.asks import first_ask
from crawler.source import Source, load_sources
from crawler.urls import registrable
from tests.cases import cases
from tests.terminal import ROOT

SOURCES = load_sources()
EVERY = [pytest.param(source, id=name) for name, source in SOURCES.items()]
OFF = [pytest.param(source, id=name) for name, source in SOURCES.items() if not source.enabled]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# A site whose lists lie on another domain of its house.
ELSEWHERE = {"wallstreetcn": "wallstcn.com"}


@pytest.mark.parametrize("source", EVERY)
def test_it_says_what_site_it_is_and_how_sure_its_facts_are(source: Source) -> None:
    assert source.title
    assert source.language
    assert source.topics
    assert source.sure
    assert source.confirmed
    assert "zone" in source.model_fields_set


@pytest.mark.parametrize("source", EVERY)
def test_its_file_has_its_name_and_begins_with_a_word_about_the_site(source: Source) -> None:
    text = (ROOT / "crawler" / "sources" / f"{source.name}.toml").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert f'\nname = "{source.name}"\n' in text


@pytest.mark.parametrize("source", EVERY)
def test_its_pages_and_lists_lie_on_its_own_hosts(source: Source) -> None:
    domains = {registrable(f"https://{host}/") for host in source.hosts} | {ELSEWHERE.get(source.name)}
    assert urlsplit(source.home).hostname in source.hosts
    assert source.discovery
    assert {registrable(first_ask(step).url) for step in source.discovery} <= domains


@pytest.mark.parametrize("source", EVERY)
def test_what_its_fixtures_expect_is_spelled_as_it_spells_it(source: Source) -> None:
    mine = [case for case in cases() if case.site == source.name and case.state in ("article", "links")]
    lists = [row["url"] for case in mine if not case.is_page for row in case.expected]
    pages = [line[5:] for case in mine if case.document for line in case.document.decode().splitlines()[2:3]]
    for url in (*lists, *pages):
        identity = source.identify(url)
        assert identity is not None
        assert (identity.url, identity.page) == (url, 1)


@pytest.mark.parametrize("source", EVERY)
def test_its_fixtures_show_a_page_and_a_list(source: Source) -> None:
    mine = [case for case in cases() if case.site == source.name]
    assert any(case.state == "article" for case in mine)
    assert any(case.state == "links" for case in mine) or not source.enabled
    assert len(mine) >= (2 if source.enabled else 1)


@pytest.mark.parametrize("source", OFF)
def test_what_is_off_says_why_in_a_sentence(source: Source) -> None:
    assert source.disabled_because
    assert source.disabled_because[0].isupper() or source.disabled_because[0].isdigit()
    assert source.disabled_because.endswith(".")
    assert "\n" not in source.disabled_because


@pytest.mark.parametrize("source", EVERY)
def test_what_is_on_gives_no_reason_to_be_off(source: Source) -> None:
    assert source.enabled or source.disabled_because
    assert not (source.enabled and source.disabled_because)


@pytest.mark.parametrize("source", EVERY)
def test_it_is_asked_no_more_often_than_every_five_minutes(source: Source) -> None:
    assert source.poll.min >= 300


def test_the_readme_lists_them_in_order_and_marks_those_that_are_off() -> None:
    rows = re.findall(r"^\| `([\w.-]+)` \| \[[^\]]+\]\((\S+)\) \| \d{4}(, off)? \|$", README, re.MULTILINE)
    assert rows == [
        (name, SOURCES[name].home, "" if SOURCES[name].enabled else ", off") for name in sorted(SOURCES)
    ]
