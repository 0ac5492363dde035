"""Feeds of every kind, whole and broken → Links."""

import json
import time
from datetime import UTC, datetime

import pytest

from crawler.discovery.link import Ask, DiscoveryError
from crawler.discovery.links import first_ask
from tests.finding import FEED, HOST, HTML, finding, found, link, rss, step_of, urls

ATOM = "xmlns='http://www.w3.org/2005/Atom'"
IN_RSS = "xmlns:atom='http://www.w3.org/2005/Atom'"
RDF = "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"


def stated(text: str) -> str | None:
    (one,) = found(rss(f"{link(1)}<pubDate>{text}</pubDate>"))
    return one.published_at.isoformat() if one.published_at else None


# --- kinds ---


@pytest.mark.parametrize("version", ["0.91", "0.92", "0.93", "0.94", "2.0", "2.01", ""])
def test_rss_of_any_number(version: str) -> None:
    body = f"<rss version='{version}'><channel><item><title>一</title>{link(1)}</item></channel></rss>"
    assert [(one.url, one.title) for one in found(body)] == [(f"{HOST}/article/1", "一")]


def test_rss_090() -> None:
    space = "xmlns='http://my.netscape.com/rdf/simple/0.9/'"
    body = f"<rdf:RDF {RDF} {space}><channel><title>t</title></channel><item><title>一</title>{link(1)}</item></rdf:RDF>"
    assert [one.title for one in found(body)] == ["一"]


def test_rss_10() -> None:
    dc = "xmlns:dc='http://purl.org/dc/elements/1.1/'"
    body = (
        f"<rdf:RDF {RDF} xmlns='http://purl.org/rss/1.0/' {dc}><channel rdf:about='{HOST}'><title>t</title></channel>"
        f"<item rdf:about='{HOST}/article/1'><title>一</title>{link(1)}<dc:date>2026-11-20T10:00:00+09:00</dc:date>"
        "<dc:creator>小明</dc:creator></item></rdf:RDF>"
    )
    (one,) = found(body)
    assert (one.title, one.author) == ("一", "小明")
    assert one.published_at == datetime(2026, 11, 20, 1, tzinfo=UTC)


@pytest.mark.parametrize("space", [ATOM, "version='0.3' xmlns='http://purl.org/atom/ns#'"])
def test_atom_of_any_number(space: str) -> None:
    body = f"<feed {space}><entry><title>一</title><link rel='alternate' type='text/html' href='{HOST}/article/1'/></entry></feed>"
    assert [(one.url, one.title) for one in found(body)] == [(f"{HOST}/article/1", "一")]


def test_an_xhtml_body_of_atom_is_the_text() -> None:
    content = "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>文 &amp; 字</p><img src='a.png'/></div></content>"
    (one,) = found(f"<feed {ATOM}><entry><link href='{HOST}/article/1'/>{content}</entry></feed>", full=True)
    assert one.html is not None
    assert "<p>文 &amp; 字</p>" in one.html


def test_several_authors_are_all_told() -> None:
    dc = "xmlns:dc='http://purl.org/dc/elements/1.1/'"
    item = f"{link(1)}<dc:creator>小明</dc:creator><dc:creator>小红</dc:creator>"
    assert found(rss(item, spaces=dc))[0].author == "小明、小红"


def test_a_name_beside_an_address_is_the_author() -> None:
    assert found(rss(f"{link(1)}<author>a@news.example (小明)</author>"))[0].author == "小明"


# --- JSON Feed ---


def json_feed(*items: object, version: str = "1.1", **top: object) -> str:
    return json.dumps({"version": f"https://jsonfeed.org/version/{version}", "items": items} | top)


def test_a_json_feed_is_a_feed() -> None:
    item = {
        "id": 7,
        "url": f"{HOST}/article/7",
        "title": "七 & 八",
        "date_published": "2026-11-20T10:00:00+08:00",
        "authors": [{"name": "小明"}, {"url": "x"}, {"name": "小红"}],
        "content_html": "<p>文</p>",
        "content_text": "文，更长的一段",
    }
    (one,) = found(json_feed(item), "application/feed+json", full=True)
    assert (one.url, one.title, one.author, one.html) == (
        f"{HOST}/article/7",
        "七 & 八",
        "小明、小红",
        "<p>文</p>",
    )
    assert one.published_at == datetime(2026, 11, 20, 2, tzinfo=UTC)


def test_a_json_feed_of_version_1_names_one_author() -> None:
    item = {"url": "/article/7", "author": {"name": "小明"}}
    assert found(json_feed(item, version="1"))[0].author == "小明"


def test_plain_text_of_a_json_feed_becomes_paragraphs() -> None:
    item = {"url": "/article/7", "content_text": "一 < 二\n\n三"}
    assert found(json_feed(item), full=True)[0].html == "<p>一 &lt; 二</p><p>三</p>"


def test_a_json_feed_without_zones_is_the_sources() -> None:
    item = {"url": "/article/7", "date_published": "2026-11-20T10:00:00"}
    moment = found(json_feed(item))[0].published_at
    assert moment is not None
    assert moment.isoformat() == "2026-11-20T10:00:00+08:00"


def test_a_json_feed_says_where_it_and_its_hub_lie() -> None:
    body = json_feed(
        {"url": "/article/7"}, feed_url="/feed.json", hubs=[{"type": "WebSub", "url": "https://hub.example/"}]
    )
    got = finding(body)
    assert (got.own_url, got.hub) == (f"{HOST}/feed.json", "https://hub.example/")


def test_the_next_page_of_a_json_feed() -> None:
    body = json_feed({"url": "/article/7"}, next_url=f"{HOST}/feed.json?page=2")
    assert finding(body, step_of(pages=2)).further == Ask(f"{HOST}/feed.json?page=2", page=2)


def test_a_link_blogs_own_page_comes_first() -> None:
    item = {"id": "x", "url": f"{HOST}/article/7", "external_url": f"{HOST}/article/8"}
    assert urls(found(json_feed(item))) == ["/article/7"]


def test_json_of_another_kind_is_no_feed() -> None:
    with pytest.raises(DiscoveryError, match="JSON of another kind"):
        found('{"items": [{"url": "/article/1"}]}')


# --- dates ---


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20 10:00:00  +0800", "2026-11-20T10:00:00+08:00"),
        ("2026-11-20 10:00:00", "2026-11-20T10:00:00+08:00"),
        ("Fri, 20 Nov 2026 10:00:00", "2026-11-20T10:00:00+08:00"),
        ("Fri, 20 Nov 2026 10:00:00 GMT", "2026-11-20T10:00:00+00:00"),
        ("Fri, 20 Nov 2026 10:00:00 -0500", "2026-11-20T10:00:00-05:00"),
        ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00+00:00"),
        ("2026年11月20日 10:00", "2026-11-20T10:00:00+08:00"),
        ("1795147200", "2026-11-20T12:00:00+08:00"),
    ],
)
def test_a_date_however_it_is_written(text: str, moment: str) -> None:
    assert stated(text) == moment


# --- addresses ---


def test_a_permalink_stands_for_a_missing_link() -> None:
    enclosure = "<enclosure url='http://cdn.example/1.mp3' type='audio/mpeg' length='1'/>"
    assert urls(found(rss(f"<title>一</title>{enclosure}<guid>{HOST}/article/1</guid>"))) == ["/article/1"]


def test_a_guid_that_is_the_articles_address_stands_for_a_link_elsewhere() -> None:
    item = f"<link>http://shop.example/?to=1</link><guid isPermaLink='false'>{HOST}/article/1</guid>"
    assert urls(found(rss(item))) == ["/article/1"]


def test_feedburners_link_gives_way_to_the_real_one() -> None:
    space = "xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'"
    item = f"<link>{HOST}/article/9</link><feedburner:origLink>{HOST}/article/1</feedburner:origLink>"
    assert urls(found(rss(item, spaces=space))) == ["/article/1"]


def test_a_counters_link_is_unwrapped_by_the_recipe() -> None:
    item = "<link>https://go.counter.example/feed/news.example/article/1</link>"
    assert (
        found(rss(item), unwrap=r"go\.counter\.example/feed/(.+)")[0].url == "https://news.example/article/1"
    )


def test_a_relative_link_is_relative_to_the_feed() -> None:
    assert urls(found(rss("<link>article/1</link>"))) == ["/article/1"]


def test_a_link_is_relative_to_its_xml_base() -> None:
    body = f"<feed {ATOM} xml:base='http://news.example/article/'><entry xml:base='./'><link href='1'/></entry></feed>"
    assert urls(found(body)) == ["/article/1"]


def test_an_ampersand_of_an_address_stays_however_it_is_written() -> None:
    one, two = found(
        rss(f"<link>{HOST}/article/1?a=1&amp;b=2</link>", f"<link>{HOST}/article/2?a=1&b=2</link>")
    )
    assert [one.url, two.url] == [f"{HOST}/article/1?a=1&b=2", f"{HOST}/article/2?a=1&b=2"]


# --- what a feed says of itself ---


def test_a_feed_names_itself_and_its_hub() -> None:
    head = f"<atom:link rel='self' href='{HOST}/feed.xml'/><atom:link rel='hub' href='https://hub.example/'/>"
    got = finding(rss(link(1), head=head, spaces=IN_RSS))
    assert (got.own_url, got.hub, got.further) == (f"{HOST}/feed.xml", "https://hub.example/", None)


@pytest.mark.parametrize(
    ("ttl", "seconds"),
    [("30", 1800), (" 5 ", 300), ("9" * 5000, 86400), ("-5", None), ("½", None), ("", None)],
)
def test_a_feed_says_how_long_it_is_good(ttl: str, seconds: int | None) -> None:
    assert finding(rss(link(1), head=f"<ttl>{ttl}</ttl>")).fresh_seconds == seconds


@pytest.mark.parametrize("relation", ["next", "prev-archive"])
@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_the_older_part_of_a_feed_is_asked_for(relation: str, kind: str) -> None:
    if kind == "rss":
        body = rss(link(1), head=f"<atom:link rel='{relation}' href='/feed?p=2'/>", spaces=IN_RSS)
    else:
        body = f"<feed {ATOM}><link rel='{relation}' href='/feed?p=2'/><entry><link href='/article/1'/></entry></feed>"
    assert finding(body, step_of(pages=3)).further == Ask(f"{HOST}/feed?p=2", page=2)


@pytest.mark.parametrize(
    ("address", "pages", "page"),
    [
        ("/feed?p=2", 1, 1),  # the recipe wants one page
        ("/feed?p=4", 3, 3),  # the last that it wants
        ("https://other.example/feed", 3, 1),
        (FEED, 3, 1),  # itself
        (f"{FEED}#top", 3, 1),
        ("mailto:a@news.example", 3, 1),
    ],
)
def test_no_further_part_is_asked_for(address: str, pages: int, page: int) -> None:
    body = rss(link(1), head=f"<atom:link rel='next' href='{address}'/>", spaces=IN_RSS)
    assert finding(body, step_of(pages=pages), ask=Ask(FEED, page=page)).further is None


def test_an_older_part_on_another_host_of_the_site_is_asked_for() -> None:
    body = rss(link(1), head="<atom:link rel='next' href='https://feeds.tech.co.uk/2'/>", spaces=IN_RSS)
    step = step_of(url="https://www.tech.co.uk/feed", pages=2)
    assert finding(body, step).further == Ask("https://feeds.tech.co.uk/2", page=2)


def test_what_an_item_links_to_is_no_part_of_the_feed() -> None:
    item = f"{link(1)}<atom:link rel='next' href='/feed?p=2'/><atom:link rel='self' href='/x'/>"
    got = finding(rss(item, spaces=IN_RSS), step_of(pages=2))
    assert (got.further, got.own_url) == (None, None)


def test_numbered_pages_of_a_feed_are_asked_for() -> None:
    step = step_of(url=f"{HOST}/feed?paged={{page}}", pages=2)
    assert first_ask(step).url == f"{HOST}/feed?paged=1"
    assert finding(rss(link(1)), step).further == Ask(f"{HOST}/feed?paged=2", page=2)


# --- broken ---


@pytest.mark.parametrize(
    "body",
    [
        "\ufeff" + rss(f"{link(1)}<title>一</title>"),
        "\r\n\n  <?xml version='1.0' encoding='utf-8'?>" + rss(f"{link(1)}<title>一</title>"),
        "Warning: something in /line 3\n<?xml version='1.0'?>" + rss(f"{link(1)}<title>一</title>"),
        rss(f"{link(1)}<title>一\x08\x0b\x00</title>"),
        rss(f"{link(1)}<title>&#8;一</title>"),
        rss(f"{link(1)}<title>一</title>").replace("</channel></rss>", ""),
        rss(f"{link(1)}<title>一</title>") + "<!-- 0.2 s --><script>x</script>",
        rss(f"{link(1)}<title>一</title><content:encoded>x</content:encoded>"),
        rss(f"{link(1)}<title>一</title><description><p>a<br>b</description>"),
        rss(f"{link(1)}<title>一</title><enclosure url=x length=1></enclosure>"),
        "<?xml version='1.0' encoding='utf-16'?>" + rss(f"{link(1)}<title>一</title>"),
        "<!DOCTYPE rss PUBLIC 'x' 'http://my.netscape.com/publish/formats/rss-0.91.dtd'>"
        + rss(f"{link(1)}<title>一</title>"),
    ],
)
def test_a_feed_that_is_broken_as_feeds_are_is_read(body: str) -> None:
    assert [(one.url, one.title) for one in found(body)] == [(f"{HOST}/article/1", "一")]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("A&nbsp;B&mdash;C", "A B—C"),
        ("AT&T", "AT&T"),
        ("a & b", "a & b"),
        ("1 < 2", "1 < 2"),
        ("Q&A; more", "Q&A; more"),
        ("&#x4e00;", "一"),
    ],
)
def test_entities_that_xml_does_not_know(written: str, title: str) -> None:
    assert found(rss(f"{link(1)}<title>{written}</title>", link(2)))[0].title == title


def test_a_text_within_cdata_is_not_mended() -> None:
    body = "<p>a &amp; b &nbsp; c</p>"
    (one,) = found(rss(f"{link(1)}<description><![CDATA[{body}]]></description>"), full=True)
    assert one.html == body


@pytest.mark.parametrize(
    ("codec", "declared", "header"),
    [
        ("gbk", "gb2312", "text/xml"),
        ("gbk", "utf-8", "text/xml"),
        ("gbk", "utf-8", "text/xml; charset=gbk"),
        ("utf-8", "gb2312", "text/xml; charset=us-ascii"),
        ("utf-16", "utf-16", "application/xml"),
        ("big5", "big5", "application/rss+xml"),
    ],
)
def test_a_feed_in_any_encoding(codec: str, declared: str, header: str) -> None:
    title = "新一代的電視機與網路" if codec == "big5" else "新一代的电视机与网络"
    body = f"<?xml version='1.0' encoding='{declared}'?>" + rss(f"{link(1)}<title>{title}</title>")
    assert found(body.encode(codec), header)[0].title == title


def test_a_cut_feed_gives_the_items_that_came() -> None:
    body = rss(f"{link(1)}<title>一</title>", f"{link(2)}<title>二</title>", f"{link(3)}<title>三</title>")
    assert urls(found(body[: body.index("<title>三") + 5]))[:2] == ["/article/1", "/article/2"]


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (
            "<!doctype html><html><head><title>数据服务</title></head></html>",
            HTML,
            "not a feed but the page “数据服务”",
        ),
        ("<html><body>hi</body></html>", HTML, "not a feed but 28 bytes of <html>"),
        ("<html><body><rss>hi</rss></body></html>", HTML, "not a feed but"),
        ("Not found", "text/plain", "not a feed but 9 bytes of text/plain"),
        ("<urlset></urlset>", "text/xml", "not a feed but 17 bytes of <urlset>"),
        (" \n", None, "not a feed but an empty reply"),
    ],
)
def test_what_comes_instead_of_a_feed_is_said(body: str, content_type: str | None, words: str) -> None:
    with pytest.raises(DiscoveryError, match=words):
        found(body, content_type)


# --- hostile ---


def test_a_feed_without_end_is_read_to_a_bound() -> None:
    begin = time.monotonic()
    body = rss(*(f"{link(number)}<title>t</title>" for number in range(1, 60_000)))
    assert len(found(body)) == 1000
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize("name", ["author", "dc:creator", "title", "pubDate", "link", "guid", "itunes:email"])
def test_an_endless_word_costs_no_endless_time(name: str) -> None:
    begin = time.monotonic()
    for word in ("a" * 400_000, f"<![CDATA[{'a' * 400_000}]]>"):
        assert urls(found(rss(f"{link(1)}", f"<{name}>{word}</{name}>{link(2)}")))[0] == "/article/1"
    assert time.monotonic() - begin < 10


def test_a_feed_of_entities_that_multiply_stays_small() -> None:
    bomb = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    body = f"<!DOCTYPE rss [<!ENTITY e0 'ha'>{bomb}]>" + rss(f"{link(1)}<title>a&e11;b</title>")
    assert all(len(one.title or "") < 100 for one in found(body))


def test_a_reply_beyond_ten_megabytes_is_refused() -> None:
    with pytest.raises(DiscoveryError, match="10,485,760 is the most"):
        found(b"<rss>" + b" " * 11_000_000)
