"""What a crawl keeps of each page as it was received: which replies, in what form, and how an article finds its own."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from archive import Archive, Stored
from archive.database import readable
from archive.tables import articles
from crawler.config import Settings
from tests.site import DELETED, FEED, HOST, WAF, Reply, Site, article_page, crawled, feed, settings


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with Site() as played:
        monkeypatch.setenv("http_proxy", played.address)
        yield played


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return settings(tmp_path)


def url(number: int) -> str:
    return f"{HOST}/article/{number}.html?f=rss"


def kept(config: Settings) -> list[Stored]:
    with Archive.read(config.archive) as archive:
        return list(archive.snapshots.each())


def records(config: Settings) -> list[Any]:
    found = []
    for file in sorted(config.archive.glob("snapshots/*/*.warc.gz")):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream):
                url = record.rec_headers.get_header("WARC-Target-URI")
                body = record.raw_stream.read()
                found.append(
                    SimpleNamespace(kind=record.rec_type, url=url, http=record.http_headers, body=body)
                )
    return found


def snapshot_of(config: Settings, number: int) -> str | None:
    """What the catalog says of article `number`."""
    engine = readable(config.archive, None)
    with engine.connect() as connection:
        query = sa.select(articles.c.snapshot).where(articles.c.url == f"{HOST}/article/{number}")
        found: str | None = connection.scalar(query)
    engine.dispose()
    return found


def test_an_article_names_its_page_as_it_was_received(site: Site, config: Settings) -> None:
    site.publish(1)
    packed = gzip.compress(article_page(1))
    site.put(
        1, Reply(packed, headers={"Content-Encoding": "gzip", "Content-Type": "text/html", "X-Seen": "yes"})
    )
    crawled(config)
    with Archive.read(config.archive) as archive:
        stored = archive.snapshots.get(snapshot_of(config, 1) or "")
    assert stored is not None
    assert stored.body == article_page(1)
    assert ("X-Seen", "yes") in stored.headers
    (response,) = [record for record in records(config) if record.kind == "response"]
    assert response.body == packed
    assert response.http.get_header("Content-Encoding") == "gzip"


def test_only_pages_of_articles_are_kept(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    crawled(config)
    assert [stored.url for stored in kept(config)] == [url(1), url(2)]
    assert FEED in site.asked


def test_the_request_is_kept_as_it_was_sent(site: Site, config: Settings) -> None:
    site.publish(1)
    crawled(config)
    (request,) = [record for record in records(config) if record.kind == "request"]
    assert request.http.protocol == "GET"
    assert request.http.statusline == "/article/1.html?f=rss HTTP/1.1"
    assert request.http.get_header("Host") == "news.example"
    assert request.http.get_header("User-Agent").startswith("Broadsheet/")
    assert "gzip" in request.http.get_header("Accept-Encoding")


def test_each_hop_of_a_redirect_is_a_record(site: Site, config: Settings) -> None:
    site.publish(1)
    site.put(1, Reply(status=301, headers={"Location": "/article/1"}))
    site.pages[f"{HOST}/article/1"] = article_page(1)
    crawled(config)
    assert [(stored.url, stored.status) for stored in kept(config)] == [
        (url(1), 301),
        (f"{HOST}/article/1", 200),
    ]
    with Archive.read(config.archive) as archive:
        assert archive.snapshots.of(f"{HOST}/article/1")[0] == snapshot_of(config, 1)


def test_what_came_is_found_by_the_articles_url(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    site.put(2, WAF)
    crawled(config)
    with Archive.read(config.archive) as archive:
        assert archive.snapshots.of(f"{HOST}/article/1") == [snapshot_of(config, 1)]
        assert len(archive.snapshots.of(f"{HOST}/article/2")) == 1
        assert archive.snapshots.of(url(1)) == [snapshot_of(config, 1)]


def test_an_articles_further_pages_are_kept(site: Site, config: Settings) -> None:
    site.publish(1)
    site.put(1, article_page(1, more="<a class='next' href='/article/1/2.html'>2</a>"))
    site.pages[f"{HOST}/article/1/2.html"] = article_page(1, text="第二页的正文。" * 30)
    crawled(config)
    first, second = kept(config)
    assert [first.url, second.url] == [url(1), f"{HOST}/article/1/2.html"]
    assert snapshot_of(config, 1) == first.record_id


def test_a_refused_page_is_kept_once_a_day(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    site.put(1, WAF)
    site.put(2, Reply(DELETED, status=404))
    crawled(config)
    site.put(1, WAF + b"<!-- another -->")
    crawled(config)
    assert [(stored.url, stored.status) for stored in kept(config)] == [(url(1), 200), (url(2), 404)]


def test_a_page_that_is_read_later_that_day_is_kept_too(site: Site, config: Settings) -> None:
    site.publish(1)
    site.put(1, WAF)
    crawled(config)
    site.put(1, article_page(1))
    crawled(config)
    assert [stored.body for stored in kept(config)] == [WAF, article_page(1)]
    assert snapshot_of(config, 1) == kept(config)[1].record_id


def test_text_from_the_feed_names_no_page(site: Site, config: Settings) -> None:
    site.pages[FEED] = feed([1], html=True)
    site.put(1, WAF)
    crawled(config)
    assert snapshot_of(config, 1) is None
    assert [stored.body for stored in kept(config)] == [WAF]


def test_a_setting_turns_it_off(site: Site, config: Settings) -> None:
    site.publish(1)
    crawled(replace(config, snapshots=False))
    assert not (config.archive / "snapshots").exists()
    assert snapshot_of(config, 1) is None


def test_warcio_finds_nothing_wrong_with_a_crawl(site: Site, config: Settings) -> None:
    site.publish(1, 2, 3)
    site.put(2, WAF)
    crawled(config)
    files = [str(file) for file in config.archive.glob("snapshots/*/*.warc.gz")]
    assert len(files) == 1
    assert Checker(SimpleNamespace(inputs=files, verbose=False)).process_all() == 0


def test_a_forgotten_article_met_at_another_url_leaves_nothing(site: Site, config: Settings) -> None:
    site.publish(1)
    site.put(7, Reply(b"", 301, {"Location": url(1)}))
    crawled(config, f"{HOST}/article/1")
    with Archive.open(config.archive) as archive:
        archive.forget(f"{HOST}/article/1", datetime.now(UTC))
    assert set(crawled(config, f"{HOST}/article/7").states.values()) == {"removed"}
    assert kept(config) == []
