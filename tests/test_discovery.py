"""A reply of a feed, list, sitemap or API → Links."""

import json
from datetime import UTC, datetime

import pytest

from crawler.discovery.link import DiscoveryError, Link
from crawler.discovery.links import links
from crawler.source import Source, Step
from tests.finding import HTML, NOW, RSS, link, rss
from tests.finding import found as found_by
from tests.site import FEED, HOST, LIST, WAF, feed, listing, tech


def found(body: bytes | str, content_type: str | None = RSS, **changes: object) -> tuple[Link, ...]:
    return found_by(body, content_type, **{"full": True, "skip": {"type": "video_article"}} | changes)


# --- feeds ---


def test_a_feed_gives_its_items_in_order() -> None:
    one, two = found(feed([7, 3]))
    assert one == Link(
        url=f"{HOST}/article/7.html?f=rss",
        found_by="feed",
        title="第7篇",
        published_at=datetime(2026, 11, 20, 2, 7, tzinfo=UTC),
        author="小明",
    )
    assert two.title == "第3篇"


def test_the_text_of_a_full_feed_is_kept_as_it_is() -> None:
    body = "<p>一段</p><img _src='a.jpg' data-w='3' onload='x()'>"
    (one,) = found(rss(f"{link(1)}<description><![CDATA[{body}]]></description>"))
    assert one.html == body


def test_the_longest_text_of_an_item_is_the_article() -> None:
    head = "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
    item = f"<item>{link(1)}<description>短</description><content:encoded><![CDATA[<p>很长的正文</p>]]></content:encoded></item>"
    (one,) = found(f"{head}{item}</channel></rss>")
    assert one.html == "<p>很长的正文</p>"


def test_a_feed_that_is_not_full_gives_no_text() -> None:
    (one,) = found(feed([1], html=True), full=False)
    assert one.html is None


def test_what_the_recipe_skips_is_left_out() -> None:
    video = f"{link(1)}<type>video_article</type>"
    assert [one.url for one in found(rss(video, f"{link(2)}<type>article</type>"))] == [f"{HOST}/article/2"]


def test_a_feed_of_skipped_items_only_is_an_answer() -> None:
    assert found(rss(f"{link(1)}<type>video_article</type>")) == ()


def test_other_sites_and_other_pages_are_left_out() -> None:
    advert = "<link>http://shop.example/article/9</link>"
    channel = f"<link>{HOST}/channel/9</link>"
    assert [one.url for one in found(rss(advert, channel, "<title>no link</title>", link(2)))] == [
        f"{HOST}/article/2"
    ]


def test_each_article_is_named_once() -> None:
    twice = rss(f"{link(1)}<title>一</title>", "<link>http://www.news.example/article/1.html?x=1</link>")
    assert [one.title for one in found(twice)] == ["一"]


def test_a_later_page_is_no_article() -> None:
    assert [one.url for one in found(rss(f"<link>{HOST}/article/1/2</link>", link(2)))] == [
        f"{HOST}/article/2"
    ]


def test_a_date_without_a_zone_is_the_sources() -> None:
    (one,) = found(rss(f"{link(1)}<pubDate>2026-11-20 10:00:00</pubDate>"))
    assert one.published_at is not None
    assert one.published_at.isoformat() == "2026-11-20T10:00:00+08:00"


def test_a_date_keeps_the_offset_it_states() -> None:
    (one,) = found(rss(f"{link(1)}<pubDate>Sat, 26 Sep 2026 08:15:00 +0800</pubDate>"))
    assert one.published_at is not None
    assert one.published_at.isoformat() == "2026-09-26T08:15:00+08:00"


def test_an_empty_date_is_none_or_what_else_is_stated() -> None:
    assert found(rss(f"{link(1)}<pubDate></pubDate>"))[0].published_at is None
    stated = "<dcterms:created>2026-11-20T10:00:00Z</dcterms:created>"
    (one,) = found(rss(f"{link(1)}<pubDate></pubDate>{stated}"))
    assert one.published_at is not None
    assert one.published_at.hour == 10


def test_a_date_nobody_can_read_is_none() -> None:
    assert found(rss(f"{link(1)}<pubDate>soon</pubDate>"))[0].published_at is None


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("“A&amp;B”改名叫“A&lt;B”", "“A&B”改名叫“A<B”"),
        ("<![CDATA[ 两边有\n空白 ]]>", "两边有 空白"),
        ("<![CDATA[<b>粗</b>体]]>", "粗体"),
    ],
)
def test_a_title_is_plain_text_on_one_line(title: str, plain: str) -> None:
    assert found(rss(f"{link(1)}<title>{title}</title>"))[0].title == plain


def test_atom_is_a_feed_too() -> None:
    body = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title><entry><title>一</title>"
        "<link rel='alternate' href='/article/1'/><published>2026-11-20T10:00:00+08:00</published>"
        "<author><name>小明</name></author><content type='html'>&lt;p&gt;文&lt;/p&gt;</content></entry></feed>"
    )
    (one,) = found(body, "application/atom+xml")
    assert (one.url, one.author, one.html) == (f"{HOST}/article/1", "小明", "<p>文</p>")


def test_an_overlong_address_is_left_out() -> None:
    assert [one.url for one in found(rss(f"<link>{HOST}/article/1?{'x' * 3000}</link>", link(2)))] == [
        f"{HOST}/article/2"
    ]


def test_at_most_a_thousand_links_are_taken() -> None:
    assert len(found(rss(*map(link, range(1, 1200))))) == 1000


def test_a_check_page_in_place_of_the_feed_is_named() -> None:
    with pytest.raises(DiscoveryError, match="not a feed but the page “Access Verification”"):
        found(WAF, HTML)


@pytest.mark.parametrize("body", ["", "no xml", "<rss", rss(), "{}", "\0\1\2"])
def test_a_reply_without_items_is_an_error(body: str) -> None:
    with pytest.raises(DiscoveryError):
        found(body)


def test_a_feed_of_another_site_is_an_error() -> None:
    with pytest.raises(DiscoveryError, match="none of its 1 items is an article of tech"):
        found(rss("<link>http://parked.example/</link>"))


def test_an_entity_of_the_feed_reads_no_file() -> None:
    body = "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>" + rss(
        f"{link(1)}<title>a&x;b</title>"
    )
    assert found(body)[0].title in ("ab", "a&x;b", None)


# --- lists ---


def listed(body: bytes | str) -> tuple[Link, ...]:
    return found(
        body, HTML, kind="listing", url=LIST, items=".card", link="a", title="a", full=False, skip={}
    )


def test_a_list_gives_its_cards_in_order() -> None:
    assert listed(listing([5, 2])) == (
        Link(f"{HOST}/article/5.html", "listing", "第5篇"),
        Link(f"{HOST}/article/2.html", "listing", "第2篇"),
    )


def test_a_card_without_an_article_is_an_advert() -> None:
    page = "<div class=card><a href='https://shop.example/'>买</a></div><div class=card></div><div class=card><a href=/article/3> 三 </a></div>"
    assert [one.title for one in listed(page)] == ["三"]


def test_a_page_without_cards_is_an_error() -> None:
    with pytest.raises(DiscoveryError, match=r"no '.card' in the page “Access Verification”"):
        listed(WAF)


def test_an_empty_page_is_an_error() -> None:
    with pytest.raises(DiscoveryError, match="an empty reply"):
        listed(b"")


# --- JSON ---

API = {
    "kind": "api",
    "url": f"{HOST}/api",
    "ok": "success",
    "message": "error.message",
    "items": "data.list",
    "link": "join('', ['http://news.example/article/', to_string(aid)])",
    "title": "title",
    "author": "user.name",
    "published": "dateline",
    "full": False,
    "skip": {},
}


def replied(reply: object) -> tuple[Link, ...]:
    return found(json.dumps(reply), "application/json", **API)


def test_an_api_gives_its_items() -> None:
    item = {"aid": 7, "title": "七", "user": {"name": "小明"}, "dateline": 1789200000}
    (one,) = replied({"success": True, "data": {"list": [item]}})
    assert (one.url, one.title, one.author) == (f"{HOST}/article/7", "七", "小明")
    assert one.published_at == datetime.fromtimestamp(1789200000, UTC)


def test_what_an_api_complains_of_is_said() -> None:
    with pytest.raises(DiscoveryError, match="platform类型不正确"):
        replied({"success": False, "error": {"message": "platform类型不正确"}})


def test_a_page_in_place_of_json_is_named() -> None:
    with pytest.raises(DiscoveryError, match="not JSON but the page"):
        found(WAF, HTML, **API)


def test_json_without_the_list_is_an_error() -> None:
    with pytest.raises(DiscoveryError, match=r"no list at 'data\.list'"):
        replied({"success": True})


# --- sitemaps ---


def test_a_sitemap_gives_its_pages_the_latest_first() -> None:
    body = (
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
        f"<url><loc>{HOST}/article/1</loc><lastmod>2026-11-01</lastmod></url>"
        f"<url><loc> {HOST}/article/2 </loc><lastmod>2026-11-20</lastmod></url></urlset>"
    )
    urls = [one.url for one in found(body, "text/xml", kind="sitemap", full=False, skip={})]
    assert urls == [f"{HOST}/article/2", f"{HOST}/article/1"]


def test_a_page_in_place_of_a_sitemap_is_named() -> None:
    with pytest.raises(DiscoveryError, match="not a sitemap"):
        found(WAF, HTML, kind="sitemap", full=False, skip={})


def test_discovery_does_not_depend_on_a_sources_own_steps() -> None:
    bare = Source.model_validate(tech().model_dump() | {"discovery": ()})
    step = Step(kind="feed", url=FEED)
    assert len(links(feed([1]), FEED, step, bare, RSS, NOW)) == 1
