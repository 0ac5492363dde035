"""explain: what a page is read as, from what, and why, of a saved page and of one that is fetched."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from cli.explaining import _ends
from tests.cases import case
from tests.site import HOST, RECIPE, Reply, Site, article_page
from tests.terminal import Ran, Terminal, run_apart
from tests.test_reading_explain import FIELDS

ADDRESS = f"{HOST}/article/1"
KEYS = {"url", "source", "template", "state", "reason", "evidence", "fields"}


def saved(folder: Path, name: str) -> tuple[str, ...]:
    """The case's page as a file, and the arguments to explain it."""
    fetched = case(name).fetched
    (folder / "page.html").write_bytes(fetched.body)
    moment = fetched.fetched_at.timestamp()
    os.utime(folder / "page.html", (moment, moment))
    return "explain", "page.html", "--url", fetched.url


def taken(field: Mapping[str, Any]) -> list[str]:
    return [one["origin"] for one in field["candidates"] if one["taken"]]


# --- a saved page ---


def test_a_saved_page_is_told_of_field_by_field(broadsheet: Terminal, tmp_path: Path) -> None:
    ran = broadsheet(*saved(tmp_path, "huxiu/2014"))
    assert (ran.status, ran.err) == (0, "")
    assert ran.text.splitlines()[1] == "article: huxiu, template 2014"
    said = [line.split()[0] for line in ran.text.splitlines()[3:] if line[:1].isalpha()]
    assert said == ["field", *FIELDS]
    assert ran.text.count("✓") == len([field for field in FIELDS if field not in ("modified_at", "image")])
    assert "why: the first rule of the recipe that gives one" in ran.text


@pytest.mark.parametrize("columns", [80, 120])
def test_it_fits_the_screen(broadsheet: Terminal, tmp_path: Path, columns: int) -> None:
    for name in ("huxiu/2014", "generic/english-blog", "theverge/2026-state-only"):
        lines = broadsheet(*saved(tmp_path, name), COLUMNS=str(columns)).text.splitlines()
        assert max(map(cell_len, lines)) <= columns


def test_json_is_one_object_with_every_candidate(broadsheet: Terminal, tmp_path: Path) -> None:
    (row,) = broadsheet(*saved(tmp_path, "huxiu/2014"), "--json").rows
    assert row.keys() == KEYS
    assert (row["state"], row["source"], row["template"]) == ("article", "huxiu", "2014")
    assert (row["reason"], row["evidence"]) == (None, None)
    assert row["fields"].keys() == set(FIELDS)
    expected = case("huxiu/2014").expected
    facts = ("title", "authors", "published_at", "tags", "language", "licence")
    assert {name: row["fields"][name]["value"] for name in facts} == {name: expected[name] for name in facts}
    assert taken(row["fields"]["title"]) == ["recipe 2014: .neirong h1"]
    assert all(one.keys() == {"value", "origin", "taken"} for one in row["fields"]["title"]["candidates"])


def test_of_a_body_its_length_and_its_ends_are_shown(broadsheet: Terminal, tmp_path: Path) -> None:
    arguments = saved(tmp_path, "generic/english-blog")
    body = broadsheet(*arguments, "--json").rows[0]["fields"]["body"]["value"]
    text = broadsheet("extract", *arguments[1:], "--json").rows[0]["body"].strip()
    assert body["characters"] == len(text)
    assert text.startswith(body["opening"])
    assert text.endswith(body["ending"])


def test_twice_the_same_gives_the_same_bytes(broadsheet: Terminal, tmp_path: Path) -> None:
    arguments = (*saved(tmp_path, "ithome/2026-long-with-adverts"), "--json")
    assert broadsheet(*arguments).out == broadsheet(*arguments).out


def test_a_refused_page_is_status_1_and_still_shows_what_was_found(
    broadsheet: Terminal, tmp_path: Path
) -> None:
    ran = broadsheet(*saved(tmp_path, "huxiu/member-page"), "--json")
    (row,) = ran.rows
    assert (ran.status, row["state"]) == (1, case("huxiu/member-page").state)
    assert row["fields"]["title"]["value"]
    assert ran.err == f"broadsheet: page.html: {row['state']}: {row['reason']}\n"


def test_without_a_recipe_there_is_no_template(broadsheet: Terminal, tmp_path: Path) -> None:
    (row,) = broadsheet(*saved(tmp_path, "generic/chinese-gbk"), "--json").rows
    assert (row["state"], row["template"]) == ("article", None)
    assert taken(row["fields"]["body"]) == ["general reader"]


def test_it_reads_standard_input_and_writes_utf_8_under_any_locale(tmp_path: Path) -> None:
    page = case("huxiu/2014")
    environ = {"PYTHONIOENCODING": "ascii"}
    for more in ((), ("--json",)):
        ran = run_apart(
            "explain", "-", "--url", page.url, *more, cwd=tmp_path, environ=environ, stdin=page.body
        )
        assert (ran.status, ran.err) == (0, "")
        assert page.expected["title"] in ran.text


def test_what_a_page_holds_cannot_speak_to_the_terminal(broadsheet: Terminal, tmp_path: Path) -> None:
    page = article_page(1).replace(b"<h1>", b"<h1>[red]&#27;[2J\x1b]0;gotcha\x07")
    (tmp_path / "page.html").write_bytes(page)
    ran = broadsheet("explain", "page.html", "--url", "https://example.org/1")
    assert ran.status == 0
    assert not {"\x1b", "\x07", "\x9b"} & set(ran.text)


def test_nothing_is_archived(broadsheet: Terminal, tmp_path: Path) -> None:
    broadsheet(*saved(tmp_path, "huxiu/2014"))
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("page.html",), "say with --url where this page was saved from"),
        (("none.html", "--url", "https://example.org/"), "none.html: No such file"),
        (("page.html", "--url", "example"), "no web address"),
        (("https://example.org/", "--url", "https://example.org/"), "is to be fetched"),
        (("ftp://example.org/",), "no web address"),
    ],
)
def test_bad_input_is_one_line(
    broadsheet: Terminal, tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    saved(tmp_path, "huxiu/2014")
    assert complaint in broadsheet("explain", *arguments).complaint


def test_the_ends_of_a_text_are_whole_words_where_the_script_parts_them() -> None:
    opening, ending = _ends("incomprehensibilities " * 10)
    assert {*opening.split(), *ending.split()} == {"incomprehensibilities"}
    assert [len(end) for end in _ends("字" * 500)] == [60, 60]
    assert _ends("short") == ("short", "")


# --- a page that is fetched ---


@pytest.fixture
def site() -> Iterator[Site]:
    with Site({ADDRESS: article_page(1)}) as playing:
        yield playing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "tech.toml").write_text(RECIPE)
    (tmp_path / "broadsheet.toml").write_text('delay = 0\ncontact = "me@example.org"\nrecipes = "recipes"\n')
    return tmp_path


def asked(site: Site, folder: Path, url: str = ADDRESS) -> Ran:
    environ = {"http_proxy": site.address, "https_proxy": site.address}
    return run_apart("explain", url, "--json", cwd=folder, environ=environ)


def test_a_page_is_fetched_once_and_explained(site: Site, folder: Path) -> None:
    ran = asked(site, folder)
    (row,) = ran.rows
    assert (ran.status, ran.err, site.asked) == (0, "", [ADDRESS])
    assert (row["state"], row["source"], row["template"]) == ("article", "tech", "only")
    assert (row["fields"]["title"]["value"], taken(row["fields"]["title"])) == (
        "第1篇",
        ["recipe only: h1"],
    )


def test_it_says_who_asks_and_keeps_nothing(site: Site, folder: Path) -> None:
    before = sorted(path.name for path in folder.iterdir())
    asked(site, folder)
    assert {agent.partition(" ")[2] for agent in site.agents} == {"(+me@example.org)"}
    assert sorted(path.name for path in folder.iterdir()) == before


def test_robots_txt_is_obeyed(site: Site, folder: Path) -> None:
    site.pages[f"{HOST}/robots.txt"] = Reply(
        b"User-agent: *\nDisallow: /", headers={"Content-Type": "text/plain"}
    )
    ran = asked(site, folder)
    (row,) = ran.rows
    assert (ran.status, row["state"], row["reason"], row["fields"]) == (1, "excluded", "robots.txt", {})
    assert (site.asked, ran.err) == ([], f"broadsheet: {ADDRESS}: excluded: robots.txt\n")


def test_a_page_that_is_gone_is_explained_all_the_same(site: Site, folder: Path) -> None:
    site.put(1, Reply(article_page(1), status=410))
    ran = asked(site, folder)
    (row,) = ran.rows
    assert (ran.status, row["state"], row["fields"]["title"]["value"]) == (1, "gone", "第1篇")


def test_a_redirect_to_another_host_without_a_recipe_is_followed(site: Site, folder: Path) -> None:
    site.pages["http://one.example/1"] = Reply(status=301, headers={"Location": "http://two.test/1"})
    site.pages["http://two.test/1"] = article_page(1)
    (row,) = asked(site, folder, "http://one.example/1").rows
    assert (row["state"], row["url"], row["source"]) == ("article", "http://two.test/1", "two.test")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://10.0.0.1/", "http://169.254.169.254/latest"])
def test_no_request_leaves_for_a_private_address(site: Site, folder: Path, url: str) -> None:
    ran = asked(site, folder, url)
    assert (ran.status, ran.rows[0]["state"], site.asked) == (1, "excluded", [])


def test_a_host_that_does_not_answer_is_one_line(site: Site, folder: Path) -> None:
    site.put(1, Reply(drop=True))
    ran = asked(site, folder)
    assert (ran.status, ran.rows[0]["state"]) == (1, "failed")
    assert ran.err.count("\n") == 1
