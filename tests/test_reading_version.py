"""Every article says which edition of reader and recipe read its page."""

import hashlib
from pathlib import Path

import crawler.reading
from archive import Article
from crawler.discovery.link import Link
from crawler.reading import READER, Fetched, read, read_entry, reader_version
from crawler.reading.version import EDITION, MODEL
from crawler.source import parse_source, source_for
from tests.builders import NOW
from tests.site import HOST, RECIPE, article_page, tech

URL = f"{HOST}/article/1"


def page(url: str = URL) -> Fetched:
    return Fetched(url=url, status=200, body=article_page(1), content_type=None, fetched_at=NOW)


def read_by(*, plain: bool = False, recipe: str = RECIPE) -> str | None:
    found = read(page(), parse_source(recipe, "tech.toml"), plain=plain)
    assert isinstance(found, Article)
    return found.reader


def test_the_reader_names_the_trees_that_are_shipped() -> None:
    model = Path(crawler.reading.__file__).parent / "text" / "model.npz"
    assert hashlib.sha256(model.read_bytes()).hexdigest().startswith(MODEL)
    assert f"{EDITION}.{MODEL}" == READER


def test_an_article_knows_the_edition_that_read_it() -> None:
    assert read_by() == reader_version(tech(), plain=False)
    assert (read_by() or "").startswith(READER)


def test_an_article_of_a_feed_knows_it_too() -> None:
    entry = read_entry(Link(URL, "feed", title="题", html="<p>" + "字" * 300), tech(), NOW)
    assert isinstance(entry, Article)
    assert entry.reader == read_by()


def test_an_article_without_a_recipe_knows_it_too() -> None:
    source = source_for("https://a.example/one", {})
    found = read(page("https://a.example/one"), source)
    assert isinstance(found, Article)
    assert found.reader == reader_version(source_for("https://b.example/two", {}), plain=False)


def test_another_rule_is_another_edition_and_another_feed_is_none() -> None:
    assert read_by(recipe=RECIPE.replace('title = "h1"', 'title = "h2, h1"')) != read_by()
    assert read_by(recipe=RECIPE.replace("http://news.example/list", "http://news.example/all")) == read_by()


def test_marks_or_none_are_two_editions() -> None:
    assert read_by(plain=True) != read_by()
