"""A crawl in this process and by hand: proxies, trust, being told to stop, `scrapy …` in the checkout."""

import asyncio
import json
import os
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from archive import Archive
from cli.player import Page, Player
from crawler import crawl as crawl_module
from crawler.config import Settings
from crawler.crawl import Job, crawl
from crawler.politeness.trust import name_authorities
from crawler.report import CrawlReport
from crawler.settings import overrides, user_agent
from crawler.source import source_for
from tests.builders import files
from tests.forked import run_python
from tests.site import (
    FEED,
    HOST,
    RECIPE,
    Reply,
    Site,
    article_page,
    crawled,
    in_loop,
    settings,
    tech,
    text_of,
)

ROOT = Path(__file__).parent.parent


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return settings(tmp_path)


def fetched(config: Settings, url: str) -> CrawlReport:
    """A crawl of one URL without a recipe."""
    return crawled(config, url, source=source_for(url, {}))


# --- proxies ---


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY"])
def test_a_proxy_on_loopback_is_used(name: str, config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with Site() as site:
        monkeypatch.setenv(name, site.address)
        site.publish(1)
        assert crawled(config).counts == {"new": 1}
        assert site.robots == [f"{HOST}/robots.txt"]


def test_what_no_proxy_names_is_asked_for_directly(config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with Site() as proxy, Site() as inner:
        monkeypatch.setenv("http_proxy", proxy.address)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        url = f"{inner.address}/a-post"
        inner.pages[url] = article_page(1)
        allowed = settings(config.archive.parent, allow_networks=("127.0.0.0/8",))
        assert fetched(allowed, url).ok
        assert inner.asked == [url]
        assert proxy.asked == []


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY"])
def test_https_goes_through_the_proxys_tunnel(
    name: str, config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "https://blog.example.org/a-post"
    with Player({url: Page(article_page(1), headers={"Content-Type": "text/html; charset=utf-8"})}) as player:
        monkeypatch.setenv(name, player.proxy_url)
        monkeypatch.setenv("SSL_CERT_FILE", str(player.ca_file))
        report = fetched(config, url)
        assert report.ok, report
        assert ("GET", "https://blog.example.org/robots.txt") in player.requests


# --- trust ---


def test_an_authority_nobody_named_is_not_trusted(config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://blog.example.org/a-post"
    with Player({url: Page(article_page(1))}) as player:
        monkeypatch.setenv("https_proxy", player.proxy_url)
        report = fetched(config, url)
    assert report.states == {url: "failed"}
    assert "certificate" in report.reasons[url]
    assert ("GET", url) not in player.requests


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


@pytest.mark.parametrize(("named", "state"), [("127.0.0.1", "new"), ("other.example", "failed")])
def test_the_certificate_has_to_name_the_host(
    named: str, state: str, authority: trustme.CA, tmp_path: Path
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(named).configure_cert(context)
    with Site(tls=context) as site:
        url = f"{site.address}/a-post"
        site.pages[url] = article_page(1)
        report = fetched(settings(tmp_path, allow_networks=("127.0.0.0/8",)), url)
    assert report.states == {url: state}, report.reasons
    assert bool(site.asked) is (state == "new")


def test_on_macos_the_systems_authorities_are_named(tmp_path: Path) -> None:
    bundle = tmp_path / "cert.pem"
    environ: dict[str, str] = {}
    name_authorities(environ, "darwin", bundle)
    assert environ == {}
    bundle.touch()
    name_authorities(environ, "linux", bundle)
    assert environ == {}
    name_authorities(environ, "darwin", bundle)
    assert environ == {"SSL_CERT_FILE": str(bundle)}
    chosen = {"SSL_CERT_FILE": "/mine.pem"}
    name_authorities(chosen, "darwin", bundle)
    assert chosen == {"SSL_CERT_FILE": "/mine.pem"}


# --- settings ---


def test_the_user_agent_names_the_contact_if_there_is_one() -> None:
    assert user_agent("me@example.org").startswith("Broadsheet/")
    assert user_agent("me@example.org").endswith(" (+me@example.org)")
    assert " " not in user_agent(None)


def test_the_users_settings_become_scrapys(tmp_path: Path) -> None:
    made = overrides(settings(tmp_path, delay=2.5, allow_networks=("10.0.0.0/8",)), "zh-CN")
    assert made["DOWNLOAD_DELAY"] == 2.5
    assert made["ALLOW_NETWORKS"] == ("10.0.0.0/8",)
    assert made["DEFAULT_REQUEST_HEADERS"]["Accept-Language"] == "zh-CN,en;q=0.5"


# --- being told to stop ---


def test_a_crawl_that_is_told_to_stop_loses_nothing(
    config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page under way never answers: after the deadline the run is closed without it."""
    monkeypatch.setattr(crawl_module, "GRACE_SECONDS", 0.5)
    held = threading.Event()
    with Site() as site:
        monkeypatch.setenv("http_proxy", site.address)
        site.publish(1, 2, 3)
        site.put(2, Reply(article_page(2), held=held))

        async def stopped() -> float:
            task = asyncio.ensure_future(crawl(Job(tech()), config))
            while f"{HOST}/article/2.html?f=rss" not in site.asked:
                await asyncio.sleep(0.02)
            begun = time.monotonic()
            task.cancel()
            await asyncio.wait({task})
            assert task.cancelled()
            return time.monotonic() - begun

        assert in_loop(stopped()) < 5
        with Archive.read(config.archive) as archive:
            (run,) = archive.runs.recent()
            assert run.state == "failed"
            assert run.report["problem"] == "stopped (shutdown)"
            assert archive.counts()["tech"]["discovered"] >= 1
        held.set()
        site.publish(1, 2, 3)
        crawled(config)
    assert len(files(config.archive)) == 3


# --- by hand ---


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[tuple[Site, dict[str, str]]]:
    """A site, and the environment of a person who crawls it from the checkout."""
    recipes = tmp_path / "recipes"
    recipes.mkdir()
    (recipes / "tech.toml").write_text(RECIPE, encoding="utf-8")
    with Site() as site:
        yield (
            site,
            {
                **os.environ,
                "http_proxy": site.address,
                "BROADSHEET_SOURCES": str(recipes),
                "BROADSHEET_ARCHIVE": str(tmp_path / "archive"),
                "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
                "SCRAPY_SETTINGS_MODULE": "crawler.settings",
            },
        )


def scrapy(environ: dict[str, str], tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "broadsheet.toml").write_text("delay = 0\n")
    return run_python("-W", "error", "-m", "scrapy", *arguments, cwd=tmp_path, env=environ, text=True)


def test_scrapy_list_names_the_sources_and_nothing_else(
    checkout: tuple[Site, dict[str, str]], tmp_path: Path
) -> None:
    listed = scrapy(checkout[1], tmp_path, "list")
    assert listed.returncode == 0, listed.stderr
    assert "tech" in listed.stdout.split()
    assert "page" not in listed.stdout.split()


def test_scrapy_crawl_fills_the_archive_and_reports(
    checkout: tuple[Site, dict[str, str]], tmp_path: Path
) -> None:
    site, environ = checkout
    site.publish(1, 2)
    ran = scrapy(environ, tmp_path, "crawl", "tech", "-a", "limit=1")
    assert ran.returncode == 0, ran.stderr
    (line,) = [line for line in ran.stderr.splitlines() if "[tech] INFO: report {" in line]
    report = json.loads(line.partition("report ")[2])
    assert report["counts"] == {"new": 1}
    assert "Warning" not in ran.stderr
    with Archive.read(tmp_path / "archive") as archive:
        assert [row.url for row in archive.articles()] == [f"{HOST}/article/1"]
        assert [run.state for run in archive.runs.latest()] == ["ok"]


def test_scrapy_crawl_page_takes_any_article(checkout: tuple[Site, dict[str, str]], tmp_path: Path) -> None:
    site, environ = checkout
    site.publish(7)
    ran = scrapy(environ, tmp_path, "crawl", "page", "-a", f"url={HOST}/article/7.html")
    assert ran.returncode == 0, ran.stderr
    (path,) = files(tmp_path / "archive")
    assert path == "tech/2026/2026-11-20-7.md"
    assert site.asked == [f"{HOST}/article/7.html"]
    assert text_of(7) in files(tmp_path / "archive")[path]
    assert FEED not in site.asked


def test_a_source_nobody_knows_is_named(checkout: tuple[Site, dict[str, str]], tmp_path: Path) -> None:
    ran = scrapy(checkout[1], tmp_path, "crawl", "nosuch")
    assert ran.returncode == 2
    assert "no source is named nosuch; there are " in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_wrong_setting_is_named(checkout: tuple[Site, dict[str, str]], tmp_path: Path) -> None:
    ran = scrapy(checkout[1] | {"BROADSHEET_INTERVAL": "soon"}, tmp_path, "crawl", "tech")
    assert ran.returncode == 2
    assert "BROADSHEET_INTERVAL" in ran.stderr
    assert "Traceback" not in ran.stderr
