"""Proposing a recipe, the pure parts: which addresses are articles, which zone a site lives by, what a file of feeds names."""

import asyncio
import re
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.proposing.addresses import address_of, identity_keys, site_of, strength
from crawler.proposing.clusters import Choice, chosen, clusters, observed
from crawler.proposing.draft import Draft, DraftStep, recipe, toml
from crawler.proposing.leads import leads, robots_sitemaps
from crawler.proposing.patterns import Addressing, addressing
from crawler.proposing.scout import Scout
from crawler.proposing.state_rules import held
from crawler.proposing.subscriptions import MOST, SubscriptionsError, subscriptions
from crawler.proposing.zones import zone_of
from crawler.reading import Fetched
from crawler.reading.page import Page
from crawler.source import parse_source, source_for

HOST = "http://paper.example"
LONG = "A headline of many words about the harbour"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def choice(
    *feed: str, links: tuple[tuple[str, str, bool], ...] = (), sitemap: tuple[str, ...] = ()
) -> Choice:
    """What is chosen of paths that a feed names, that links lead to (path, text, in a menu), that a sitemap has."""
    mentions = [(HOST + path, "feed", "", False) for path in feed]
    mentions += [(HOST + path, "listing", text, aside) for path, text, aside in links]
    mentions += [(HOST + path, "sitemap", "", False) for path in sitemap]
    seen, _ = observed(mentions, frozenset({"paper.example"}))
    return chosen(clusters(seen))


def addresses(
    *feed: str, links: tuple[tuple[str, str, bool], ...] = (), sitemap: tuple[str, ...] = ()
) -> Addressing:
    made = choice(*feed, links=links, sitemap=sitemap)
    return addressing(made.articles, made.others, HOST)


def knows(made: Addressing, path: str) -> bool:
    """Would a recipe take the path for an article's?"""
    return any(re.fullmatch(one, path) for one in made.patterns) and not any(
        re.fullmatch(one, path) for one in made.exclude
    )


# --- addresses ---


def test_numbers_become_an_id_and_the_canonical_form_is_made_of_it() -> None:
    made = addresses("/article/81001.html", "/article/81002.html")
    assert made == Addressing((r"/article/(?P<id>\d+)\.html",), f"{HOST}/article/{{id}}.html")


def test_a_spelling_with_and_without_its_ending_is_one_article() -> None:
    made = addresses("/article/81001.html", "/article/81002", "/article/81003.html")
    assert knows(made, "/article/9")
    assert knows(made, "/article/9.html")
    assert made.canonical.endswith("/article/{id}.html")


def test_days_and_slugs_are_generalised() -> None:
    made = addresses("/2026/11/20/the-harbour-opens/", "/2026/11/19/old-engine/")
    assert knows(made, "/2031/1/2/anything-else/")
    assert not knows(made, "/tag/some-thing/")
    assert made.canonical == f"{HOST}/{{path}}/"


def test_an_id_behind_a_slug_is_found() -> None:
    made = addresses(
        "/netz/some-title-704001.html", "/mobil/other-title-704008.html", "/wissen/x-704009.html"
    )
    match = re.fullmatch(made.patterns[0], "/ki/new-one-800100.html")
    assert match
    assert match["id"] == "800100"


def test_an_id_before_a_slug_is_found() -> None:
    match = re.fullmatch(
        addresses("/news/51234-some-title", "/news/51235-other").patterns[0], "/news/60000-x-y"
    )
    assert match
    assert match["id"] == "60000"


def test_a_year_at_the_end_of_a_slug_is_no_id() -> None:
    made = addresses("/blog/best-phones-2025", "/blog/best-phones-2026")
    assert "(?P<id>" not in made.patterns[0]
    assert knows(made, "/blog/something-else")


def test_a_number_that_begins_anew_in_each_folder_is_no_id() -> None:
    assert "(?P<id>" not in addresses("/2611/20/news100.html", "/2611/19/news100.html").patterns[0]
    assert "(?P<id>" not in addresses("/0/957/505.htm", "/0/957/506.htm").patterns[0]


def test_a_hash_behind_a_slug_is_an_id() -> None:
    made = addresses("/news/a-nice-slug-3fa9c1d2", "/news/other-slug-0badf00d")
    match = re.fullmatch(made.patterns[0], "/news/third-one-12ab34cd")
    assert match
    assert match["id"] == "12ab34cd"


def test_a_query_that_tells_articles_apart_is_kept_and_others_are_not() -> None:
    made = addresses(
        "/story?sid=84001&from=rss", "/story?sid=84002&from=rss", links=(("/search?tid=4", "AI", False),)
    )
    assert made.keep == ("sid",)
    assert re.fullmatch(made.patterns[0], "/story?sid=9")
    assert identity_keys([f"{HOST}/a?page=2", f"{HOST}/a?page=3"]) == ()
    assert identity_keys([f"{HOST}/a-long-slug-12345?ref=1", f"{HOST}/a-long-slug-12346?ref=2"]) == ()


def test_at_the_root_pages_about_the_site_are_left_out() -> None:
    links = (
        ("/about", "About", True),
        ("/reviews", "Reviews", True),
        ("/privacy-policy", "Privacy policy", True),
    )
    made = addresses("/the-harbour-opens", "/old-engine-returns", links=links)
    assert knows(made, "/new-thing-today")
    assert not any(knows(made, path) for path in ("/about", "/reviews", "/privacy-policy", "/contact-us"))


def test_sections_that_no_feed_names_are_taken_where_their_pages_look_alike() -> None:
    links = tuple(
        (f"/{section}/a-long-slug-of-words", LONG, False) for section in ("science", "culture", "money")
    )
    made = addresses("/tech/the-harbour-opens-again", links=(*links, ("/author/ada-moor", "Ada Moor", False)))
    assert all(knows(made, path) for path in ("/science/x-y", "/sport/a-b"))
    assert not knows(made, "/author/ada-moor")
    assert not knows(made, "/tag/new-thing")


def test_without_a_feed_the_shape_that_repeats_is_taken() -> None:
    links = tuple(
        (f"/article/{number}.html", "某地第五座发电站投入运行引发关注", False) for number in range(100, 110)
    )
    noise = (
        ("/list/1.html", "手机", True),
        ("/tag/5.html", "芯片", False),
        ("/about.html", "关于我们", True),
    )
    assert addresses(links=(*links, *noise)).patterns == (r"/article/(?P<id>\d+)\.html",)


def test_of_a_sitemap_tags_and_people_are_left_out() -> None:
    listed = tuple(f"/stories/a-long-slug-number-{word}" for word in ("one", "two", "three", "four", "five"))
    made = choice(sitemap=(*listed, "/tag/harbour", "/tag/steam-and-smoke-here", "/author/ada-moor"))
    assert [one.name for one in made.articles] == ["/stories/<slug>"]


def test_a_menu_is_no_list_of_articles() -> None:
    links = tuple(
        (f"/{word}", word.title(), True) for word in ("news", "reviews", "opinion", "videos", "about")
    )
    assert choice(links=links).articles == ()


def test_words_with_a_meaning_in_patterns_mean_themselves() -> None:
    made = addresses("/c++/some-slug-here", "/c++/other-slug-here")
    assert knows(made, "/c++/third-one")
    assert not knows(made, "/ccc/third-one")


@pytest.mark.parametrize(
    ("path", "least"),
    [
        ("/12345", 3),
        ("/a-slug-of-four-words", 3),
        ("/t20261120_123456.html", 3),
        ("/CKD2J3F4000", 3),
        ("/about", 0),
        ("/two-words", 1),
    ],
)
def test_how_much_an_address_looks_like_an_article_s(path: str, least: int) -> None:
    address = address_of(HOST + path)
    assert address is not None
    assert strength(address) == least


@pytest.mark.parametrize(
    "url",
    [
        "mailto:a@b.example",
        "http://paper.example/a.jpg",
        "http://paper.example/feed.xml",
        "http://[::1",
        "x" * 900,
    ],
)
def test_what_is_no_page_has_no_address(url: str) -> None:
    assert address_of(url) is None


def test_a_host_under_an_ending_that_nobody_knows_is_one_site_with_and_without_www() -> None:
    assert site_of("http://www.paper.example/") == site_of("http://paper.example/") == "paper.example"


# --- zones ---


def moment(hours: float, offset: float = 0) -> datetime:
    zone = timedelta(hours=offset)
    return (NOON + timedelta(hours=hours)).astimezone(UTC).astimezone(__import__("datetime").timezone(zone))


@pytest.mark.parametrize(
    ("language", "offsets", "zone"),
    [
        ("zh-CN", (8,), "Asia/Shanghai"),
        ("zh-TW", (8,), "Asia/Taipei"),
        ("de", (1,), "Europe/Berlin"),
        ("en", (-5,), "America/New_York"),
        ("en-US", (-8,), "America/Los_Angeles"),
        ("en", (0,), "UTC"),
        ("ja", (), "Asia/Tokyo"),
        (None, (), "UTC"),
        ("en", (5.5,), "Asia/Kolkata"),
        ("xx", (-11,), "Etc/GMT+11"),
    ],
)
def test_the_zone_is_told_by_offsets_and_language(
    language: str | None, offsets: tuple[float, ...], zone: str
) -> None:
    stated = [moment(0, offset) for offset in offsets]
    assert zone_of(language, "http://paper.example/", stated, [])[0] == zone


def test_the_zone_is_told_by_a_clock_that_differs_from_the_feed_s() -> None:
    pairs = [
        (NOON + timedelta(hours=8, minutes=2), NOON),
        (NOON + timedelta(hours=13), NOON + timedelta(hours=5)),
    ]
    assert zone_of(None, "http://paper.example/", [], pairs) == (
        "Asia/Shanghai",
        "its pages' clock is +08:00 from what its feed states",
    )


def test_the_ending_of_the_host_tells_where_english_is_spoken() -> None:
    assert zone_of("en", "https://paper.co.uk/", [], [])[0] == "Europe/London"


# --- what a page names ---


def page(markup: str, url: str = f"{HOST}/") -> Fetched:
    return Fetched(
        url=url, status=200, body=markup.encode(), content_type="text/html; charset=utf-8", fetched_at=NOON
    )


def test_feeds_are_found_the_main_one_first() -> None:
    found = leads(
        page(
            "<link rel='alternate' type='application/rss+xml' title='Comments' href='/comments/feed/'>"
            "<link rel=alternate type='application/atom+xml' href='/atom'><a href='/rss'>RSS</a><a href='/rss-history'>x</a>"
        )
    )
    assert found.feeds[0] == f"{HOST}/atom"
    assert set(found.feeds) >= {f"{HOST}/rss", f"{HOST}/comments/feed/"}


def test_sitemaps_of_robots_txt_are_absolute_and_named_once() -> None:
    text = b"User-agent: *\nsitemap: /a.xml # main\nSitemap: https://paper.example/b.xml\nSitemap: http://paper.example/b.xml\nSitemap: ftp://x/y"
    assert robots_sitemaps(text, f"{HOST}/robots.txt") == (f"{HOST}/a.xml", "https://paper.example/b.xml")


@pytest.mark.parametrize(
    ("markup", "selector"),
    [
        ("<a rel='next' href='/?page=2'>x</a>", "a[rel~='next']"),
        ("<a class='btn next' href='/p/2'>→</a>", "a.next"),
        ("<a href='/p/2'>下一页</a>", 'xpath://a[normalize-space(.)="下一页"]'),
        ("<a href='#'>Next</a>", None),
        ("<a href='javascript:more()'>Next</a>", None),
        ("<a href='/next-big-thing'>The next big thing</a>", None),
    ],
)
def test_the_link_to_a_list_s_next_page_is_found(markup: str, selector: str | None) -> None:
    assert leads(page(markup)).next_selector == selector


def test_a_state_is_found_with_the_way_to_the_article_and_its_fields() -> None:
    state = (
        '{"data":{"post-4711":{"head":"The harbour opens again","by":{"name":"Ada Moor"},"publishedAt":"2026-11-20T10:00:00Z","html":"<p>'
        + "word " * 60
        + '</p>"}}}'
    )
    fetched = page(f"<h1>x</h1><script>window.__STATE__ = {state};</script>", f"{HOST}/p/4711")
    found = held(Page(fetched, source_for(HOST, {}), "4711"), "The harbour opens again", "Ada Moor")
    assert found is not None
    assert found.keys["name"] == "window.__STATE__"
    assert found.keys["at"] == 'data."post-{id}"'
    assert found.rules == {
        "authors": ("json:by.name",),
        "published": ("json:publishedAt",),
        "body": ("json:html",),
    }


@pytest.mark.parametrize(("delay", "most"), [(b"", 15), (b"Crawl-delay: 20", 7)])
def test_a_site_that_wants_long_pauses_is_asked_little(delay: bytes, most: int) -> None:
    asked = []

    async def get(url: str, _is_sitemap: bool) -> Fetched:
        asked.append(url)
        return replace(
            page("<p>A page.</p><a href='/about'>About</a>", url), status=200 if url == f"{HOST}/" else 404
        )

    scout = Scout(get, lambda _url: (200, b"User-agent: *\n" + delay), lambda _url: None)
    asyncio.run(scout.look(f"{HOST}/"))
    assert len(asked) <= most
    assert len(asked) > most - 4


# --- the recipe as text ---


def draft(**changes: object) -> Draft:
    facts: dict[str, object] = {
        "name": "paper",
        "title": 'The "Paper"',
        "home": f"{HOST}/",
        "language": "en",
        "zone": "UTC",
        "hosts": ("paper.example",),
        "article": Addressing((r"/a/(?P<id>\d+)",), f"{HOST}/a/{{id}}"),
        "steps": (DraftStep({"kind": "feed", "url": f"{HOST}/feed", "full": True}, "Why it is there."),),
        "notes": {"zone": "nothing tells it"},
    }
    return Draft(**(facts | changes))  # type: ignore[arg-type]


def test_a_draft_is_a_recipe_with_comments() -> None:
    text = recipe(draft(rules={"authors": {"select": ".by", "match": r"by\s+(.+)"}}), "What it is.")
    source = parse_source(text, "paper.toml")
    assert (source.title, source.discovery[0].full, source.templates[0].authors[0].match) == (
        'The "Paper"',
        True,
        r"by\s+(.+)",
    )
    assert text.startswith("# What it is.\n")
    assert 'zone = "UTC"  # nothing tells it\n' in text
    assert "# Why it is there.\n[[discovery]]" in text


@pytest.mark.parametrize(
    "value",
    [
        "plain",
        'a "b"',
        r"\d+",
        r"it's \d",
        "tab\tnew\nline",
        "某嗅网 🐯",
        "\x7f\x00",
        True,
        3,
        2.5,
        ["a", r"\d"],
        {"a b": "c", "d": ["e"]},
    ],
)
def test_values_are_read_as_they_were_written(value: object) -> None:
    assert tomllib.loads(f"key = {toml(value)}")["key"] == value


# --- files of feeds ---

OPML = """<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Tech"><outline text="Deep"><outline type="rss" text="A" xmlUrl="http://a.example/feed" htmlUrl="http://a.example/"/></outline></outline>
<outline type="rss" title="B" XMLURL="feed:http://b.example/rss"/><outline type="rss" xmlUrl="http://a.example/feed"/>
<outline text="C" htmlUrl="http://c.example/"/><outline text="bad" xmlUrl="javascript:alert(1)"/></body></opml>"""


def test_an_opml_gives_its_feeds_however_deep_each_once() -> None:
    found = subscriptions(OPML.encode())
    assert [one.url for one in found] == [
        "http://a.example/feed",
        "http://b.example/rss",
        "http://c.example/",
    ]
    assert (found[0].title, found[0].page) == ("A", "http://a.example/")


def test_a_list_of_addresses_is_taken_too() -> None:
    found = subscriptions(b"# mine\nhttp://a.example/feed  the first\n\nno address\nhttps://b.example/\n")
    assert [one.url for one in found] == ["http://a.example/feed", "https://b.example/"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just words",
        b"<html><body>no</body></html>",
        b"<opml><body/></opml>",
        b"\x00\xff",
        b"<" * 2_000,
        b"x" * 6_000_000,
    ],
)
def test_a_file_without_feeds_says_so(content: bytes) -> None:
    with pytest.raises(SubscriptionsError):
        subscriptions(content)


def test_entities_stand_for_nothing_and_files_are_not_read() -> None:
    bomb = (
        b'<!DOCTYPE opml [<!ENTITY a "http://x.example/"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
        b'<opml><body><outline text="&f;" xmlUrl="http://a.example/"/>&b;</body></opml>'
    )
    assert [(one.url, one.title) for one in subscriptions(bomb)] == [("http://a.example/", None)]


def test_no_more_than_a_thousand_are_taken() -> None:
    lines = "\n".join(f"http://h{number}.example/" for number in range(1_500))
    assert len(subscriptions(lines.encode())) == MOST
