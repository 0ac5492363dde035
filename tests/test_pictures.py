"""Whole crawls that keep pictures: after the articles, under every rule of a crawl, and only where they are wanted."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive import Archive, parse
from crawler.config import Settings
from crawler.source import RecipeError, Source, parse_source
from tests.builders import files
from tests.site import HOST, RECIPE, Reply, Site, article_page, crawled, settings, text_of
from tests.test_assets import GIF, PNG

ONE, TWO = f"{HOST}/img/1.png", f"{HOST}/img/2.gif"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with Site() as played:
        monkeypatch.setenv("http_proxy", played.address)
        yield played


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return replace(settings(tmp_path), assets=True)


def show(site: Site, number: int, *pictures: str) -> None:
    """Article `number` of the site shows these pictures."""
    shown = "".join(f"<p><img src='{url}' width='600' height='400'></p>" for url in pictures)
    page = article_page(number).decode()
    site.put(number, page.replace(f"<p>完{number}", f"{shown}<p>完{number}").encode())


def recipe(*lines: str) -> Source:
    return parse_source(RECIPE.replace("[article]", "\n".join((*lines, "", "[article]")), 1), "r")


def body(config: Settings) -> str:
    (text,) = files(config.archive).values()
    return parse(text.encode()).body


def stored(config: Settings) -> list[bytes]:
    return sorted(path.read_bytes() for path in config.archive.glob("assets/*/*"))


def test_pictures_are_kept_and_shown_from_the_archive(site: Site, config: Settings) -> None:
    site.publish(1)
    show(site, 1, ONE, TWO)
    site.pages |= {ONE: PNG, TWO: GIF}
    report = crawled(config)
    assert (report.ok, report.counts) == (True, {"new": 1})
    assert stored(config) == sorted([PNG, GIF])
    assert "](../../assets/" in body(config)
    assert HOST not in body(config)
    assert text_of(1) in body(config)


def test_they_are_asked_for_after_all_articles(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    show(site, 1, ONE)
    site.pages[ONE] = PNG
    crawled(config)
    assert site.asked[-1] == ONE


def test_a_second_crawl_asks_for_nothing_again(site: Site, config: Settings) -> None:
    site.publish(1)
    show(site, 1, ONE)
    site.pages[ONE] = PNG
    crawled(config)
    before = files(config.archive)
    site.forget()
    crawled(config)
    assert ONE not in site.asked
    assert files(config.archive) == before


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"gone", status=404),
        b"<html>no picture</html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        Reply(drop=True),
        PNG + bytes(10 * 1024 * 1024),
    ],
    ids=["404", "html", "svg", "dropped", "large"],
)
def test_a_missing_picture_leaves_the_remote_link(site: Site, config: Settings, reply: bytes | Reply) -> None:
    site.publish(1)
    show(site, 1, ONE, TWO)
    site.pages |= {ONE: reply, TWO: GIF}
    report = crawled(config)
    assert (report.ok, report.counts) == (True, {"new": 1})
    assert f"]({ONE})" in body(config)
    assert TWO not in body(config)
    assert stored(config) == [GIF]


def test_private_addresses_are_asked_for_no_picture(site: Site, config: Settings) -> None:
    site.publish(1)
    inside = "http://10.0.0.1/1.png"
    show(site, 1, inside)
    site.pages[inside] = PNG
    crawled(config)
    assert inside not in site.asked
    assert f"]({inside})" in body(config)


def test_what_robots_txt_forbids_stays_where_it_is(site: Site, config: Settings) -> None:
    site.publish(1)
    show(site, 1, ONE)
    site.pages |= {ONE: PNG, f"{HOST}/robots.txt": b"User-agent: *\nDisallow: /img/\n"}
    crawled(config)
    assert ONE not in site.asked
    assert f"]({ONE})" in body(config)


@pytest.mark.parametrize(
    ("line", "referer"),
    [
        ("", f"{HOST}/article/1"),
        ('image_referer = "none"', None),
        ('image_referer = "https://www.news.example/"', "https://www.news.example/"),
    ],
)
def test_a_picture_is_asked_for_from_the_page_its_server_wants(
    site: Site, config: Settings, line: str, referer: str | None
) -> None:
    site.publish(1)
    show(site, 1, ONE)
    site.pages[ONE] = PNG
    crawled(config, source=recipe(line))
    assert site.referers[ONE] == referer


def test_a_recipe_goes_before_the_setting(site: Site, config: Settings) -> None:
    site.publish(1)
    show(site, 1, ONE)
    site.pages[ONE] = PNG
    crawled(config, source=recipe("assets = false"))
    assert (ONE in site.asked, stored(config)) == (False, [])


def test_a_recipe_alone_is_enough(site: Site, config: Settings) -> None:
    site.publish(1)
    show(site, 1, ONE)
    site.pages[ONE] = PNG
    crawled(replace(config, assets=False), source=recipe("assets = true"))
    assert stored(config) == [PNG]


def test_pictures_are_off_by_default(site: Site, tmp_path: Path) -> None:
    config = settings(tmp_path)
    site.publish(1)
    show(site, 1, ONE)
    site.pages[ONE] = PNG
    crawled(config)
    assert (ONE in site.asked, stored(config)) == (False, [])


def test_fifty_pictures_of_an_article_are_kept(site: Site, config: Settings) -> None:
    site.publish(1)
    urls = [f"{HOST}/img/{number}.png" for number in range(60)]
    show(site, 1, *urls)
    site.pages |= {url: PNG + url.encode() for url in urls}
    crawled(config)
    assert len(stored(config)) == 50
    assert f"]({urls[-1]})" in body(config)


def test_the_archive_is_whole_without_its_database(site: Site, config: Settings) -> None:
    site.publish(1)
    show(site, 1, ONE)
    site.pages[ONE] = PNG
    crawled(config)
    for file in config.archive.glob("catalog.sqlite3*"):
        file.unlink()
    report = Archive.rebuild(config.archive)
    assert (report.ok, report.articles, report.edited) == (True, 1, 0)


def test_a_referer_that_is_no_page_is_told_of() -> None:
    with pytest.raises(RecipeError, match="image_referer"):
        recipe('image_referer = "mine"')
