"""Sitemaps, their indexes, packed and bare → Links and further sitemaps."""

import gzip
import os
import random
import subprocess
import sys
import time
import tracemalloc
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.discovery.link import Ask, DiscoveryError, Finding, Link
from crawler.source import Source
from tests.finding import HOST, HTML, NOW, finding, rss, step_of, urls
from tests.finding import link as linked
from tests.site import WAF, tech

MAP = f"{HOST}/sitemap.xml"
SPACE = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
NEWS = "xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'"
ROOT = Path(__file__).parents[1]


def page(number: int, lastmod: str = "", more: str = "") -> str:
    dated = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<url><loc>{HOST}/article/{number}</loc>{dated}{more}</url>"


def urlset(*pages: str, spaces: str = SPACE) -> str:
    return f"<?xml version='1.0' encoding='UTF-8'?><urlset {spaces}>{''.join(pages)}</urlset>"


def index(*parts: tuple[str, str]) -> str:
    inner = "".join(
        f"<sitemap><loc>{url}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}</sitemap>"
        for url, lastmod in parts
    )
    return f"<sitemapindex {SPACE}>{inner}</sitemapindex>"


def mapped(
    body: bytes | str, ask: Ask | None = None, source: Source | None = None, **changes: object
) -> Finding:
    step = step_of(kind="sitemap", url=MAP, **changes)
    return finding(body, step, ask=ask, source=source, content_type="text/xml")


def pages(body: bytes | str, **changes: object) -> tuple[Link, ...]:
    return mapped(body, **changes).links


# --- one sitemap ---


def test_the_latest_page_comes_first_and_undated_ones_last() -> None:
    body = urlset(
        page(1), page(2, "2026-11-01"), page(3, "2026-11-20T08:00:00+08:00"), page(4, "2026-11-20T01:00:00Z")
    )
    assert urls(pages(body)) == ["/article/4", "/article/3", "/article/2", "/article/1"]


def test_a_day_without_a_zone_is_the_sources() -> None:
    (one,) = pages(urlset(page(1, "2026-11-20")))
    assert one.published_at is not None
    assert one.published_at.isoformat() == "2026-11-20T00:00:00+08:00"


def test_what_a_news_sitemap_says_is_used() -> None:
    news = "<news:news><news:publication_date>2026-11-20T10:00:00+08:00</news:publication_date><news:title>一 &amp; 二</news:title></news:news>"
    (one,) = pages(urlset(page(1, "2026-11-22", news), spaces=f"{SPACE} {NEWS}"))
    assert (one.title, one.published_at) == ("一 & 二", datetime(2026, 11, 20, 2, tzinfo=UTC))


def test_images_and_films_are_not_taken_for_the_page() -> None:
    more = (
        "<i:image><i:loc>http://news.example/article/8</i:loc><i:title>图</i:title></i:image>"
        "<v:video><v:title>片</v:title><v:publication_date>2020-01-01</v:publication_date></v:video>"
    )
    (one,) = pages(urlset(page(1, "2026-11-20", more), spaces=f"{SPACE} xmlns:i='i' xmlns:v='v'"))
    assert (one.url, one.title) == (f"{HOST}/article/1", None)
    assert one.published_at is not None
    assert one.published_at.year == 2026


def test_entries_older_than_the_recipe_wants_are_left_out() -> None:
    body = urlset(page(1, "2026-11-23"), page(2, "2026-11-01"), page(3))
    assert urls(pages(body, within="7d")) == ["/article/1", "/article/3"]


def test_a_sitemap_of_old_pages_only_is_an_answer() -> None:
    assert pages(urlset(page(1, "2020-01-01")), within="7d") == ()


@pytest.mark.parametrize(
    "body",
    [
        "\ufeff\n\n" + urlset(page(1)),
        "<b>Notice</b>: x\n" + urlset(page(1)),
        urlset(page(1), spaces=""),
        urlset(page(1), spaces="xmlns='http://www.google.com/schemas/sitemap/0.84'"),
        f"<urlset><url><loc><![CDATA[ {HOST}/article/1 ]]></loc></url></urlset>",
        f"<urlset><url><loc>{HOST}/article/1</loc></url><url><loc>{HOST}/arti",
        f"<urlset><url><loc>/article/9</loc><x>&#xD83D;&#55357;</x><loc>{HOST}/article/1</loc></url></urlset>",
        "<urlset><url><loc>/article/1</loc><lastmod>&nbsp;soon</lastmod></url></urlset>\x00\x01<junk",
    ],
)
def test_a_sitemap_that_is_broken_as_sitemaps_are_is_read(body: str) -> None:
    assert urls(pages(body)) == ["/article/1"]


@pytest.mark.parametrize("written", ["a=1&amp;b=2", "a=1&b=2", "a=1&amp;amp;b=2"])
def test_an_ampersand_of_an_address_stays_however_it_is_written(written: str) -> None:
    # Beyond a chunk's end, too.
    body = urlset(*(f"<url><loc>{HOST}/article/{n}?{written}</loc></url>" for n in range(1, 3000)))
    assert {url.partition("?")[2] for url in urls(pages(body))} == {"a=1&b=2"}


@pytest.mark.parametrize("codec", ["utf-16", "gbk"])
def test_a_sitemap_in_another_encoding(codec: str) -> None:
    body = f"<?xml version='1.0' encoding='{codec}'?><urlset><url><loc>{HOST}/article/1?q=电&amp;b=2</loc></url></urlset>"
    assert urls(pages(body.encode(codec))) == ["/article/1?q=电&b=2"]


def test_a_text_of_addresses_is_a_sitemap() -> None:
    body = f"\ufeff{HOST}/article/1\r\n\n  {HOST}/article/2 \n{HOST}/channel/3\n{HOST}/article/4"
    assert urls(pages(body)) == ["/article/1", "/article/2", "/article/4"]


def test_a_feed_may_stand_for_a_sitemap() -> None:
    assert urls(pages(rss(linked(1)))) == ["/article/1"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (WAF, "not a sitemap but the page “Access Verification”"),
        (gzip.compress(WAF, mtime=0), "not a sitemap but the page “Access Verification”"),
        (b'{"a": 1}', "not a sitemap but 8 bytes of text/xml"),
        (b"", "not a sitemap but an empty reply"),
        (gzip.compress(b"", mtime=0), "not a sitemap but an empty reply"),
        (b"\x1f\x8bnonsense", "not a sitemap but an empty reply"),
        (urlset().encode(), "it has no items"),
        (
            urlset("<url><loc>http://other.example/1</loc></url>").encode(),
            "none of its 1 items is an article of tech",
        ),
    ],
)
def test_what_comes_instead_of_a_sitemap_is_said(body: bytes, words: str) -> None:
    with pytest.raises(DiscoveryError, match=words):
        pages(body)


# --- packed ---


def test_a_packed_sitemap_is_known_by_its_bytes() -> None:
    assert urls(pages(gzip.compress(urlset(page(1)).encode()))) == ["/article/1"]


def test_a_packed_text_of_addresses_is_read() -> None:
    assert urls(pages(gzip.compress(f"{HOST}/article/1\n".encode()))) == ["/article/1"]


def test_a_sitemap_packed_in_parts_is_read_whole() -> None:
    body = urlset(page(1), page(2)).encode()
    packed = b"".join(gzip.compress(body[start : start + 50]) for start in range(0, len(body), 50))
    assert urls(pages(packed + b"\0\0\0")) == ["/article/1", "/article/2"]


def test_a_torn_packed_sitemap_gives_what_came() -> None:
    chance = random.Random(4)
    body = urlset(*(page(number, more=f"<x>{chance.random()}</x>") for number in range(1, 2001)))
    packed = gzip.compress(body.encode())
    got = urls(pages(packed[: len(packed) // 2]))
    assert 500 < len(got) < 1500
    assert got == [f"/article/{number}" for number in range(1, len(got) + 1)]


def test_a_broken_packed_sitemap_gives_what_came() -> None:
    packed = bytearray(gzip.compress(urlset(*map(page, range(1, 5000))).encode(), 1))
    packed[len(packed) // 2 :] = os.urandom(100)
    assert urls(pages(bytes(packed)))[0] == "/article/1"


# --- bounds ---


def test_at_most_fifty_thousand_pages_are_taken() -> None:
    assert len(pages(urlset(*map(page, range(1, 51_000))))) == 50_000


def test_a_gzip_bomb_is_cut_off() -> None:
    begin = time.monotonic()
    head, squeeze = urlset(page(1)).encode().removesuffix(b"</urlset>"), zlib.compressobj(wbits=31)
    bomb = squeeze.compress(head) + b"".join(squeeze.compress(b" " * 1_000_000) for _ in range(250))
    tracemalloc.start()
    try:
        assert urls(pages(bomb + squeeze.flush())) == ["/article/1"]
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert time.monotonic() - begin < 20


def test_endless_empty_parts_of_a_gzip_are_not_all_opened() -> None:
    begin = time.monotonic()
    with pytest.raises(DiscoveryError):
        pages(gzip.compress(b"") * 400_000)
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize("inner", ["<x/>", "<x>", "<loc>a</loc>", "&e;"])
def test_an_entry_without_end_does_not_fill_the_memory(inner: str) -> None:
    begin = time.monotonic()
    body = urlset(page(1), "<url>" + inner * 100_000).encode()
    tracemalloc.start()
    try:
        assert urls(pages(body)) == ["/article/1"]
        assert tracemalloc.get_traced_memory()[1] < len(body) + 5_000_000
    finally:
        tracemalloc.stop()
    assert time.monotonic() - begin < 20


def test_entities_that_multiply_stay_small() -> None:
    bomb = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    body = f"<!DOCTYPE u [<!ENTITY e0 'ha'>{bomb}]>" + urlset(page(1), page(2, "&e11;")).partition("?>")[2]
    assert urls(pages(body))[0] == "/article/1"


def test_an_entity_of_a_sitemap_reads_no_file() -> None:
    body = f"<!DOCTYPE u [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><urlset>{page(1)}<url><loc>{HOST}/article/2?&x;</loc></url></urlset>"
    assert urls(pages(body)) == ["/article/1", "/article/2"]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="a process's peak is told by Linux")
def test_fifty_megabytes_of_sitemap_add_less_than_thirty_to_the_process() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "bench/sitemap.py"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    first, second = done.stdout.splitlines()
    assert first.endswith("50,000 links")
    assert float(second.split()[1]) < 30


# --- an index ---


def asks(found: Finding) -> list[str]:
    return [part.url.removeprefix(HOST) for part in found.parts]


def test_an_index_names_its_sitemaps_the_latest_first() -> None:
    got = mapped(
        index((f"{HOST}/1.xml", "2026-11-01"), (f"{HOST}/2.xml", "2026-11-20T08:00:00+08:00"), ("/3.xml", ""))
    )
    assert got.parts == (
        Ask(f"{HOST}/2.xml", lastmod="2026-11-20T08:00:00+08:00", is_part=True),
        Ask(f"{HOST}/1.xml", lastmod="2026-11-01", is_part=True),
        Ask(f"{HOST}/3.xml", is_part=True),
    )
    assert got.links == ()


def test_a_packed_index_is_read() -> None:
    assert asks(mapped(gzip.compress(index((f"{HOST}/1.xml.gz", "")).encode()))) == ["/1.xml.gz"]


def test_sitemaps_without_a_date_go_by_their_names() -> None:
    named = [
        "a-2024.xml",
        "a-2026-09.xml",
        "a-2026-11-02.xml",
        "a-2025/12.xml",
        "authors.xml",
        "a-20261120.xml",
    ]
    got = mapped(index(*((f"{HOST}/{name}", "") for name in named)))
    assert asks(got) == [
        "/a-20261120.xml",
        "/a-2026-11-02.xml",
        "/a-2026-09.xml",
        "/a-2025/12.xml",
        "/a-2024.xml",
        "/authors.xml",
    ]


def test_sitemaps_of_other_sites_are_not_asked_for() -> None:
    parts = (
        "http://other.example/1.xml",
        "ftp://news.example/1.xml",
        f"{HOST}/2.xml",
        "http://www.news.example/3.xml",
    )
    assert asks(mapped(index(*((part, "") for part in parts)))) == ["/2.xml", "http://www.news.example/3.xml"]


def test_sitemaps_on_any_host_of_the_sites_domain_are_asked_for() -> None:
    source = Source.model_validate(
        tech().model_dump() | {"home": "https://www.tech.co.uk/", "hosts": ("www.tech.co.uk",)}
    )
    parts = ("https://static.tech.co.uk/1.xml", "https://other.co.uk/2.xml")
    assert [part.url for part in mapped(index(*((part, "") for part in parts)), source=source).parts] == [
        parts[0]
    ]


def test_sitemaps_unchanged_for_longer_than_the_recipe_wants_are_left_out() -> None:
    parts = [(f"{HOST}/1.xml", "2026-11-23"), (f"{HOST}/2.xml", "2026-01-01"), (f"{HOST}/3.xml", "")]
    assert asks(mapped(index(*parts), within="7d")) == ["/1.xml", "/3.xml"]
    assert asks(mapped(index(*parts[1:2]), within="7d")) == []


def test_at_most_two_hundred_sitemaps_are_asked_for() -> None:
    parts = [(f"{HOST}/{number}.xml", f"2026-{1 + number % 11:02}-01") for number in range(1000)]
    got = mapped(index(*parts)).parts
    assert len(got) == 200
    assert {part.lastmod for part in got} == {"2026-11-01", "2026-10-01", "2026-09-01"}


def test_each_sitemap_is_named_once_and_none_without_an_address() -> None:
    body = index((f"{HOST}/1.xml", ""), (f" {HOST}/1.xml ", "2026-11-01"), ("", "2026-11-01"))
    assert asks(mapped(body)) == ["/1.xml"]


def test_an_index_of_other_sites_is_an_error() -> None:
    with pytest.raises(DiscoveryError, match="an index that names no sitemap of tech"):
        mapped(index(("http://other.example/1.xml", "")))


def test_an_index_within_an_index_is_an_error() -> None:
    with pytest.raises(DiscoveryError, match="an index of sitemaps within another"):
        mapped(index((MAP, "")), ask=Ask(f"{HOST}/1.xml", is_part=True))


def test_a_sitemap_of_an_index_is_read_as_any_other() -> None:
    assert urls(mapped(urlset(page(1)), ask=Ask(f"{HOST}/1.xml", is_part=True)).links) == ["/article/1"]


def test_a_page_in_place_of_a_sitemap_is_named() -> None:
    with pytest.raises(DiscoveryError, match="not a sitemap"):
        finding(WAF, step_of(kind="sitemap", url=MAP), content_type=HTML)


def test_a_stated_moment_never_depends_on_todays_clock() -> None:
    (one,) = pages(urlset(page(1, "11-20")))
    assert one.published_at is not None
    assert one.published_at.year == NOW.year
