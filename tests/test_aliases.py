"""Whole crawls: an article is kept once, and every URL under which it was met leads to it."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from archive import Archive
from crawler.config import Settings
from crawler.report import CrawlReport
from crawler.source import parse_source, source_for
from tests.builders import files
from tests.site import FEED, HOST, LIST, RECIPE, Reply, Site, article_page, crawled, feed, settings

PHONES = "http://m.news.example/a/1?from=timeline"
WITH_PHONES = RECIPE.replace('"www.news.example"', '"m.news.example"').replace(
    "patterns = [", r"patterns = ['/a/(?P<id>\d+)', "
)
HERE = "http://blog.example.org"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with Site() as played:
        monkeypatch.setenv("http_proxy", played.address)
        yield played


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return settings(tmp_path)


def moved(to: str, status: int = 302) -> Reply:
    return Reply(status=status, headers={"Location": to})


def stating(number: int, canonical: str) -> bytes:
    """An article's page that calls itself by this address."""
    link = f'<link rel="canonical" href="{canonical}"></head>'
    return article_page(number).replace(b"</head>", link.encode())


def read(config: Settings, address: str) -> CrawlReport:
    """A crawl of one address without a recipe."""
    return crawled(config, address, source=source_for(address, {}))


def kept(config: Settings) -> list[str]:
    with Archive.read(config.archive) as archive:
        return sorted(row.url for row in archive.articles())


def leads_to(config: Settings, url: str) -> str | None:
    with Archive.read(config.archive) as archive:
        row = archive.article(url)
        return row.url if row else None


def states(config: Settings) -> dict[str, int]:
    """State → number of URLs, over all sources."""
    found: dict[str, int] = {}
    with Archive.read(config.archive) as archive:
        for counts in archive.counts().values():
            for state, number in counts.items():
                found[state] = found.get(state, 0) + number
    return found


def events(config: Settings, kind: str) -> list[str]:
    """The URLs of the ledger's lines of a kind."""
    with Archive.open(config.archive) as archive:
        return [line.event["url"] for line in archive._store.ledger.lines([]) if line.event["event"] == kind]


# --- with a recipe ---


def test_a_link_to_the_host_for_phones_is_an_alias(site: Site, config: Settings) -> None:
    source = parse_source(WITH_PHONES, "tech.toml")
    site.pages[FEED] = feed([], extra=f"<item><link>{PHONES}</link></item>")
    site.pages[PHONES] = article_page(1)
    assert crawled(config, source=source).counts == {"new": 1}
    assert kept(config) == [f"{HOST}/article/1"]
    assert leads_to(config, "http://m.news.example/a/1") == f"{HOST}/article/1"
    assert states(config) == {"archived": 1}


def test_all_spellings_that_discovery_found_are_aliases(site: Site, config: Settings) -> None:
    both = WITH_PHONES.replace('kind = "listing"', 'kind = "listing"\nalways = true')
    source = parse_source(both, "tech.toml")
    site.publish(1)
    site.pages[LIST] = f"<div class='card'><a href='{PHONES}'>1</a></div>".encode()
    assert crawled(config, source=source).counts == {"new": 1}
    for url in (f"{HOST}/article/1.html", f"{HOST}/article/1.html?f=rss", "http://m.news.example/a/1"):
        assert leads_to(config, url) == f"{HOST}/article/1"


def test_a_spelling_found_later_is_an_alias_without_a_request(site: Site, config: Settings) -> None:
    source = parse_source(WITH_PHONES, "tech.toml")
    site.publish(1)
    crawled(config, source=source)
    site.forget()
    site.pages[FEED] = feed([], extra=f"<item><link>{PHONES}</link></item>")
    assert crawled(config, source=source).counts == {"known": 1}
    assert site.asked == [FEED]
    assert leads_to(config, PHONES) == f"{HOST}/article/1"


def test_an_alias_is_written_once(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    for _ in range(3):
        crawled(config)
    assert events(config, "alias") == [f"{HOST}/article/1.html?f=rss", f"{HOST}/article/2.html?f=rss"]


def test_what_was_merely_passed_through_is_no_find(site: Site, config: Settings) -> None:
    site.publish(1)
    site.put(1, moved("/go/1"))
    site.pages[f"{HOST}/go/1"] = moved("/article/9")
    site.pages[f"{HOST}/article/9"] = article_page(9)
    assert crawled(config).counts == {"new": 1}
    assert leads_to(config, f"{HOST}/go/1") == f"{HOST}/article/9"
    assert states(config) == {"archived": 1, "duplicate": 1}


def test_with_a_recipe_the_stated_address_is_an_alias(site: Site, config: Settings) -> None:
    site.publish(1)
    site.put(1, stating(1, "/2026/quiet/"))
    crawled(config)
    assert kept(config) == [f"{HOST}/article/1"]
    assert leads_to(config, "http://news.example/2026/quiet") == f"{HOST}/article/1"


@pytest.mark.parametrize(
    "stated", [f"{HOST}/article/7", f"{HOST}/", f"{HOST}/article/", "http://else.example/a-b-c"]
)
def test_with_a_recipe_no_other_article_list_or_site_is_an_alias(
    stated: str, site: Site, config: Settings
) -> None:
    site.publish(1)
    site.put(1, stating(1, stated))
    crawled(config)
    assert leads_to(config, f"{HOST}/article/1") == f"{HOST}/article/1"
    assert leads_to(config, stated) is None


# --- without a recipe ---


def test_a_link_with_tracking_is_the_article(site: Site, config: Settings) -> None:
    address = f"{HERE}/2026/a-quiet-queue?utm_source=rss&from=timeline"
    site.pages[address] = article_page(1)
    read(config, address)
    assert kept(config) == [f"{HERE}/2026/a-quiet-queue"]
    site.forget()
    assert read(config, f"{HERE}/2026/a-quiet-queue/?spm=1.2.3").counts == {"known": 1}
    assert site.asked == []


def test_every_url_of_a_chain_of_redirects_is_an_alias(site: Site, config: Settings) -> None:
    way = [f"{HERE}/s/1", f"{HERE}/s/2", "http://short.example/3", f"{HERE}/2026/a-quiet-queue"]
    for number, (here, there) in enumerate(pairwise(way)):
        site.pages[here] = moved(there, 301 + number % 2)
    site.pages[way[-1]] = article_page(1)
    assert read(config, way[0]).counts == {"new": 1}
    assert [leads_to(config, url) for url in way] == way[-1:] * 4
    assert len(events(config, "alias")) == 3
    site.forget()
    for url in way[:3]:
        assert read(config, url).counts == {"known": 1}
    assert site.asked == []


def test_a_front_page_on_the_way_is_no_alias(site: Site, config: Settings) -> None:
    site.pages[f"{HERE}/s/1"] = moved("/")
    site.pages[f"{HERE}/"] = moved("/2026/a-quiet-queue")
    site.pages[f"{HERE}/2026/a-quiet-queue"] = article_page(1)
    read(config, f"{HERE}/s/1")
    assert leads_to(config, f"{HERE}/s/1") is not None
    assert leads_to(config, f"{HERE}/") is None


def test_an_amp_page_is_filed_under_the_address_it_states(site: Site, config: Settings) -> None:
    amp, own = f"{HERE}/quiet/amp.html", f"{HERE}/quiet/"
    site.pages[amp] = stating(1, own)
    assert read(config, amp).counts == {"new": 1}
    assert kept(config) == [own]
    assert leads_to(config, amp) == own
    site.forget()
    assert [read(config, url).counts for url in (amp, own)] == [{"known": 1}] * 2
    assert site.asked == []


def test_a_page_from_a_cache_is_filed_under_its_own_address(site: Site, config: Settings) -> None:
    cached = "http://blog-example-org.cdn.ampproject.org/c/blog.example.org/2026/a-quiet-queue/amp/"
    own = f"{HERE}/2026/a-quiet-queue/"
    site.pages[cached] = stating(1, own)
    read(config, cached)
    assert kept(config) == [own]
    site.forget()
    assert read(config, own).counts == {"known": 1}
    assert site.asked == []


def test_another_sites_address_is_a_hint_only(site: Site, config: Settings) -> None:
    address, stated = f"{HERE}/2026/a-quiet-queue", "http://else.example/2026/a-quiet-queue"
    site.pages[address] = stating(1, stated)
    read(config, address)
    assert kept(config) == [address]
    assert leads_to(config, stated) is None


@pytest.mark.parametrize("shared", ["/", "/2026/", "/news/", "/index.html"])
def test_a_front_page_or_list_that_pages_state_is_not_believed(
    shared: str, site: Site, config: Settings
) -> None:
    urls = [f"{HERE}/2026/{number}/quiet" for number in (1, 2)]
    for number, url in enumerate(urls):
        site.pages[url] = stating(number, HERE + shared)
        assert read(config, url).counts == {"new": 1}
    assert kept(config) == urls
    assert leads_to(config, HERE + shared) is None


def test_an_address_that_every_page_states_loses_no_article(site: Site, config: Settings) -> None:
    shared = f"{HERE}/landing/12345"
    urls = [f"{HERE}/2026/{number}/quiet" for number in (1, 2, 3)]
    for number, url in enumerate(urls):
        site.pages[url] = stating(number, shared)
        assert read(config, url).counts == {"new": 1}
    assert kept(config) == [urls[1], urls[2], shared]
    assert len(files(config.archive)) == 3


def test_what_leads_to_a_forgotten_article_is_not_asked_for_again(site: Site, config: Settings) -> None:
    site.publish(9)
    crawled(config)
    with Archive.open(config.archive) as archive:
        for row in archive.articles():
            archive.forget(row.url, crawled(config).started_at)
    site.publish(1)
    site.put(1, moved("/article/9"))
    crawled(config)
    site.forget()
    assert crawled(config).counts == {"known": 1}
    assert LIST not in site.asked
    assert site.asked == [FEED]
