"""Pages broken in every way: reading never raises, ends in time, and gives Markdown that reads again as it is."""

import time
from collections.abc import Callable

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from archive import Article, document_of, parse, render
from crawler.reading import Fetched, Refusal, next_page, read
from crawler.reading.page import Page
from crawler.source import load_sources, source_for
from tests.cases import case

SOURCES = load_sources()
MARK = "zqxScriptText"  # stands in scripts and styles only
SECONDS = 5.0  # for a page that takes some hundredths
PAGES = tuple(
    case(name).fetched
    for name in (
        "generic/english-blog", "generic/chinese-gbk", "generic/shift-jis", "generic/front-page", "huxiu/2013-discuz", "huxiu/2017",
        "huxiu/2021-vue", "huxiu/2021-table-and-code", "huxiu/2026-nuxt", "huxiu/2026-nuxt-state-only", "huxiu/deleted", "huxiu/waf",
    )
)  # fmt: skip
PIECES = (
    b"<div>" * 400, b"<b><i>" * 300, b"</div>" * 60, b"<table><tr><td>" * 60, b"<blockquote><ul><li>" * 80, b"<script>", b"</script>",
    b"<!--", b"-->", b"<![CDATA[", b"<style>", b"<p", b"<p title='", b"&#x0;&#55296;&amp;lt;script&amp;gt;&lt;b&gt;", b"&" * 300,
    b"<a href=\"" + b"x" * 60_000 + b"\">y</a>", b"<p " + b"data-x=1 " * 4_000 + b">", b"\x00\x00", b"\xff\xfe", b"\xe4\xb8", b"\x1b$B",
    b"~{", b"</html>", b"<html>", b"</body>", b"<svg><math><mtext>", b"<template>", b"<noscript><p>", b"<title>", b"---\n", b"```\n", b"\r\r\n",
    "\u2028\u202e\ufeff\ufffe".encode(), b"<base href='http://[::1'>", b"<meta charset=utf-7>", b"<meta charset=gb2312>", b"<plaintext>",
    b"<script>" + MARK.encode() + b"</script>", b"<style>" + MARK.encode() + b"</style>", b"<iframe srcdoc='<p>x</p>'>", b"[](", b"<img src=x alt='](<b>'>",
    b'<script type="application/ld+json">' + b"[" * 3_000 + b"</script>", b'<link rel="canonical" href="//">', b"<pre><code>```\n~~~", b"<br>" * 500,
)  # fmt: skip
Change = Callable[[bytes], bytes]
PLACES = st.floats(0, 1)


def at(body: bytes, place: float) -> int:
    return int(place * len(body))


def deleted(start: float, size: int) -> Change:
    return lambda body: body[: at(body, start)] + body[at(body, start) + size :]


def doubled(start: float, size: int) -> Change:
    return lambda body: body[: at(body, start) + size] + body[at(body, start) :]


def swapped(start: float, middle: float, size: int) -> Change:
    def change(body: bytes) -> bytes:
        one, other = sorted((at(body, start), at(body, middle)))
        other = max(other, one + size)
        return (
            body[:one]
            + body[other : other + size]
            + body[one + size : other]
            + body[one : one + size]
            + body[other + size :]
        )

    return change


def inserted(place: float, piece: bytes) -> Change:
    return lambda body: body[: at(body, place)] + piece + body[at(body, place) :]


def cut(place: float) -> Change:
    return lambda body: body[: at(body, place)]


def without(what: bytes, nth: int) -> Change:
    def change(body: bytes) -> bytes:
        parts = body.split(what)
        nth_part = nth % len(parts)
        return what.join(parts[:nth_part]) + what.join(parts[nth_part:])

    return change


SIZES = st.integers(1, 3_000)
CHANGES = st.one_of(
    st.builds(deleted, PLACES, SIZES),
    st.builds(doubled, PLACES, SIZES),
    st.builds(swapped, PLACES, PLACES, SIZES),
    st.builds(inserted, PLACES, st.sampled_from(PIECES)),
    st.builds(inserted, PLACES, st.binary(max_size=40)),
    st.builds(cut, PLACES),
    st.builds(
        without, st.sampled_from([b">", b"<", b'"', b"</p>", b"</script>", b"&", b"="]), st.integers(0, 500)
    ),
)


@settings(
    max_examples=220, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(st.sampled_from(PAGES), st.lists(CHANGES, min_size=1, max_size=6), st.booleans())
def test_a_broken_page_is_read_or_refused_and_never_more(
    page: Fetched, changes: list[Change], plain: bool
) -> None:
    body = page.body
    for change in changes:
        body = change(body)
    check(page, body[:400_000], plain=plain)


@settings(max_examples=80, derandomize=True, database=None, deadline=None)
@given(st.sampled_from(PAGES), st.binary(max_size=400))
@example(PAGES[0], b"")
def test_any_bytes_are_read_or_refused(page: Fetched, body: bytes) -> None:
    check(page, body, plain=False)


def check(page: Fetched, body: bytes, *, plain: bool) -> None:
    fetched = Fetched(
        url=page.url, status=200, body=body, content_type=page.content_type, fetched_at=page.fetched_at
    )
    source = source_for(page.url, SOURCES)
    begun = time.process_time()
    result = read(fetched, source, plain=plain)
    next_page(fetched, source)
    assert time.process_time() - begun < SECONDS
    if isinstance(result, Refusal):
        assert result.reason
        assert "\n" not in result.reason + result.evidence
        return
    if not plain:
        holds_no_html(result.body)
    reads_again(result)
    assert MARK not in result.body or MARK in Page(fetched, source).visible


def holds_no_html(markdown: str) -> None:
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown):
        kinds = {token.type, *(inner.type for inner in token.children or ())}
        assert not kinds & {"html_block", "html_inline"}, token


def reads_again(article: Article) -> None:
    document = document_of(article)
    written = render(document)
    assert parse(written) == document
    assert render(parse(written)) == written
