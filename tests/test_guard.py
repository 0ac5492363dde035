"""Nothing in a page, a redirect or a name leads a crawl into the user's own network: whole crawls, with a server
inside that counts who knocks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.middlewares.resolver import PublicResolver
from crawler.report import CrawlReport
from crawler.source import source_for
from tests.hostile import Hostile, head, reply
from tests.names import names
from tests.site import HOST, article_page, crawled, feed, settings
from tests.test_addresses import LOOPBACK_SPELLINGS

PUBLIC = "93.184.215.14"
LOOPBACK = ("127.0.0.0/8",)


@pytest.fixture
def inner() -> Iterator[Hostile]:
    """A server on this machine that no crawl has any business with."""
    with Hostile() as played:
        yield played


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hostile]:
    with Hostile() as played:
        monkeypatch.setenv("http_proxy", played.address)
        monkeypatch.setenv("https_proxy", played.address)
        yield played


def asked_for(root: Path, url: str, *allowed: str) -> CrawlReport:
    """A crawl of one URL without a recipe."""
    return crawled(settings(root, allow_networks=allowed), url, source=source_for(HOST, {}))


def ended(report: CrawlReport) -> tuple[str, str]:
    """How the one URL of a crawl ended, and why."""
    ((url, state),) = report.states.items()
    return state, report.reasons.get(url, "")


def moved(where: str, status: str = "302 Found") -> bytes:
    return head(f"Location: {where}", "Content-Length: 0", status=status)


# --- what a URL spells out ---


def spelled_out(root: Path, port: int) -> list[str]:
    """How every spelling of this machine ends: one crawl of them all, each with a path of its own."""
    urls = [f"http://{host}:{port}/a-post-{number}" for number, host in enumerate(LOOPBACK_SPELLINGS)]
    report = crawled(settings(root), *urls, source=source_for(HOST, {}))
    assert len(report.states) == len(urls)
    return list(report.states.values())


def test_a_url_that_spells_out_this_machine_gets_no_request(inner: Hostile, tmp_path: Path) -> None:
    assert set(spelled_out(tmp_path, inner.port)) == {"excluded"}
    assert inner.connections == 0


def test_a_proxy_is_not_asked_for_it_either(proxy: Hostile, tmp_path: Path) -> None:
    """Not even for its robots.txt."""
    assert set(spelled_out(tmp_path, proxy.port)) == {"excluded"}
    assert proxy.connections == 0


def test_the_report_says_why(inner: Hostile, tmp_path: Path) -> None:
    report = asked_for(tmp_path, f"{inner.address}/a-post")
    assert ended(report) == ("excluded", "127.0.0.1 is not an address of the open internet")


@pytest.mark.parametrize("no_proxy", ["127.0.0.1", "*", "localhost,127.0.0.1"])
def test_what_needs_no_proxy_is_judged_as_well(
    no_proxy: str, proxy: Hostile, inner: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", no_proxy)
    assert ended(asked_for(tmp_path, f"{inner.address}/a-post"))[0] == "excluded"
    assert (inner.connections, proxy.connections) == (0, 0)


# --- where a reply leads ---


@pytest.mark.parametrize(
    ("status", "where"),
    [
        ("301 Moved", "http://127.0.0.1:{}/"),
        ("302 Found", "//127.1:{}/"),
        ("303 See Other", "http://[::ffff:7f00:1]:{}/"),
        ("307 Temporary", "http://ｌocalhost:{}/"),
        ("308 Permanent", "http://127.0.0.1:{}/"),
    ],
)
def test_a_redirect_inside_is_not_followed(
    status: str, where: str, proxy: Hostile, inner: Hostile, tmp_path: Path
) -> None:
    url = f"{HOST}/a-post"
    proxy.scripts[url] = moved(where.format(inner.port), status)
    state, reason = ended(asked_for(tmp_path, url))
    assert state == "excluded"
    assert reason.endswith("is not an address of the open internet")
    assert proxy.asked == [f"{HOST}/robots.txt", url]
    assert inner.connections == 0


def test_the_last_of_a_chain_is_judged_as_the_first(proxy: Hostile, inner: Hostile, tmp_path: Path) -> None:
    proxy.scripts |= {
        f"{HOST}/a": moved("/b", "301 Moved"),
        f"{HOST}/b": moved("http://www.news.example/c", "307 Temporary"),
        "http://www.news.example/c": moved(f"{inner.address}/d", "308 Permanent"),
    }
    assert ended(asked_for(tmp_path, f"{HOST}/a"))[0] == "excluded"
    assert "http://www.news.example/c" in proxy.asked
    assert inner.connections == 0


def test_a_page_that_reloads_itself_inside_is_not_followed(
    proxy: Hostile, inner: Hostile, tmp_path: Path
) -> None:
    refresh = f"<meta http-equiv='refresh' content='0;url={inner.address}/'>".encode()
    proxy.scripts[f"{HOST}/a"] = reply(article_page(1).replace(b"</head>", refresh + b"</head>"))
    asked_for(tmp_path, f"{HOST}/a")
    assert proxy.asked.count(f"{HOST}/a") == 1
    assert inner.connections == 0


def test_robots_txt_leads_nowhere_inside(proxy: Hostile, inner: Hostile, tmp_path: Path) -> None:
    proxy.scripts[f"{HOST}/robots.txt"] = moved(f"{inner.address}/robots.txt")
    proxy.scripts[f"{HOST}/a"] = reply(article_page(1))
    report = asked_for(tmp_path, f"{HOST}/a")
    assert report.finished_at is not None
    assert f"{HOST}/robots.txt" in proxy.asked
    assert inner.connections == 0


def test_a_feed_that_leads_inside_ends_in_the_report(proxy: Hostile, inner: Hostile, tmp_path: Path) -> None:
    proxy.scripts[f"{HOST}/feed"] = moved(f"{inner.address}/feed")
    proxy.scripts[f"{HOST}/list"] = reply(b"<a href='http://127.0.0.1/'>x</a>")
    report = crawled(settings(tmp_path))
    problem = report.discovery[0].problem or ""
    assert "127.0.0.1 is not an address of the open internet" in problem
    assert inner.connections == 0


def test_an_article_whose_redirect_leads_inside_is_excluded_and_the_rest_is_kept(
    proxy: Hostile, inner: Hostile, tmp_path: Path
) -> None:
    proxy.scripts[f"{HOST}/feed"] = reply(feed([1, 2]), kind="application/rss+xml")
    proxy.scripts[f"{HOST}/article/1.html?f=rss"] = moved(f"{inner.address}/")
    proxy.scripts[f"{HOST}/article/2.html?f=rss"] = reply(article_page(2))
    assert crawled(settings(tmp_path)).counts == {"new": 1, "excluded": 1}
    assert inner.connections == 0


# --- what a name leads to ---


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0", "10.0.0.1", "fe80::1"]
)
def test_a_name_that_leads_inside_gets_no_connection(address: str, inner: Hostile, tmp_path: Path) -> None:
    with names({"news.example": [[address]]}) as twin:
        report = asked_for(tmp_path, f"http://news.example:{inner.port}/a-post")
    assert ended(report) == ("excluded", "news.example leads to no address of the open internet")
    assert "news.example" in twin.asked
    assert inner.connections == 0


def test_an_international_name_that_leads_inside_is_excluded_as_well(inner: Hostile, tmp_path: Path) -> None:
    with names({"新闻.example": [["127.0.0.1"]], "xn--efvy88h.example": [["127.0.0.1"]]}):
        report = asked_for(tmp_path, f"http://新闻.example:{inner.port}/a-post")
    assert ended(report)[0] == "excluded"
    assert inner.connections == 0


@pytest.mark.parametrize("host", ["localhost.localdomain", "ip6-localhost", "printer.local", "router"])
def test_names_of_this_network_are_refused_unseen(host: str, inner: Hostile, tmp_path: Path) -> None:
    with names({host: [["127.0.0.1"]]}) as twin:
        assert ended(asked_for(tmp_path, f"http://{host}:{inner.port}/"))[0] == "excluded"
    assert twin.asked == []


def test_a_redirect_to_a_name_that_leads_inside_is_excluded(inner: Hostile, tmp_path: Path) -> None:
    """Of two names on one machine the allowed one is reached; its connection is not used for the other."""
    with Hostile() as outer, names({"news.example": [["127.0.0.1"]], "inner.example": [["10.0.0.1"]]}):
        outer.scripts[f"{outer.address}/a"] = moved(f"http://inner.example:{outer.port}/b")
        report = asked_for(tmp_path, f"http://news.example:{outer.port}/a", "127.0.0.1/32")
        assert ended(report) == ("excluded", "inner.example leads to no address of the open internet")
        assert [url.rpartition("/")[2] for url in outer.asked] == ["robots.txt", "a"]


def test_a_name_that_changes_its_mind_is_judged_by_what_is_connected_to(tmp_path: Path) -> None:
    """Rebinding: robots.txt is served from an allowed address, then the name leads to another one."""
    with Hostile() as outer, names({"news.example": [["127.0.0.1"], ["127.0.0.2"]]}) as twin:
        robots = head("Connection: close", "Content-Length: 0", status="404 Not Found")
        outer.scripts[f"{outer.address}/robots.txt"] = lambda: [robots]
        report = asked_for(tmp_path, f"http://news.example:{outer.port}/a", "127.0.0.1/32")
        assert outer.asked == [f"{outer.address}/robots.txt"]
    assert ended(report) == ("excluded", "news.example leads to no address of the open internet")
    assert len(twin.asked) == 2


def test_behind_the_resolver_the_connection_itself_is_judged(
    inner: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever resolved the name: no byte is sent to a peer inside."""
    monkeypatch.setattr(PublicResolver, "install_on_reactor", lambda _self: None)
    with names({"news.example": [["127.0.0.1"]]}):
        report = asked_for(tmp_path, f"http://news.example:{inner.port}/a-post")
        secure = asked_for(tmp_path / "2", f"https://news.example:{inner.port}/a-post")
    assert ended(report) == ("excluded", "127.0.0.1 is not an address of the open internet")
    assert ended(secure) == ("excluded", "127.0.0.1 is not an address of the open internet")
    assert inner.connections > 0
    assert inner.received == b""


# --- what a setting allows ---


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "localhost"])
def test_an_allowed_network_is_reached_by_address(host: str, inner: Hostile, tmp_path: Path) -> None:
    with names({"localhost": [["127.0.0.1"]]}):
        report = asked_for(tmp_path, f"http://{host}:{inner.port}/a-post", *LOOPBACK)
    assert ended(report)[0] not in ("excluded", "failed")
    assert any(url.endswith("/a-post") for url in inner.asked)


def test_an_allowed_network_is_reached_by_name_and_by_redirect(inner: Hostile, tmp_path: Path) -> None:
    inner.scripts[f"{inner.address}/a"] = moved(f"http://other.example:{inner.port}/b")
    inner.scripts[f"{inner.address}/b"] = moved(f"{inner.address}/c")
    inner.scripts[f"{inner.address}/c"] = reply(article_page(1))
    with names({"news.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]}):
        report = asked_for(tmp_path, f"http://news.example:{inner.port}/a", *LOOPBACK)
    assert [url.rpartition("/")[2] for url in inner.asked if "robots" not in url] == ["a", "b", "c"]
    assert "excluded" not in report.counts


def test_another_network_stays_shut(inner: Hostile, tmp_path: Path) -> None:
    assert ended(asked_for(tmp_path, f"{inner.address}/a", "10.0.0.0/8"))[0] == "excluded"
    assert inner.connections == 0


# --- the user's own proxy ---


def by_name(monkeypatch: pytest.MonkeyPatch, proxy: Hostile, no_proxy: str = "") -> None:
    for variable in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(variable, f"http://proxy.example:{proxy.port}")
    monkeypatch.setenv("no_proxy", no_proxy)


def test_the_users_proxy_may_lie_inside(
    inner: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_name(monkeypatch, inner)
    with names({"proxy.example": [["127.0.0.1"]]}) as twin:
        asked_for(tmp_path, f"{HOST}/a-post")
        asked_for(tmp_path / "2", "https://news.example/a-post")
    assert f"{HOST}/a-post" in inner.asked
    assert "news.example:443" in inner.asked
    assert set(twin.asked) == {"proxy.example"}


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("no_proxy", ["", "proxy.example"])
def test_the_proxys_name_is_no_way_in(
    scheme: str, no_proxy: str, inner: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_name(monkeypatch, inner, no_proxy)
    with names({"proxy.example": [["127.0.0.1"]]}):
        report = asked_for(tmp_path, f"{scheme}://proxy.example:{inner.port}/a-post")
    assert ended(report) == ("excluded", "proxy.example is the proxy, and no site")
    assert inner.connections == 0


def test_another_port_of_the_proxys_machine_is_no_way_in(
    inner: Hostile, proxy: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_name(monkeypatch, proxy, "proxy.example")
    with names({"proxy.example": [["127.0.0.1"]]}):
        report = asked_for(tmp_path, f"http://proxy.example:{inner.port}/a-post")
    assert ended(report) == ("excluded", "proxy.example leads to no address of the open internet")
    assert (inner.connections, proxy.connections) == (0, 0)


def test_a_name_that_needs_no_proxy_is_no_way_in(
    inner: Hostile, proxy: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "news.example")
    with names({"news.example": [["127.0.0.1"]]}):
        report = asked_for(tmp_path, f"http://news.example:{inner.port}/a-post")
    assert ended(report)[0] == "excluded"
    assert (inner.connections, proxy.connections) == (0, 0)
