"""Rules in the text format of ftr-site-config: which are taken, which are left out and why, and what reads by them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import Article
from crawler.reading import Fetched, read
from crawler.site_config import SiteConfig, file_names, parse, site_config, with_rules
from crawler.source import Source, source_for
from tests.played_sites import english, paragraphs
from tests.terminal import Terminal

RULES = """
# An invented paper.
title: //h2[@class='head']
author: //p[@class='who']/b
author: //meta[@name='by']/@content
date: //p[@class='when']
body: //div[@id='story']
strip: //div[@class='advert']
strip_id_or_class: share
strip_image_src: /pixel.
find_string: <x-para>
replace_string: <p>
find_string: </x-para>
replace_string: </p>
next_page_link: //a[@class='on']
test_url: http://paper.example/a
prune: no
"""
PAGE = (
    "<html><head><title>Wrong title here</title></head><body><h1>The Invented Paper</h1><h2 class='head'>A quiet week at the mill</h2>"
    "<p class='who'>Told by <b>Ada Moor</b></p><p class='when'>2026-11-20 10:05</p><div id='story'><x-para>"
    + english(1).replace(". ", ".</x-para><x-para>")
    + "</x-para><div class='advert'>Buy now</div><p class='share top'>Tell others</p><p class='shares'>These shares fell.</p>"
    "<img src='/pixel.gif'><img src='/mill.jpg' alt='The mill'></div></body></html>"
)
URL = "http://paper.example/a"


def page(text: str = PAGE, url: str = URL) -> Fetched:
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    return Fetched(
        url=url, status=200, body=text.encode(), content_type="text/html; charset=utf-8", fetched_at=moment
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "paper.example.txt").write_text(RULES, encoding="utf-8")
    return tmp_path / "rules"


def ruled(url: str, folder: Path) -> Source:
    return with_rules(source_for(url, {}), url, folder)


def test_a_page_is_read_by_the_rules_for_its_host(folder: Path) -> None:
    article = read(page(), ruled(URL, folder))
    assert isinstance(article, Article)
    assert (article.title, article.authors) == ("A quiet week at the mill", ("Ada Moor",))
    assert article.published_at == datetime(2026, 11, 20, 10, 5, tzinfo=UTC)
    assert "Item 1 of the ledger begins here." in article.body
    assert "These shares fell." in article.body


def test_what_is_stripped_is_gone_and_a_word_in_another_is_not(folder: Path) -> None:
    article = read(page(), ruled(URL, folder))
    assert isinstance(article, Article)
    assert not any(text in article.body for text in ("Buy now", "Tell others", "pixel"))
    assert "mill.jpg" in article.body


def test_strings_are_exchanged_before_the_page_is_parsed(folder: Path) -> None:
    article = read(page(), ruled(URL, folder))
    assert isinstance(article, Article)
    assert article.body.count("\n\n") >= 5


def test_a_site_rebuilt_since_is_read_as_any_other(folder: Path) -> None:
    rebuilt = f"<html><body><article><h1>Another week at the mill</h1><div>{paragraphs(english(2))}</div></article></body></html>"
    article = read(page(rebuilt), ruled(URL, folder))
    assert isinstance(article, Article)
    assert article.title == "Another week at the mill"
    assert "Item 2 of the ledger" in article.body


def test_several_rules_for_a_field_are_tried_in_order() -> None:
    assert parse(RULES, "p").rules["authors"] == (
        "xpath://p[@class='who']/b",
        "xpath://meta[@name='by']/@content",
    )


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("body: //div[", "r.txt:2: body: '//div[' is no XPath; left out"),
        ("single_page_link: //a", "single_page_link: the article's further pages are joined instead"),
        ("http_header(user-agent): Somebody", "http_header: requests go out under Broadsheet's own name"),
        ("launch: rockets", "launch: no such directive is known"),
        ("just some words", "no `directive: value`"),
        ("strip_id_or_class: a'b\"c", "both kinds of quotes"),
        ("body: " + "/" * 2_000, "longer than 1000 characters"),
        ("find_string: lonely", "1 find_string and 0 replace_string"),
        ("title: //h1[@id='{id}']", "has a meaning of its own"),
    ],
)
def test_a_line_that_cannot_be_used_is_left_out_with_a_note_that_names_it(line: str, note: str) -> None:
    config = parse(f"title: //h1\n{line}\nauthor: //b", "r.txt")
    assert note in config.notes[0]
    assert set(config.rules) == {"title", "authors"}


@pytest.mark.parametrize(
    "line", ["", "# body: //x", "test_url: http://a.example/", "tidy: no", "body:", "prune: yes"]
)
def test_what_is_not_needed_is_passed_over_in_silence(line: str) -> None:
    config = parse(line, "r.txt")
    assert config == SiteConfig("r.txt")


def test_the_short_form_of_an_exchange_is_understood() -> None:
    assert parse("replace_string(<i>): <em>", "r").replace == {"<i>": "<em>"}


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("www.paper.example", ("paper.example.txt", "www.paper.example.txt")),
        ("sport.paper.example", ("sport.paper.example.txt", ".paper.example.txt")),
        ("../../etc/passwd", ()),
        ("a..b", ()),
    ],
)
def test_files_are_named_by_hosts(host: str, names: tuple[str, ...]) -> None:
    assert file_names(host) == names


def test_a_file_for_subdomains_is_not_for_the_site_itself(folder: Path) -> None:
    (folder / ".other.example.txt").write_text("title: //h1")
    assert site_config("http://sport.other.example/", folder) is not None
    assert site_config("http://www.other.example/", folder) is None


def test_a_source_with_a_recipe_keeps_to_it(folder: Path) -> None:
    source = source_for(URL, {}).model_copy(update={"article": object()})
    assert with_rules(source, URL, folder) is source


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe\x00body: //x", b"\0" * 500, b"body" * 100_000, "title: //h1\u2028body: //p".encode()]
)
def test_no_bytes_of_a_file_break_it(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "paper.example.txt").write_bytes(raw)
    assert site_config(URL, tmp_path) is not None


def test_extract_reads_by_them(broadsheet: Terminal, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "broadsheet.toml").write_text('site_config = "rules"\n')
    (tmp_path / "page.html").write_text(PAGE)
    (row,) = broadsheet("extract", "page.html", "--url", URL, "--json").rows
    assert (row["title"], row["authors"]) == ("A quiet week at the mill", ["Ada Moor"])


def test_explain_names_the_file_as_the_origin(broadsheet: Terminal, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "broadsheet.toml").write_text('site_config = "rules"\n')
    (tmp_path / "page.html").write_text(PAGE)
    (row,) = broadsheet("explain", "page.html", "--url", URL, "--json").rows
    assert row["fields"]["title"]["candidates"][0]["origin"].startswith("recipe paper.example.txt: xpath:")
