"""Whole invented sites, played: the recipe that is proposed finds and reads all of their articles."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from archive import Archive
from crawler.config import Settings
from crawler.fetch import session
from crawler.proposing.propose import Proposal, ProposeError, Scout, propose
from crawler.site_config import parse
from crawler.source import parse_source
from tests import played_sites
from tests.played_sites import XML, Played, rss
from tests.site import WAF, Reply, Site, crawled, in_loop, settings

SITES = {
    "wordpress": played_sites.wordpress,
    "portal": played_sites.portal,
    "by_query": played_sites.by_query,
    "next_js": played_sites.next_js,
    "magazine": played_sites.magazine,
    "nuxt": played_sites.nuxt,
    "board": played_sites.board,
    "river": played_sites.river,
}
KINDS = {
    "wordpress": ["feed", "sitemap", "listing"],
    "portal": ["listing"],
    "by_query": ["feed", "listing"],
    "next_js": ["sitemap", "listing"],
    "magazine": ["feed", "sitemap", "listing"],
    "nuxt": ["feed", "listing"],
    "board": ["listing"],
    "river": ["feed", "listing", "listing"],
}


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return settings(tmp_path)


def proposed(url: str, config: Settings, sample: int = 5, rules: str | None = None) -> Proposal:
    """What is proposed for a URL, asked for in this process."""

    async def look() -> Proposal:
        async with session(config) as asking:
            scout = Scout(
                lambda address, is_sitemap: asking.get(address, is_sitemap=is_sitemap),
                asking.robots,
                lambda _url: None,
                parse(rules, "rules.txt") if rules else None,
            )
            return await propose(url, None, scout, sample)

    found: Proposal = in_loop(look())
    return found


def play(monkeypatch: pytest.MonkeyPatch, played: Played | dict[str, bytes | Reply]) -> Site:
    site = Site(played.pages if isinstance(played, Played) else played)
    monkeypatch.setenv("http_proxy", site.address)
    return site


def archived(config: Settings) -> dict[str, tuple[str, tuple[str, ...], datetime | None]]:
    """What the archive holds: URL → title, authors, time."""
    with Archive.read(config.archive) as archive:
        rows = archive.articles()
    return {row.url: (row.title, tuple(row.authors), _moment(row.published_at)) for row in rows}


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value  # type: ignore[return-value]


@pytest.mark.parametrize("name", SITES)
def test_the_recipe_that_is_proposed_archives_every_article_as_it_is_told(
    monkeypatch: pytest.MonkeyPatch, config: Settings, name: str
) -> None:
    played = SITES[name](15)
    with play(monkeypatch, played):
        proposal = proposed(played.home, config)
        assert proposal.is_usable, proposal.weak
        report = crawled(config, source=parse_source(proposal.text, "written.toml"))
    assert report.counts == {"new": 15}, report
    assert archived(config) == {one.url: (one.title, (one.author,), one.at) for one in played.articles}
    assert proposal.source is not None
    assert [step.kind for step in proposal.source.discovery] == KINDS[name]


@pytest.mark.parametrize("name", SITES)
def test_a_look_around_costs_few_requests(
    monkeypatch: pytest.MonkeyPatch, config: Settings, name: str
) -> None:
    played = SITES[name](12)
    with play(monkeypatch, played) as site:
        proposal = proposed(played.home, config, sample=3)
    assert len(site.asked) == proposal.requests <= 15 + 3 + 3
    assert len(site.asked) == len(set(site.asked))
    assert len(site.robots) == 1


@pytest.mark.parametrize(
    ("pick", "kind"),
    [
        (lambda one: f"{one.home}feed/", "feed"),
        (lambda one: f"{one.home}sitemap_index.xml", "sitemap"),
        (lambda one: one.articles[3].url, "article"),
        (lambda one: f"{one.home}category/engines/", "section"),
    ],
)
def test_any_page_of_a_site_leads_to_the_same_recipe(
    monkeypatch: pytest.MonkeyPatch, config: Settings, pick: Callable[[Played], str], kind: str
) -> None:
    played = played_sites.wordpress(24)
    with play(monkeypatch, played):
        proposal = proposed(pick(played), config, sample=2)
    assert (proposal.kind, proposal.is_usable, proposal.name) == (kind, True, "blog-of-engines")
    assert proposal.source is not None
    assert [step.kind for step in proposal.source.discovery][:2] == ["feed", "sitemap"]
    assert proposal.source.identify(played.articles[20].url)
    assert proposal.source.identify(f"{played.home}about/") is None


def test_a_feed_is_called_full_where_its_texts_are_as_long_as_the_pages(
    monkeypatch: pytest.MonkeyPatch, config: Settings
) -> None:
    full, short = played_sites.wordpress(12), played_sites.magazine(12)
    with play(monkeypatch, {**full.pages, **short.pages}):
        sources = [proposed(one.home, config, sample=3).source for one in (full, short)]
    assert [source and source.discovery[0].full for source in sources] == [True, False]


def test_rules_are_left_out_where_the_general_reader_is_right(
    monkeypatch: pytest.MonkeyPatch, config: Settings
) -> None:
    played = played_sites.wordpress(12)
    with play(monkeypatch, played):
        proposal = proposed(played.home, config)
    assert proposal.source is not None
    assert proposal.source.templates == ()
    assert proposal.reading is not None
    assert {name: score.right for name, score in proposal.reading.scores.items()} == dict.fromkeys(
        ("title", "authors", "published", "body"), 5
    )


def test_every_table_of_the_recipe_says_where_it_is_from(
    monkeypatch: pytest.MonkeyPatch, config: Settings
) -> None:
    played = played_sites.next_js(12)
    with play(monkeypatch, played):
        lines = proposed(played.home, config).text.splitlines()
    assert lines[0].startswith("# The Fold. Proposed by `broadsheet add http://thefold.example/` on ")
    before = [lines[place - 1] for place, line in enumerate(lines) if line in ("[[discovery]]", "[[states]]")]
    assert len(before) == 3
    assert all(line.startswith("# ") for line in before)


def test_pages_that_are_refused_leave_the_feed_s_texts(
    monkeypatch: pytest.MonkeyPatch, config: Settings
) -> None:
    played = played_sites.wordpress(12)
    for one in played.articles:
        played.pages[one.url] = Reply(WAF, 403)
    with play(monkeypatch, played):
        proposal = proposed(played.home, config)
    assert proposal.is_usable
    assert "its articles are those of the feed" in proposal.weak[0]
    assert proposal.source is not None
    assert proposal.source.discovery[0].full


def test_what_is_weak_is_said(monkeypatch: pytest.MonkeyPatch, config: Settings) -> None:
    played = played_sites.portal(12)
    for one in played.articles:
        page = played.pages[one.url]
        assert isinstance(page, Reply)
        played.pages[one.url] = Reply(
            page.body.replace(f"作者：{one.author}".encode("gbk"), b""), headers=page.headers
        )
    with play(monkeypatch, played):
        proposal = proposed(played.home, config)
    assert proposal.is_usable
    assert proposal.weak == (
        "no feed was found: what is new is told by its list of articles alone",
        "authors: right on 0 of 5 pages (not found)",
    )


def test_rules_that_somebody_wrote_for_the_site_come_first(
    monkeypatch: pytest.MonkeyPatch, config: Settings
) -> None:
    played = played_sites.wordpress(12)
    with play(monkeypatch, played):
        good = proposed(
            played.home, config, 3, "body: //div[@class='entry-content']\nstrip: //div[@class='promo']"
        ).source
        bad = proposed(played.home, config, 3, "title: //footer").source
    assert good is not None
    assert bad is not None
    assert good.templates[0].body[0].select == "xpath://div[@class='entry-content']"
    assert good.templates[0].strip == ("xpath://div[@class='promo']",)
    assert bad.templates == ()


HOME = "http://a.example/"


@pytest.mark.parametrize(
    ("pages", "says"),
    [
        ({}, "answers 404"),
        ({HOME: Reply(b"no", 403)}, "refuses us (status 403)"),
        ({HOME: b""}, "an empty page"),
        (
            {HOME: Reply(bytes(range(256)) * 9, headers={"Content-Type": "application/octet-stream"})},
            "not a site but 2,304 bytes",
        ),
        ({HOME: WAF}, "a check page, not the site (Access Verification)"),
        ({HOME: Reply(drop=True)}, "check the address and your network"),
        ({HOME: b"<p>x</p>", f"{HOME}robots.txt": b"User-agent: *\nDisallow: /"}, "robots.txt forbids it"),
        ({HOME: Reply(status=302, headers={"Location": HOME})}, "redirects too many times"),
        (
            {HOME: Reply(status=302, headers={"Location": "http://127.0.0.1:1/"})},
            "not an address of the open internet",
        ),
    ],
)
def test_a_site_that_cannot_be_had_is_one_line(
    monkeypatch: pytest.MonkeyPatch, config: Settings, pages: dict[str, bytes | Reply], says: str
) -> None:
    with play(monkeypatch, pages), pytest.raises(ProposeError) as error:
        proposed(HOME, config)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


FEED_LINK = b"<link rel=alternate type='application/rss+xml' href='/feed'>"
ELSEWHERE = rss(
    "Links",
    HOME,
    [f"<item><title>A{n}</title><link>http://o{n}.example/a-{n}</link></item>" for n in range(9)],
)


@pytest.mark.parametrize(
    ("home", "feed", "says"),
    [
        (b"<body><h1>My page</h1><p>Hello.</p></body>", None, "no links to pages of the site itself"),
        (b"<body><div id=root></div><script src=/app.js></script></body>", None, "filled by scripts"),
        (FEED_LINK + b"<a href='/item?id=1'>comments</a>", ELSEWHERE, "its feed leads to other sites alone"),
        (FEED_LINK + b"<p>x</p>", rss("Empty", HOME, []), "no links to pages of the site itself"),
    ],
)
def test_a_page_without_articles_gives_no_recipe_and_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, config: Settings, home: bytes, feed: bytes | None, says: str
) -> None:
    pages: dict[str, bytes | Reply] = {HOME: home}
    pages |= {f"{HOME}feed": Reply(feed, headers=XML)} if feed else {}
    with play(monkeypatch, pages):
        proposal = proposed(HOME, config)
    assert (proposal.source, proposal.text, proposal.is_usable) == (None, "", False)
    assert says in proposal.weak[0]
