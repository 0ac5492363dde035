"""extract and fixture: what becomes of one saved page."""

import os
from pathlib import Path

import pytest

from tests.cases import case, cases
from tests.terminal import Terminal, run_apart

# One of each: test_fixtures reads them all.
ARTICLES = {one.site: str(one) for one in cases() if one.state == "article" and not one.further}
REFUSED = {one.state: str(one) for one in cases() if one.is_page and one.state != "article"}
KEYS = {
    "state", "reason", "evidence", "title", "authors", "published_at", "body", "url", "source", "licence", "image", "tags",
}  # fmt: skip


def saved(folder: Path, name: str) -> str:
    """The case's page, as if it had been saved when it was fetched."""
    fetched = case(name).fetched
    (folder / "page.html").write_bytes(fetched.body)
    moment = fetched.fetched_at.timestamp()
    os.utime(folder / "page.html", (moment, moment))
    return fetched.url


@pytest.mark.parametrize("name", ARTICLES.values())
def test_extract_prints_the_file(broadsheet: Terminal, tmp_path: Path, name: str) -> None:
    url = saved(tmp_path, name)
    ran = broadsheet("extract", "page.html", "--url", url)
    assert (ran.status, ran.out, ran.err) == (0, case(name).document, "")


def test_extract_gives_one_object(broadsheet: Terminal, tmp_path: Path) -> None:
    name = "huxiu/2014-multi-author"
    ran = broadsheet("extract", "page.html", "--url", saved(tmp_path, name), "--json")
    (row,) = ran.rows
    expected = case(name).expected
    assert row.keys() == KEYS
    assert (row["state"], row["reason"], row["source"]) == ("article", None, "huxiu")
    assert row["url"] == "https://www.huxiu.com/article/36580"
    facts = ("title", "authors", "published_at", "tags", "image", "licence")
    assert {key: row[key] for key in facts} == {key: expected[key] for key in facts}
    assert row["body"] in (case(name).document or b"").decode("utf-8")


@pytest.mark.parametrize("name", REFUSED.values())
def test_a_refused_page_is_status_1_with_its_reason(broadsheet: Terminal, tmp_path: Path, name: str) -> None:
    ran = broadsheet("extract", "page.html", "--url", saved(tmp_path, name), "--json")
    (row,) = ran.rows
    assert (ran.status, row.keys(), row["body"], row["authors"]) == (1, KEYS, None, [])
    assert row["reason"]
    assert ran.err == f"broadsheet: page.html: {row['state']}: {row['reason']}\n"


def test_a_refused_page_prints_no_file(broadsheet: Terminal, tmp_path: Path) -> None:
    ran = broadsheet("extract", "page.html", "--url", saved(tmp_path, "huxiu/waf"))
    assert (ran.status, ran.out) == (1, b"")
    assert ran.err.startswith("broadsheet: page.html: blocked: ")


def test_extract_reads_standard_input_and_writes_utf_8_under_any_locale(tmp_path: Path) -> None:
    page = case("huxiu/2014")
    environ = {"PYTHONIOENCODING": "ascii"}
    ran = run_apart("extract", "-", "--url", page.url, cwd=tmp_path, environ=environ, stdin=page.body)
    assert (ran.status, ran.out, ran.err) == (0, page.document, "")


def test_extract_leaves_no_archive_behind(broadsheet: Terminal, tmp_path: Path) -> None:
    broadsheet("extract", "page.html", "--url", saved(tmp_path, "huxiu/2014"))
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_file_of_another_kind_is_refused(broadsheet: Terminal, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(bytes(range(256)) * 20)
    ran = broadsheet("extract", "page.html", "--url", "https://www.huxiu.com/article/1")
    assert (ran.status, ran.out) == (1, b"")


def test_a_page_of_many_megabytes_is_bad_input(broadsheet: Terminal, tmp_path: Path) -> None:
    with (tmp_path / "page.html").open("wb") as page:
        page.truncate(11 * 1024 * 1024)
    assert (
        "larger than 10 MiB" in broadsheet("extract", "page.html", "--url", "https://example.org/").complaint
    )


def test_fixture_makes_a_case_of_a_saved_page(broadsheet: Terminal, tmp_path: Path) -> None:
    ran = broadsheet("fixture", "page.html", "--url", saved(tmp_path, "huxiu/2014"), "--name", "mine")
    made = tmp_path / "fixtures" / "huxiu" / "mine"
    assert (ran.status, str(made) in ran.text) == (0, True)
    assert {"input.html", "meta.json"} <= {path.name for path in made.iterdir()}


def test_a_case_that_is_there_is_left_alone(broadsheet: Terminal, tmp_path: Path) -> None:
    url = saved(tmp_path, "huxiu/2014")
    broadsheet("fixture", "page.html", "--url", url, "--name", "mine")
    assert "exists already" in broadsheet("fixture", "page.html", "--url", url, "--name", "mine").complaint
