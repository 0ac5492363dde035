"""add: a recipe for a site from its URL, and for every feed of a file."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.source import load_sources
from tests import played_sites
from tests.cases import load
from tests.played_sites import Played
from tests.site import WAF, Reply, Site
from tests.terminal import Ran, Terminal, run_apart

KEYS = {
    "asked", "problem", "file", "fixtures", "usable", "name", "kind", "requests", "recipe", "language", "zone", "hosts", "patterns", "ways",
    "fields", "articles_read", "sample", "weak", "notes",
}  # fmt: skip
SMALL = ("--sample", "1")  # where what is found in the pages is not the matter


@pytest.fixture
def blog() -> Played:
    return played_sites.wordpress(12)


@pytest.fixture
def site(blog: Played) -> Iterator[Site]:
    with Site(blog.pages) as playing:
        yield playing


def typed(site: Site, folder: Path, *arguments: str, settings: str = "") -> Ran:
    (folder / "broadsheet.toml").write_text(f"delay = 0\n{settings}", encoding="utf-8")
    return run_apart(*arguments, cwd=folder, environ={"http_proxy": site.address})


def test_a_site_is_added_checked_and_crawled_with_nothing_but_what_was_written(
    site: Site, blog: Played, tmp_path: Path
) -> None:
    ran = typed(site, tmp_path, "add", blog.home)
    assert (ran.status, ran.err) == (0, "")
    assert "read by" in ran.text
    assert str(tmp_path / "sources" / "blog-of-engines.toml") in ran.text
    assert "To use it" not in ran.text
    assert "Next: broadsheet check blog-of-engines; broadsheet crawl blog-of-engines --limit 3" in ran.text
    assert typed(site, tmp_path, "sources", "test", "blog-of-engines").status == 0
    assert typed(site, tmp_path, "check", "blog-of-engines").status == 0
    (report,) = typed(site, tmp_path, "crawl", "blog-of-engines", "--json").rows
    assert report["counts"] == {"new": 12}


def test_the_sample_lies_beside_the_recipes_as_cases_of_what_was_received(
    site: Site, blog: Played, tmp_path: Path
) -> None:
    typed(site, tmp_path, "add", blog.home, "--sample", "2")
    cases = sorted((tmp_path / "fixtures" / "blog-of-engines").iterdir())
    assert len(cases) == 2
    case = load(cases[0])
    assert case.body == blog.pages[case.url]
    assert (case.state, case.step) == ("article", None)
    assert case.document is not None
    assert case.document.startswith(b"---\nlayout: post\n")
    assert case.expected["authors"]


def test_without_fixtures_there_is_the_recipe_alone(site: Site, blog: Played, tmp_path: Path) -> None:
    ran = typed(
        site, tmp_path, "add", blog.home, *SMALL, "--no-fixtures", "--name", "engines", "--folder", "mine"
    )
    assert ran.status == 0
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()) == [
        "broadsheet.toml",
        "mine/engines.toml",
    ]
    assert 'recipes = "mine"' in ran.text
    assert list(load_sources(tmp_path / "mine"))[0:1]
    assert "engines" in load_sources(tmp_path / "mine")


def test_the_folder_of_recipes_is_the_one_that_is_set(site: Site, blog: Played, tmp_path: Path) -> None:
    ran = (
        typed(site, tmp_path, "add", blog.home, *SMALL, "--no-fixtures", settings='recipes = "own"\n')
        if (tmp_path / "own").mkdir() is None
        else None
    )
    assert ran is not None
    assert (tmp_path / "own" / "blog-of-engines.toml").exists()
    assert "recipes =" not in ran.text


def test_a_dry_run_prints_the_recipe_and_writes_nothing(site: Site, blog: Played, tmp_path: Path) -> None:
    ran = typed(site, tmp_path, "add", blog.home, *SMALL, "--dry-run")
    assert ran.status == 0
    text = ran.text[ran.text.index("# Blog of Engines. Proposed by") :]
    assert tomllib.loads(text)["name"] == "blog-of-engines"
    assert [path.name for path in tmp_path.iterdir()] == ["broadsheet.toml"]


def test_json_is_one_object_with_ways_fields_and_the_recipe(site: Site, blog: Played, tmp_path: Path) -> None:
    (row,) = typed(site, tmp_path, "add", blog.home, "--json").rows
    assert row.keys() == KEYS
    assert (row["usable"], row["name"], row["zone"], row["language"]) == (
        True,
        "blog-of-engines",
        "UTC",
        "en-US",
    )
    assert [(way["kind"], way["articles"]) for way in row["ways"]] == [
        ("feed", 10),
        ("sitemap", 12),
        ("listing", 10),
    ]
    assert {field["right"] for field in row["fields"].values()} == {5}
    assert tomllib.loads(row["recipe"])["name"] == row["name"]


def test_a_recipe_that_is_there_is_never_overwritten_unless_forced(
    site: Site, blog: Played, tmp_path: Path
) -> None:
    (tmp_path / "sources").mkdir()
    file = tmp_path / "sources" / "blog-of-engines.toml"
    mine = (
        'name = "blog-of-engines"\nhome = "https://mine.example/"\nhosts = ["mine.example"]\n'
        "[article]\npatterns = '/(?P<id>\\d+)'\ncanonical = \"https://mine.example/{id}\"\n"
    )
    file.write_text(mine)
    assert (
        "is there already; choose another name" in typed(site, tmp_path, "add", blog.home, *SMALL).complaint
    )
    asked = len(site.asked)
    named = typed(site, tmp_path, "add", blog.home, "--name", "blog-of-engines")
    assert "is there already" in named.complaint
    assert (file.read_text(), len(site.asked)) == (mine, asked)
    assert typed(site, tmp_path, "add", blog.home, *SMALL, "--force").status == 0
    assert file.read_text().startswith("# Blog of Engines.")


def test_a_site_that_a_recipe_knows_is_not_looked_at(broadsheet: Terminal) -> None:
    said = broadsheet("add", "https://www.huxiu.com/").complaint
    assert said.startswith(
        "https://www.huxiu.com/: the recipe huxiu knows this site; `broadsheet check huxiu` tries it"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "name one URL to add, or a file of feeds with --opml"),
        (("https://a.example/", "--opml", "x"), "name one URL to add, or a file of feeds"),
        (("no address",), "no address: no web address; write it like https://example.org/"),
        (("word",), "word: no web address"),
        (("ftp://a.example/",), "ftp://a.example/: no web address"),
        (("https://a.example/", "--name", "../x"), "can't be a source's name"),
        (("https://a.example/", "--sample", "0"), "--sample"),
        (("--opml", "none.opml", "--yes"), "none.opml: No such file or directory; name an OPML file"),
        (("--opml", "broadsheet.toml", "--yes"), "broadsheet.toml: no feeds in it"),
        (("--opml", "two.txt"), "two.txt: 2 feeds to add; say --yes to go on"),
        (("--opml", "two.txt", "--yes", "--name", "x"), "--name names one source"),
    ],
)
def test_wrong_input_is_one_line(
    broadsheet: Terminal, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    (tmp_path / "broadsheet.toml").write_text("delay = 0\n")
    (tmp_path / "two.txt").write_text("http://a.example/\nhttp://b.example/\n")
    assert says in broadsheet("add", *arguments).complaint


@pytest.mark.parametrize(
    ("pages", "says"),
    [
        ({}, "http://a.example/: answers 404; name a page that is there"),
        ({"http://a.example/": WAF}, "a check page, not the site"),
        (
            {"http://a.example/": b"<p>x</p>", "http://a.example/robots.txt": b"User-agent: *\nDisallow: /"},
            "robots.txt forbids it",
        ),
        (
            {"http://a.example/": b"<p>Hello.</p>"},
            "no recipe: no links to pages of the site itself were found",
        ),
    ],
)
def test_a_site_that_gives_no_recipe_is_status_1_and_one_line(
    tmp_path: Path, pages: dict[str, bytes | Reply], says: str
) -> None:
    with Site(pages) as site:
        ran = typed(site, tmp_path, "add", "http://a.example/")
    assert ran.status == 1
    assert says in ran.err
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "sources").exists()


def test_a_private_address_is_refused(tmp_path: Path) -> None:
    with Site({}) as site:
        ran = run_apart("add", "http://127.0.0.1:8/", cwd=tmp_path, environ={"http_proxy": site.address})
    assert (ran.status, site.asked) == (1, [])
    assert "not an address of the open internet" in ran.err


def test_every_feed_of_an_opml_becomes_a_recipe_and_one_that_fails_does_not_stop_the_rest(
    tmp_path: Path,
) -> None:
    one, two = played_sites.wordpress(6), played_sites.by_query(6)
    (tmp_path / "mine.opml").write_text(
        f'<opml version="2.0"><body><outline text="x"><outline xmlUrl="{one.home}feed/"/></outline><outline xmlUrl="http://gone.example/rss"/>'
        f'<outline xmlUrl="{two.home}index.rss"/><outline xmlUrl="https://www.huxiu.com/rss"/></body></opml>'
    )
    with Site({**one.pages, **two.pages}) as site:
        table = typed(site, tmp_path, "add", "--opml", "mine.opml", "--yes", *SMALL, "--folder", "other")
        ran = typed(site, tmp_path, "add", "--opml", "mine.opml", "--yes", *SMALL, "--json")
    assert ran.status == 1
    said = {row["asked"]: (row["usable"], row["problem"] or row["name"]) for row in ran.rows}
    assert said == {
        f"{one.home}feed/": (True, "blog-of-engines"),
        "http://gone.example/rss": (False, "http://gone.example/rss: answers 404; name a page that is there"),
        f"{two.home}index.rss": (True, "short-news"),
        "https://www.huxiu.com/rss": (False, "known already: the recipe huxiu"),
    }
    assert sorted(file.stem for file in (tmp_path / "sources").glob("*.toml")) == [
        "blog-of-engines",
        "short-news",
    ]
    assert "fit for use" in table.text


def test_a_list_of_addresses_is_taken_from_standard_input(site: Site, blog: Played, tmp_path: Path) -> None:
    (tmp_path / "broadsheet.toml").write_text("delay = 0\n")
    ran = run_apart(
        "add",
        "--opml",
        "-",
        "--yes",
        *SMALL,
        "--no-fixtures",
        "--json",
        cwd=tmp_path,
        environ={"http_proxy": site.address},
        stdin=f"{blog.home}\n".encode(),
    )
    assert (ran.status, [json.loads(line)["name"] for line in ran.text.splitlines()]) == (
        0,
        ["blog-of-engines"],
    )
