"""Replies that are made to do harm: each is bounded and recorded with its reason, and the crawl goes on."""

import gzip
import resource
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from scrapy.http import Request, Response, XmlResponse
from scrapy.settings import Settings as ScrapySettings
from scrapy.utils.test import get_crawler

from archive import Archive
from crawler.config import Settings
from crawler.middlewares.bounds import BadReplyError
from crawler.middlewares.compression import BoundedCompression
from crawler.report import CrawlReport
from crawler.source import Source, parse_source
from tests.hostile import Hostile, Script, forever, head, reply
from tests.site import FEED, HOST, LIST, RECIPE, article_page, crawled, feed, listing, settings, text_of

MEGABYTE = 2**20
BOMB = f"{HOST}/article/2.html?f=rss"
EMPTY_MEMBER = gzip.compress(b"")


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hostile]:
    """A site of three articles; the tests put a bomb in place of the second."""
    with Hostile() as played:
        monkeypatch.setenv("http_proxy", played.address)
        monkeypatch.setenv("https_proxy", played.address)
        monkeypatch.setattr("crawler.settings.DOWNLOAD_TIMEOUT", 10)
        played.scripts[FEED] = reply(feed([1, 2, 3]), kind="application/rss+xml")
        for number in (1, 2, 3):
            played.scripts[f"{HOST}/article/{number}.html?f=rss"] = reply(article_page(number))
        yield played


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return settings(tmp_path)


@pytest.fixture
def hurry(site: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    """One second for a download."""
    monkeypatch.setattr("crawler.settings.DOWNLOAD_TIMEOUT", 1)


def met(site: Hostile, config: Settings, bomb: Script) -> str:
    """Why the second article failed; the others are in the archive, and the states add up."""
    site.scripts[BOMB] = bomb
    report = crawled(config)
    url = f"{HOST}/article/2"
    assert report.counts == {"new": 2, "failed": 1}, (report.counts, report.reasons)
    assert report.states[url] == "failed"
    with Archive.read(config.archive) as archive:
        assert archive.counts()["tech"] == {"archived": 2, "failed": 1}
    return report.reasons[url]


def packed(body: bytes, how: str) -> Script:
    return reply(body, f"Content-Encoding: {how}")


# --- packed replies ---


def zeros(megabytes: int, how: str) -> bytes:
    """So many megabytes of nothing, packed a thousand times smaller."""
    if how == "br":
        return bytes(brotli.compress(b"\0" * (megabytes * MEGABYTE), quality=3))
    if how == "zstd":
        # A frame of one block that says "this byte, again" for each 128 KiB, by hand: the packers differ by Python.
        block = (131072 << 3 | 1 << 1).to_bytes(3, "little") + b"\0"
        last = (131072 << 3 | 1 << 1 | 1).to_bytes(3, "little") + b"\0"
        return b"\x28\xb5\x2f\xfd\x00\x58" + block * (megabytes * 8 - 1) + last
    packer = zlib.compressobj(9, wbits={"gzip": 31, "deflate": 15}[how])
    return b"".join(packer.compress(b"\0" * MEGABYTE) for _ in range(megabytes)) + packer.flush()


@pytest.mark.parametrize("how", ["gzip", "deflate", "br", "zstd"])
def test_a_reply_that_unpacks_to_a_thousandfold(how: str, site: Hostile, config: Settings) -> None:
    bomb = zeros(200, how)
    assert len(bomb) < 250_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert met(site, config, packed(bomb, how)) == "the reply unpacks to more than may be"
    added = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert added < 64 * 1024  # KiB; the bound is 10 MiB and there are copies of it


@pytest.mark.parametrize("layers", ["gzip, gzip", "gzip,GZIP"])
def test_a_bomb_in_a_bomb(layers: str, site: Hostile, config: Settings) -> None:
    assert (
        met(site, config, packed(gzip.compress(zeros(200, "gzip")), layers))
        == "the reply unpacks to more than may be"
    )


def test_a_reply_packed_a_hundred_times_over(site: Hostile, config: Settings) -> None:
    bomb = zeros(1, "gzip")
    for _ in range(99):
        bomb = gzip.compress(bomb, 0)
    assert met(site, config, packed(bomb, ", ".join(["gzip"] * 100))) == "the reply is packed 100 times over"


@pytest.mark.parametrize(
    ("part", "how"),
    [
        (EMPTY_MEMBER, "gzip"),
        (b"\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00", "zstd"),
        (b"\x50\x2a\x4d\x18\0\0\0\0", "zstd"),
    ],
    ids=["members", "frames", "frames to skip"],
)
@pytest.mark.parametrize("is_nested", [False, True], ids=["plain", "in gzip"])
def test_a_reply_packed_in_a_million_empty_parts(
    part: bytes, how: str, is_nested: bool, site: Hostile, config: Settings
) -> None:
    body = part * (9 * MEGABYTE // len(part))
    bomb = packed(gzip.compress(body, 1), f"{how}, gzip") if is_nested else packed(body, how)
    begun = time.monotonic()
    assert met(site, config, bomb) == "the reply is packed in too many parts"
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("how", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("body", [b"this was never packed", b"\x1f\x8b\x08\x00", b"\x28\xb5\x2f\xfd"])
def test_a_reply_that_is_not_packed_as_it_says(
    how: str, body: bytes, site: Hostile, config: Settings
) -> None:
    site.scripts[BOMB] = packed(body, how)
    report = crawled(config)
    # Some ways of packing give nothing for a beginning without an end: an empty page is no article.
    assert report.states[f"{HOST}/article/2"] in ("failed", "not_an_article")
    assert report.counts["new"] == 2
    reason = report.reasons[f"{HOST}/article/2"]
    assert "can't be unpacked" in reason or "no article" in reason or "empty" in reason, reason


# --- replies that are kept packed ---


def compressing() -> BoundedCompression:
    crawler = get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": MEGABYTE, "DOWNLOAD_WARNSIZE": 0})
    assert isinstance(crawler.settings, ScrapySettings)
    return BoundedCompression(crawler=crawler)


def replied(body: bytes, *encodings: str) -> Response:
    return XmlResponse(
        "http://news.example/map.xml", headers={"Content-Encoding": list(encodings)}, body=body
    )


def test_gzip_is_kept_where_a_request_wants_that() -> None:
    request = Request("http://news.example/map.xml", meta={"keep_compressed": True})
    middleware = compressing()
    middleware.process_request(request)
    assert request.headers.getlist("Accept-Encoding") == [b"gzip"]
    bomb = zeros(2, "gzip")
    for spelled in ("gzip", "GZIP", "x-gzip"):
        kept = middleware.process_response(request, replied(bomb, spelled))
        assert isinstance(kept, Response)
        assert kept.body == bomb
        assert "Content-Encoding" not in kept.headers


def test_what_is_packed_in_another_way_is_unpacked_even_then() -> None:
    request = Request("http://news.example/map.xml", meta={"keep_compressed": True})
    unpacked = compressing().process_response(request, replied(brotli.compress(b"<urlset/>"), "br"))
    assert isinstance(unpacked, Response)
    assert unpacked.body == b"<urlset/>"
    with pytest.raises(BadReplyError, match="more than may be"):
        compressing().process_response(request, replied(zeros(2, "br"), "br"))


def test_other_requests_are_unpacked_and_ask_for_every_way() -> None:
    request = Request("http://news.example/map.xml")
    middleware = compressing()
    middleware.process_request(request)
    assert request.headers["Accept-Encoding"] == b"gzip, deflate, br, zstd"
    unpacked = middleware.process_response(request, replied(gzip.compress(b"<urlset/>"), "gzip"))
    assert isinstance(unpacked, Response)
    assert unpacked.body == b"<urlset/>"


def test_the_crawl_uses_it(site: Hostile, config: Settings) -> None:
    site.scripts[BOMB] = reply(gzip.compress(article_page(2)), "Content-Encoding: gzip")
    assert crawled(config).counts == {"new": 3}
    assert b"Accept-Encoding: gzip, deflate, br, zstd" in site.received


# --- bodies ---

CHUNKED = head("Content-Type: text/html", "Transfer-Encoding: chunked")
WITHOUT_LENGTH = head("Content-Type: text/html", "Connection: close")


@pytest.mark.parametrize(
    ("bomb", "reason"),
    [
        (forever(b"10000\r\n" + b"x" * 65536 + b"\r\n", after=CHUNKED), "the reply is too large"),
        (forever(b"x" * 65536, after=WITHOUT_LENGTH), "the reply is too large"),
        (forever(b"x", after=head(f"Content-Length: {11 * MEGABYTE}")), "the reply is too large"),
        (forever(b"x", after=head("Content-Length: 999999999999999999999")), "the reply is too large"),
        (lambda: [head("Content-Length: 5000000"), article_page(2)], "the reply broke off"),
        (reply()[:-2] + b"Content-Length: 77\r\n\r\nx", "the reply is not HTTP: "),
        (head("Content-Length: -1") + b"x", "the reply is not HTTP: "),
        (head("Content-Length: 1, 2") + b"xx", "the reply is not HTTP: "),
        (head("Content-Length: many") + b"xx", "the reply is not HTTP: "),
        (head("Content-Length: 0x10") + b"xx", "the reply is not HTTP: "),
        (head("Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n", "the reply is not HTTP: "),
        (head("Transfer-Encoding: nonsense"), "the reply is not HTTP: "),
        (CHUNKED + b"zz\r\nx", "the reply is not HTTP: "),
        (CHUNKED + b"-5\r\nhello\r\n", "the reply is not HTTP: "),
        (CHUNKED + b"\r\nhello\r\n", "the reply is not HTTP: "),
        (CHUNKED + b"3\r\nhello\r\n", "the reply is not HTTP: "),
        (CHUNKED + b"0x5\r\nhello\r\n0\r\n\r\n", "the reply is not HTTP: "),
        (forever(b"x" * 65536, after=CHUNKED + b"ffffffffffffffffffff\r\n"), "the reply is too large"),
        (forever(b"1", after=CHUNKED), "the reply is not HTTP: "),
        (forever(b"1\r\nx\r\n" * 1000, after=CHUNKED), "the reply comes in more than 100000 parts"),
        (forever(b"a: b\r\n" * 1000, after=CHUNKED + b"0\r\n"), "the reply is not HTTP: "),
        (forever(b"a" * 1000, after=CHUNKED + b"0\r\n"), "the reply is not HTTP: "),
        (lambda: [CHUNKED, b"10\r\nhalf"], "the reply broke off"),
    ],
    ids=[
        *("endless in chunks", "endless without length", "length over the bound", "length of twenty digits"),
        *("length too large", "two lengths", "negative length", "lengths that differ", "length in words"),
        *(
            "length in hex",
            "packed in transfer",
            "unknown transfer",
            "chunk size in letters",
            "negative chunk",
        ),
        *(
            "chunk without size",
            "chunk too short",
            "chunk size with 0x",
            "one huge chunk",
            "endless chunk size",
        ),
        *("one byte a chunk", "endless trailers", "one endless trailer", "cut in a chunk"),
    ],
)
def test_a_body_is_bounded(bomb: Script, reason: str, site: Hostile, config: Settings) -> None:
    begun = time.monotonic()
    assert met(site, config, bomb).startswith(reason)
    assert time.monotonic() - begun < 30
    assert site.sent < 60 * MEGABYTE


def test_what_comes_after_a_body_is_not_taken_for_the_next_reply(site: Hostile, config: Settings) -> None:
    forged = reply(article_page(3, text="This was never asked for. " * 20))
    site.scripts[BOMB] = reply(article_page(2)) + forged
    report = crawled(config)
    assert report.counts == {"new": 3}
    with Archive.read(config.archive) as archive:
        kept = {row.url: row for row in archive.articles()}
        path = config.archive / kept[f"{HOST}/article/3"].path
    assert text_of(3) in path.read_text(encoding="utf-8")


def test_a_length_that_is_too_small_cuts_the_page_and_nothing_else(site: Hostile, config: Settings) -> None:
    short = head("Content-Type: text/html; charset=utf-8", "Content-Length: 150") + article_page(2)
    assert met(site, config, short).startswith("no body found")


# --- heads ---


@pytest.mark.parametrize(
    ("bomb", "reason"),
    [
        (
            forever(b"X-More: and more\r\n" * 100, after=b"HTTP/1.1 200 OK\r\n"),
            "the head of the reply is too large",
        ),
        (forever(b"a:\n" * 1000, after=b"HTTP/1.1 200 OK\r\n"), "the head of the reply is too large"),
        (forever(b"x" * 999 + b"\n", after=b"HTTP/1.1 200 OK\r\n"), "the head of the reply is too large"),
        (
            forever(b"x" * 999, after=b"HTTP/1.1 200 OK\r\nX-More: "),
            "a line in the head of the reply is too long",
        ),
        (
            forever(b" more\r\n" * 100, after=b"HTTP/1.1 200 OK\r\nX: y\r\n"),
            "the head of the reply is too large",
        ),
        (forever(b"HTTP/1.1 100 Continue\r\n\r\n" * 100), "the head of the reply is too large"),
        (forever(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"), "the head of the reply is too large"),
        (forever(b"x" * 999, after=b"HTTP/1.1 200 "), "a line in the head of the reply is too long"),
        (forever(b"x" * 999), "a line in the head of the reply is too long"),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 100_000 + b"\r\n", "the head of the reply is too large"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "the reply is not HTTP: "),
        (b"<html><body>HTTP/0.9</body></html>\r\n", "the reply is not HTTP: "),
        (b"HTTP/1.1 OK 200\r\n\r\n", "the reply is not HTTP: "),
        (b"HTTP/one.one 200 OK\r\n\r\n", "the reply is not HTTP: "),
        (b"HTTP/1.1 " + b"9" * 5000 + b" OK\r\n\r\n", "the reply is not HTTP: "),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "the reply is not HTTP: "),
        (b"\0" * 4096 + b"\n", "the reply is not HTTP: "),
    ],
    ids=[
        *("endless headers", "endless small headers", "endless lines without colon", "one endless header"),
        *("one endless folded header", "endless 100", "endless 103", "endless status line", "no line ever"),
        *(
            "100,000 headers",
            "SSH",
            "HTTP/0.9",
            "status in words",
            "version in words",
            "status of 5,000 digits",
        ),
        *("TLS", "zeros"),
    ],
)
def test_a_head_is_bounded(bomb: Script, reason: str, site: Hostile, config: Settings) -> None:
    begun = time.monotonic()
    assert met(site, config, bomb).startswith(reason)
    assert time.monotonic() - begun < 20
    assert site.sent < 12 * MEGABYTE
    assert site.asked.count(BOMB) == 1  # it is not asked for again


def test_a_head_as_sites_send_it_is_none_too_large(site: Hostile, config: Settings) -> None:
    many = [f"X-Header-{number}: {'v' * 100}" for number in range(400)]
    site.scripts[BOMB] = reply(article_page(2), *many, f"Content-Security-Policy: {'x' * 12_000}")
    assert crawled(config).counts == {"new": 3}


def test_early_hints_are_no_reply(site: Hostile, config: Settings) -> None:
    site.scripts[BOMB] = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 3 + reply(article_page(2))
    assert crawled(config).counts == {"new": 3}


# --- time ---


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize(
    "bomb",
    [
        forever(b"", every=0.05),
        forever(b"x", every=0.05),
        forever(b"X-More: x\r\n", after=b"HTTP/1.1 200 OK\r\n", every=0.05),
        forever(b"x", after=b"HTTP/1.1 200 OK\r\nX-More: ", every=0.05),
        forever(b"HTTP/1.1 102 Processing\r\n\r\n", every=0.05),
        forever(b"x", after=head("Content-Length: 1000"), every=0.05),
        forever(b"x", after=WITHOUT_LENGTH, every=0.05),
        forever(b"1\r\nx\r\n", after=CHUNKED, every=0.05),
        forever(b"a: b\r\n", after=CHUNKED + b"0\r\n", every=0.05),
    ],
    ids=["silence", "status", "headers", "header", "102", "body", "without length", "chunks", "trailers"],
)
def test_a_drip_has_an_end(bomb: Script, site: Hostile, config: Settings) -> None:
    """The time is that of the whole download: something always comes."""
    begun = time.monotonic()
    assert met(site, config, bomb) == "no answer in time"
    assert time.monotonic() - begun < 9
    assert site.asked.count(BOMB) == 1


@pytest.mark.usefixtures("hurry")
def test_a_tls_handshake_that_never_ends(site: Hostile, config: Settings) -> None:
    site.scripts[FEED] = reply(feed([1, 3], extra=_item("https://news.example/article/2.html")))
    site.scripts["news.example:443"] = forever(b"\x16", after=b"HTTP/1.1 200 OK\r\n\r\n", every=0.1)
    report = crawled(config)
    assert report.counts == {"new": 2, "failed": 1}
    assert "news.example:443" in site.asked


def _item(link: str) -> str:
    return f"<item><title>x</title><link>{link}</link><type>article</type></item>"


@pytest.mark.parametrize(
    "bomb",
    [
        list,
        lambda: [b"HTTP/1.1 200 OK\r\nContent-Le"],
        lambda: [b"HTTP/1.1 200 OK\r\n"],
        lambda: [b"HTT"],
        lambda: [head("Content-Length: 5000"), b"<html>"],
        lambda: [b"HTTP/1.1 100 Continue\r\n\r\n"],
    ],
    ids=["at once", "in a header", "after the status", "in the status", "in the body", "after 100"],
)
def test_a_connection_that_ends_too_early(bomb: Script, site: Hostile, config: Settings) -> None:
    assert met(site, config, bomb)


# --- redirects ---


def moved(*locations: str | bytes, status: str = "302 Found") -> bytes:
    lines = b"".join(
        b"Location: " + (where if isinstance(where, bytes) else where.encode()) + b"\r\n"
        for where in locations
    )
    return b"HTTP/1.1 " + status.encode() + b"\r\n" + lines + b"Content-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
def test_a_redirect_to_itself_has_an_end(status: str, site: Hostile, config: Settings) -> None:
    assert met(site, config, moved(BOMB, status=status)) == "it redirects too many times"
    assert site.asked.count(BOMB) <= 11


def test_a_redirect_in_a_ring_has_an_end(site: Hostile, config: Settings) -> None:
    site.scripts[f"{HOST}/a"] = moved("/b")
    site.scripts[f"{HOST}/b"] = moved("/a")
    assert met(site, config, moved("/a")) == "it redirects too many times"


@pytest.mark.parametrize(("steps", "state"), [(10, "new"), (11, "failed")])
def test_ten_redirects_are_followed(steps: int, state: str, site: Hostile, config: Settings) -> None:
    site.scripts[BOMB] = moved("/step/1")
    for step in range(1, steps):
        site.scripts[f"{HOST}/step/{step}"] = moved(f"/step/{step + 1}")
    site.scripts[f"{HOST}/step/{steps - 1}"] = moved("/article/2")
    site.scripts[f"{HOST}/article/2"] = reply(article_page(2))
    assert crawled(config).states[f"{HOST}/article/2"] == state


NONSENSE = [
    (f"{HOST}/{'a' * 9000}", "excluded"),
    (f"{HOST}/{'a' * 40_000}", "failed"),
    ("file:///etc/hostname", None),
    ("ftp://news.example/x", None),
    ("javascript:alert(1)", None),
    ("data:text/html,<article>x</article>", None),
    ("http://[::1", None),
    ("http://news.example:port/", None),
    (b"http://\xff\xfe/", None),
    (b"/\x01\x02\x7f", None),
    (b"/a\rb", None),
    ("", None),
    ("#", None),
    ("?", None),
    ("../../../../../..", None),
    ("//", None),
    ("///127.0.0.1/", None),
    ("http:127.0.0.1", None),
    ("\\\\127.0.0.1\\x", None),
    ("/ /../%2e%2e/;x=y//", None),
    ("http://" + "a." * 200, None),
    ("http://" + "a" * 64 + ".example/", None),
]


def test_a_redirect_to_nonsense_ends_in_a_state(site: Hostile, config: Settings) -> None:
    numbers = range(10, 10 + len(NONSENSE))
    site.scripts[FEED] = reply(feed([1, *numbers, 3]), kind="application/rss+xml")
    for number, (location, _) in zip(numbers, NONSENSE, strict=True):
        site.scripts[f"{HOST}/article/{number}.html?f=rss"] = moved(location)
    report = crawled(config)
    assert report.counts["new"] == 2
    for number, (location, state) in zip(numbers, NONSENSE, strict=True):
        ended = report.states[f"{HOST}/article/{number}"]
        assert ended == state if state else ended not in ("new", "known"), location
        assert report.reasons[f"{HOST}/article/{number}"], location
    assert all(url.startswith(HOST) for url in site.asked), site.asked


# --- discovery and robots.txt ---

LAUGHS = (
    "<?xml version='1.0'?><!DOCTYPE r [<!ENTITY l0 'ha'>"
    + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    + "]><rss version='2.0'><channel><title>&l11;</title><item><link>&l11;</link></item></channel></rss>"
).encode()
QUADRATIC = (
    f"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a '{'x' * 100_000}'>]><rss version='2.0'><channel><title>"
    f"{'&a;' * 100_000}</title></channel></rss>"
).encode()
EXTERNAL = (
    f"<?xml version='1.0'?><!DOCTYPE r SYSTEM '{HOST}/dtd' [<!ENTITY e SYSTEM '{HOST}/entity'>"
    f"<!ENTITY f SYSTEM 'file:///etc/passwd'><!ENTITY % p SYSTEM '{HOST}/parameter'> %p;]>"
    f"<rss version='2.0'><channel><title>&e;&f;</title><item><link>{HOST}/article/9?&f;</link></item></channel></rss>"
).encode()


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS,
        QUADRATIC,
        b"<rss version='2.0'><channel>" + b"<item>" * 20_000,
        b"<rss version='2.0'><channel>" + b"<x>" * 40_000,
        b"<rss version='2.0'><channel><item "
        + b"".join(b"a%d='' " % n for n in range(40_000))
        + b"/></channel>",
        b"[" * 1_000_000,
        b'{"a":' * 200_000,
        b"<" * 1_000_000,
        b"\0" * 1_000_000,
        b"<!--" * 250_000,
        b"<?xml version='1.0' encoding='nonsense'?><rss/>",
        b"<?xml version='1.0' encoding='utf-16'?><rss/>",
    ],
    ids=[
        *(
            "laughs",
            "quadratic",
            "open items",
            "deep",
            "attributes",
            "deep list",
            "deep object",
        ),
        *("brackets", "zeros", "comments", "unknown encoding", "wrong encoding"),
    ],
)
def test_a_hostile_feed_gives_way_to_the_list(body: bytes, site: Hostile, config: Settings) -> None:
    site.scripts[FEED] = reply(body, kind="application/rss+xml")
    site.scripts[LIST] = reply(listing([1, 3]))
    site.scripts |= {f"{HOST}/article/{n}.html": reply(article_page(n)) for n in (1, 3)}
    begun = time.monotonic()
    report = crawled(config)
    assert time.monotonic() - begun < 10
    assert report.counts["new"] == 2, (report.counts, report.reasons)


@pytest.mark.parametrize("kind", ["application/rss+xml", "text/xml"])
def test_what_a_feed_names_outside_itself_is_not_read(kind: str, site: Hostile, config: Settings) -> None:
    site.scripts[FEED] = reply(EXTERNAL, kind=kind)
    crawled(config)
    assert not {f"{HOST}/{name}" for name in ("dtd", "entity", "parameter")} & set(site.asked)
    assert not any("localhost" in url or "root" in url for url in site.asked)


@pytest.mark.parametrize(
    "bomb",
    [
        forever(b"x" * 65536, after=WITHOUT_LENGTH),
        forever(b"Disallow: /p*x$\n" * 100, after=WITHOUT_LENGTH),
        reply(b"User-agent: *\n" + b"Disallow: /p*x\n" * 600_000, kind="text/plain"),
        packed(zeros(200, "gzip"), "gzip"),
        forever(b"X-More: x\r\n", after=b"HTTP/1.1 200 OK\r\n"),
        reply(b"User-agent: *\nDisallow: /" + b"*a" * 50_000 + b"\n", kind="text/plain"),
        reply(b"User-agent: *\nCrawl-delay: 1e400\nCrawl-delay: -5\nCrawl-delay: nan\n", kind="text/plain"),
        reply(b"\0" * 400_000, kind="text/plain"),
        moved(f"{HOST}/robots.txt"),
    ],
    ids=[
        "endless",
        "endless rules",
        "9 MB of rules",
        "packed",
        "head",
        "stars",
        "delays",
        "zeros",
        "to itself",
    ],
)
def test_a_hostile_robots_txt_is_bounded(bomb: Script, site: Hostile, config: Settings) -> None:
    """What follows from one that can't be had is politeness's to say; here it costs neither time nor the crawl."""
    site.scripts[f"{HOST}/robots.txt"] = bomb
    begun = time.monotonic()
    report = crawled(config)
    assert time.monotonic() - begun < 20
    assert report.finished_at is not None
    assert report.unfinished == 0 or report.problem or not report.discovery_answered


# --- pages ---


@pytest.mark.parametrize(
    "page",
    [
        b"<html><body>" + b"<div>" * 2_000_000,
        b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(1_000_000)) + b">x</p>",
        b"<html><body><article><h1>x" + b"<b><i>" * 1_600_000,
        b"<html><body>" + b"<table><tr><td>" * 600_000,
        b"<html><body><script type='application/ld+json'>" + b"[" * 9_000_000,
        b"<html><head>" + b"<meta property='og:title' content='x'>" * 200_000,
        b"<html><body><p>" + b"&#x41;" * 1_600_000,
        b"<" * 9_000_000,
    ],
    ids=["deep", "attributes", "marks", "tables", "JSON-LD", "metas", "characters", "brackets"],
)
def test_a_page_of_ten_megabytes_costs_seconds_at_most(page: bytes, site: Hostile, config: Settings) -> None:
    site.scripts[BOMB] = reply(page)
    begun = time.monotonic()
    report: CrawlReport = crawled(config)
    assert time.monotonic() - begun < 30
    assert {report.states[f"{HOST}/article/{number}"] for number in (1, 3)} == {"new"}
    assert f"{HOST}/article/2" in report.states


# --- sitemaps, which are kept packed ---

MAP = f"{HOST}/sitemap.xml"


def mapped() -> Source:
    start, end = RECIPE.index("[[discovery]]"), RECIPE.index("[[templates]]")
    step = f'[[discovery]]\nkind = "sitemap"\nurl = "{MAP}"\n\n'
    return parse_source(RECIPE[:start] + step + RECIPE[end:], "tech.toml")


def urlset(*numbers: int, tail: str = "</urlset>") -> bytes:
    urls = "".join(f"<url><loc>{HOST}/article/{number}.html?f=rss</loc></url>" for number in numbers)
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}{tail}".encode()


@pytest.mark.parametrize("how", ["Content-Encoding: gzip", "X-Plain: yes"])
def test_a_sitemap_comes_packed_either_way(how: str, site: Hostile, config: Settings) -> None:
    site.scripts[MAP] = reply(gzip.compress(urlset(1, 2, 3)), how, kind="application/xml")
    assert crawled(config, source=mapped()).counts == {"new": 3}


@pytest.mark.parametrize("how", ["gzip", "deflate", "br"])
@pytest.mark.parametrize("body", ["spaces", "elements"])
def test_a_sitemap_that_unpacks_to_a_thousandfold(
    how: str, body: str, site: Hostile, config: Settings
) -> None:
    more = " " * (80 * MEGABYTE) if body == "spaces" else "<url/>" * (10 * MEGABYTE)
    packers = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": lambda raw: brotli.compress(raw, quality=1),
    }
    site.scripts[MAP] = reply(
        packers[how](urlset(1, tail=more)), f"Content-Encoding: {how}", kind="application/xml"
    )
    del more
    begun = time.monotonic()
    report = crawled(config, source=mapped())
    assert time.monotonic() - begun < 30
    assert report.finished_at is not None
    assert set(report.states.values()) <= {"new"}


@pytest.mark.parametrize("body", [LAUGHS, QUADRATIC, EXTERNAL, urlset(tail="<url>" * 200_000)])
def test_a_hostile_sitemap_has_an_end(body: bytes, site: Hostile, config: Settings) -> None:
    site.scripts[MAP] = reply(body.replace(b"<rss version='2.0'>", b"<urlset>"), kind="application/xml")
    begun = time.monotonic()
    assert crawled(config, source=mapped()).finished_at is not None
    assert time.monotonic() - begun < 20
    assert not {f"{HOST}/{name}" for name in ("dtd", "entity", "parameter")} & set(site.asked)
