"""A session: pages asked for one by one under the rules of a crawl, and kept nowhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.config import Settings
from crawler.fetch import Session, fetch, session
from crawler.reading import Fetched, Refusal
from tests.site import HOST, Reply, Site, article_page, in_loop, settings, tech

ROBOTS = f"{HOST}/robots.txt"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with Site({f"{HOST}/a": article_page(1), f"{HOST}/b": article_page(2)}) as playing:
        monkeypatch.setenv("http_proxy", playing.address)
        yield playing


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return settings(tmp_path)


def got(config: Settings, *urls: str, sitemap: bool = False) -> tuple[list[Fetched | Refusal], Session]:
    async def ask() -> tuple[list[Fetched | Refusal], Session]:
        async with session(config) as asking:
            return [await asking.get(url, is_sitemap=sitemap) for url in urls], asking

    found: tuple[list[Fetched | Refusal], Session] = in_loop(ask())
    return found


def test_several_pages_are_asked_for_and_robots_txt_once(site: Site, config: Settings) -> None:
    replies, asking = got(config, f"{HOST}/a", f"{HOST}/b", f"{HOST}/c")
    assert [reply.status for reply in replies if isinstance(reply, Fetched)] == [200, 200, 404]
    assert (len(site.robots), asking.asked) == (1, 3)
    assert site.agents == {"Broadsheet/0.1.0 (+test@news.example)"}


def test_what_robots_txt_said_is_known(site: Site, config: Settings) -> None:
    site.pages[ROBOTS] = b"User-agent: *\nDisallow: /b\nSitemap: http://news.example/s.xml\n"
    replies, asking = got(config, f"{HOST}/a", f"{HOST}/b")
    assert isinstance(replies[1], Refusal)
    assert (replies[1].state, replies[1].reason) == ("excluded", "robots.txt")
    assert site.asked == [f"{HOST}/a"]
    assert asking.robots(f"{HOST}/x") == (200, site.pages[ROBOTS])
    assert asking.robots("http://other.example/") is None


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("http://127.0.0.1:1/", "excluded"),
        ("ftp://news.example/", "excluded"),
        ("file:///etc/hostname", "excluded"),
        ("no address", "failed"),
    ],
)
def test_what_may_not_be_asked_for_is_a_refusal_and_the_session_goes_on(
    site: Site, config: Settings, url: str, state: str
) -> None:
    (refused, page), _ = got(config, url, f"{HOST}/a")
    assert isinstance(refused, Refusal)
    assert refused.state == state
    assert isinstance(page, Fetched)
    assert site.asked == [f"{HOST}/a"]


def test_a_host_that_hangs_up_is_a_refusal(site: Site, config: Settings) -> None:
    site.pages[f"{HOST}/a"] = Reply(drop=True)
    (refused,), _ = got(config, f"{HOST}/a")
    assert isinstance(refused, Refusal)
    assert refused.state == "failed"


def test_a_redirect_tells_where_it_led(site: Site, config: Settings) -> None:
    site.pages[f"{HOST}/a"] = Reply(status=301, headers={"Location": "/b"})
    (page,), _ = got(config, f"{HOST}/a")
    assert isinstance(page, Fetched)
    assert (page.url, page.requested) == (f"{HOST}/b", f"{HOST}/a")


def test_one_page_is_a_session_of_one(site: Site, config: Settings) -> None:
    page = in_loop(fetch(f"{HOST}/a", config, tech()))
    assert isinstance(page, Fetched)
    assert page.body == article_page(1)
    assert not config.archive.exists()


def test_an_error_inside_ends_the_session(site: Site, config: Settings) -> None:
    async def ask() -> None:
        async with session(config) as asking:
            await asking.get(f"{HOST}/a")
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        in_loop(ask())
    assert isinstance(in_loop(fetch(f"{HOST}/b", config, tech())), Fetched)
