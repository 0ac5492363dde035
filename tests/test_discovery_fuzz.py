"""Whatever comes in place of a feed, list or sitemap: links, or an error that says so."""

import gzip
import json
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crawler.discovery.link import DiscoveryError, Finding
from tests.finding import HOST, finding, rss, step_of
from tests.finding import link as linked

SECONDS = 10.0  # on a busy machine; what it should be is far below
STATE = {"script": "script", "name": "window.s"}
STEPS = {
    "feed": step_of(full=True, pages=3, skip={"type": "video"}),
    "sitemap": step_of(kind="sitemap", within="30d"),
    "listing": step_of(
        kind="listing", items=".card", link="a", title="a", published="i", author="b", next=".next", pages=3
    ),
    "inside": step_of(kind="listing", inside="html", items=".card", link="a"),
    "api": step_of(
        kind="api",
        url=f"{HOST}/api?after={{cursor}}",
        ok="ok",
        message="say",
        items="data",
        link="join('', ['/article/', to_string(id)])",
        title="title",
        published="at",
        cursor="last",
        pages=3,
    ),
    "state": step_of(kind="api", state=STATE, items="data", link="url"),
    "nuxt": step_of(kind="api", state={"script": "script", "form": "indexed"}, items="data", link="url"),
}
ITEM = (
    f"<title>一 &amp; 二</title>{linked(1)}<guid isPermaLink='false'>x</guid><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate>"
    "<author>a@news.example (小明)</author><description><![CDATA[<p>文</p>]]></description><type>article</type>"
)
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "next_url": "/2",
    "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
    "items": [{"id": "1", "url": f"{HOST}/article/1", "authors": [{"name": "小明"}], "content_text": "文"}],
}
SITEMAP = f"<?xml version='1.0'?><urlset><url><loc>{HOST}/article/1</loc><lastmod>2026-11-20</lastmod></url></urlset>"
INDEX = (
    f"<sitemapindex><sitemap><loc>{HOST}/1.xml</loc><lastmod>2026-11-20</lastmod></sitemap></sitemapindex>"
)
LIST = {
    "ok": True,
    "last": 5,
    "data": [{"id": 1, "title": "<b>一</b>", "at": 1795147200, "url": "/article/1"}],
}
CARDS = (
    "<div class=card><a href=/article/1>一</a><i>昨天 10:21</i><b>小明</b></div><a class=next href=?p=2>2</a>"
)
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://news.example/'><link rel='next' href='/2'/><entry><title type='xhtml'>"
    "<div xmlns='http://www.w3.org/1999/xhtml'>一</div></title><link href='article/1'/><id>tag:x,2026:1</id>"
    "<updated>2026-11-20T10:00:00Z</updated><content type='application/octet-stream'>5paH</content></entry></feed>"
)
REPLIES = [
    rss(ITEM, ITEM).encode(),
    ATOM.encode(),
    json.dumps(JSON_FEED).encode(),
    SITEMAP.encode(),
    gzip.compress(SITEMAP.encode() * 3),
    INDEX.encode(),
    f"{HOST}/article/1\n{HOST}/article/2\n".encode(),
    CARDS.encode(),
    json.dumps({"html": CARDS}).encode(),
    json.dumps(LIST).encode(),
    f"cb({json.dumps(LIST)});".encode(),
    f"<script>window.s={json.dumps(LIST)}</script>".encode(),
    b'<script>[{"data":1},[2],{"url":3},"/article/1"]</script>',
    CARDS.encode("utf-16"),
]
PIECES = [
    *(b"<", b">", b"&", b"&#0;", b"&#xd800;", b"&#99999999999;", b"<![CDATA[", b"]]>", b"<!--", b"<?xml ", b"\0", b"'", b'"'),
    *(b"<!DOCTYPE x [<!ENTITY e 'e'>]>", b"&e;", b"<item>", b"</item>", b"<title>", b"</rss>", b"<html>", b"xml:base='[::'"),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\x1f\x8b", b"{", b"}", b"[", b"]", b"null", b"1e999", b"-1", b'"\\ud800"', b"\\"),
    *(b"http://[", b"http://news.example:99999/", b"//", b"%zz", b"9" * 5000, "一".encode(), b"<a " * 50, b"[" * 2000),
    *(b"<media:content url='x'/>", b"<itunes:duration>x</itunes:duration>", b"<svg>", b"<math>", b"<content type='xhtml'>"),
]  # fmt: skip


def tried(body: bytes, name: str, seconds: float = SECONDS) -> Finding | None:
    """What is found, if anything; no other error may come, and not late."""
    begin = time.monotonic()
    try:
        said, got = "", finding(body, STEPS[name], content_type=None)
    except DiscoveryError as error:
        said, got = str(error), None
    assert "\n" not in said
    assert len(said) < 500
    assert time.monotonic() - begin < seconds
    return got


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A good reply with parts of it cut out, doubled, or replaced by what is awkward."""
    body = draw(st.sampled_from(REPLIES))
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.integers(0, 40)))
        part = draw(st.one_of(st.sampled_from(PIECES), st.just(body[start:end] * 2), st.binary(max_size=12)))
        body = body[:start] + part + body[end:]
    return body


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated(), st.sampled_from(sorted(STEPS)))
def test_a_mutated_reply_gives_links_or_an_error_of_discovery(body: bytes, name: str) -> None:
    got = tried(body, name)
    if got:
        assert all(link.url.startswith(("http://", "https://")) for link in got.links)
        assert all(link.url.encode() and "\n" not in (link.title or "") for link in got.links)
        for ask in (got.further, *got.parts):
            assert ask is None or ask.url.startswith(("http://news.example/", "http://www.news.example/"))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(sorted(STEPS)))
@example(b"\x1f\x8b", "sitemap")
@example(b"<rss><channel><item><link>http://[</link></item></channel></rss>", "feed")
def test_bytes_of_any_kind_give_links_or_an_error_of_discovery(body: bytes, name: str) -> None:
    tried(body, name)


JSONS = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("/article/1")
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                ["data", "id", "title", "at", "url", "last", "ok", "items", "version", "html", "author"]
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(JSONS, st.sampled_from(["api", "feed", "inside"]))
def test_json_of_any_shape_gives_links_or_an_error_of_discovery(value: object, name: str) -> None:
    feed = {"version": "https://jsonfeed.org/version/1"}
    tried(json.dumps(feed | value if isinstance(value, dict) and name == "feed" else value).encode(), name)


REPEATED = [
    *(b"<", b"<a", b"<a ", b"<a b='", b"</a>", b"<item>", b"<item><title>", b"&", b"&a", b"&#1;", b"<![CDATA[", b"]]>"),
    *(b"<!--", b"-->", b"<?a", b"<!DOCTYPE [", b'"', b"'", b"a", b" ", b"[", b"{", b'{"a":', b"\n", b"\\", b"<title>"),
    *(b"<svg>", b"<div class=card>", b"<author>a.", b"<pubDate>1:", b"<url><loc>", b"=", b"http://a/\n", b"<x a='1'/>"),
]  # fmt: skip


@pytest.mark.parametrize("piece", REPEATED)
def test_nothing_repeated_without_end_takes_long(piece: bytes) -> None:
    heads = {
        "feed": b"<rss version='2.0'><channel>&nbsp;<item><description>",
        "sitemap": b"<urlset>",
        "listing": b"<div class=card>",
        "api": b'{"data":',
    }
    for name, head in heads.items():
        tried(head + piece * (100_000 // len(piece)), name, SECONDS / 3)
