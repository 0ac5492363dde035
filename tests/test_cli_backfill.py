"""backfill: a source's past from sitemaps and a web archive's index, on a played site."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import Archive
from tests.builders import archive_tables
from tests.site import HOST, RECIPE, Reply, Site, article_page
from tests.terminal import Ran, run_apart
from tests.test_cdx import common_crawl, row, wayback

CDX = "http://web.example/cdx/search/cdx?url=news.example/*&output=json"
DAYS = ("--from", "2014-05-01", "--to", "2014-05-31")
MAP = f'\n[[discovery]]\nkind = "sitemap"\nurl = "{HOST}/sitemap.xml"\nwithin = "2d"\n'


def urlset(*pages: tuple[int, str | None]) -> bytes:
    """Articles with the days they last changed."""
    entries = "".join(
        f"<url><loc>{HOST}/article/{number}.html</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for number, day in pages
    )
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>".encode()


def index(*parts: tuple[str, str | None]) -> bytes:
    entries = "".join(
        f"<sitemap><loc>{HOST}/{name}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>"
        for name, day in parts
    )
    return (
        f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</sitemapindex>".encode()
    )


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as playing:
        playing.publish(*range(1, 9))
        playing.pages[f"{HOST}/sitemap.xml"] = index(
            ("posts-2014-05.xml", None),
            ("posts-2014-04.xml", None),
            ("old.xml", "2013-01-01"),
            ("mixed.xml", "2026-11-20"),
        )
        playing.pages[f"{HOST}/posts-2014-05.xml"] = urlset((1, "2014-05-12"), (2, "2014-05-20"))
        playing.pages[f"{HOST}/mixed.xml"] = urlset(
            (3, "2014-05-31"), (4, "2014-06-01"), (5, "2014-04-30"), (6, None)
        )
        yield playing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "tech.toml").write_text(RECIPE + MAP)
    (tmp_path / "broadsheet.toml").write_text('archive = "kept"\nrecipes = "recipes"\ndelay = 0\n')
    return tmp_path


def filled(site: Site, folder: Path, *arguments: str) -> Ran:
    return run_apart("backfill", *arguments, cwd=folder, environ={"http_proxy": site.address})


def kept(folder: Path) -> list[int]:
    with Archive.read(folder / "kept") as archive:
        return sorted(int(row.url.rpartition("/")[2]) for row in archive.articles())


def test_a_bundle_is_filled_source_by_source(site: Site, folder: Path) -> None:
    (folder / "recipes" / "tech.toml").write_text('topics = "boats"\n' + RECIPE + MAP)
    ran = filled(site, folder, "zh-boats", *DAYS, "--json")
    assert ran.status == 0
    assert {row["source"] for row in ran.rows} == {"tech"}
    assert kept(folder) == [1, 2, 3, 6]


def test_the_days_of_a_sitemap_are_found_and_fetched(site: Site, folder: Path) -> None:
    ran = filled(site, folder, "tech", *DAYS)
    assert (ran.status, ran.err) == (0, "")
    assert kept(folder) == [1, 2, 3, 6]
    assert "tech, 2014-05-01 to 2014-05-31: 4 articles listed" in ran.text
    asked = [url for url in site.asked if "/article/" not in url]
    assert asked == [f"{HOST}/sitemap.xml", f"{HOST}/posts-2014-05.xml", f"{HOST}/mixed.xml"]
    rows = archive_tables(folder / "kept", None)["ways"]
    assert {way for _, way, _ in rows} == {"backfill"}


def test_a_second_run_fetches_nothing_again(site: Site, folder: Path) -> None:
    filled(site, folder, "tech", *DAYS)
    site.forget()
    assert filled(site, folder, "tech", *DAYS).status == 0
    assert [url for url in site.asked if "/article/" in url] == []


def test_a_limit_leaves_the_oldest_for_the_next_run(site: Site, folder: Path) -> None:
    assert filled(site, folder, "tech", *DAYS, "--limit", "2").status == 0
    assert kept(folder) == [2, 3]
    assert filled(site, folder, "tech", *DAYS, "--limit", "1").status == 0
    assert kept(folder) == [1, 2, 3]
    with Archive.read(folder / "kept") as archive:
        assert archive.counts() == {"tech": {"archived": 3, "discovered": 1}}


def test_sitemaps_that_robots_txt_names_are_read_too(site: Site, folder: Path) -> None:
    (folder / "recipes" / "tech.toml").write_text(RECIPE)
    robots = f"User-agent: *\nDisallow: /private\nSitemap: {HOST}/posts-2014-05.xml\nSitemap: http://other.example/s.xml\n"
    site.pages[f"{HOST}/robots.txt"] = Reply(robots.encode(), headers={"Content-Type": "text/plain"})
    assert filled(site, folder, "tech", *DAYS).status == 0
    assert kept(folder) == [1, 2]
    assert not [url for url in site.asked if "other.example" in url]


def test_what_robots_txt_forbids_is_not_asked_for(site: Site, folder: Path) -> None:
    site.pages[f"{HOST}/robots.txt"] = Reply(
        b"User-agent: *\nDisallow: /", headers={"Content-Type": "text/plain"}
    )
    ran = filled(site, folder, "tech", *DAYS)
    assert ran.status == 1
    assert site.asked == []
    assert "nothing that lists its past answered; --cdx names the index of a web archive" in ran.err


@pytest.mark.parametrize("shape", ["wayback", "common crawl"])
def test_the_index_of_a_web_archive_names_more(site: Site, folder: Path, shape: str) -> None:
    url, other = f"{HOST}/article/7.html", f"{HOST}/article/8.html"
    if shape == "wayback":
        body = wayback(
            row(url), row(url, "20140518000000"), row(other, "20150101000000"), row(f"{HOST}/about")
        )
    else:
        body = common_crawl(url=url) + b"\n" + common_crawl(url=other, timestamp="20150101000000")
    site.pages[CDX] = Reply(body, headers={"Content-Type": "text/plain"})
    ran = filled(site, folder, "tech", *DAYS, "--cdx", CDX, "--json")
    assert ran.status == 0
    assert kept(folder) == [1, 2, 3, 6, 7]
    assert ran.rows[-1] == {"kind": "backfill", "source": "tech", "listed": 5}
    assert [row["links"] for row in ran.rows if row.get("url") == CDX] == [1]


def test_an_index_goes_on_by_its_resume_key(site: Site, folder: Path) -> None:
    site.pages[f"{CDX}&from=20140501&to=20140531"] = wayback(row(f"{HOST}/article/7.html"), key="next one")
    further = "http://web.example/cdx/search/cdx?url=news.example%2F%2A&output=json&from=20140501&to=20140531"
    site.pages[further] = wayback(row(f"{HOST}/article/7.html"), key="next one")
    site.pages[f"{further}&resumeKey=next+one"] = wayback(row(f"{HOST}/article/8.html"), key="next one")
    assert filled(site, folder, "tech", *DAYS, "--cdx", f"{CDX}&from=&to=").status == 0
    assert kept(folder) == [1, 2, 3, 6, 7, 8]
    assert [url for url in site.asked if "web.example" in url] == [further, f"{further}&resumeKey=next+one"]


def test_a_page_that_is_gone_is_taken_from_the_web_archive(site: Site, folder: Path) -> None:
    site.put(7, Reply(b"gone", 404))
    site.put(8, Reply(b"gone", 410))
    site.pages[CDX] = wayback(row(f"{HOST}/article/7.html"), row(f"{HOST}/article/8.html"))
    copy = f"http://web.example/web/20140512103000id_/{HOST}/article/7.html"
    site.pages[copy] = article_page(7)
    left = filled(site, folder, "tech", *DAYS, "--cdx", CDX)
    assert kept(folder) == [1, 2, 3, 6]
    assert not [url for url in site.asked if "/web/" in url]
    assert left.status == 0
    ran = filled(site, folder, "tech", *DAYS, "--cdx", CDX, "--from-archive", "--json")
    told = {row["url"]: row["state"] for row in ran.rows if row["kind"] == "copy"}
    assert told == {f"{HOST}/article/7": "new", f"{HOST}/article/8": "gone"}
    assert kept(folder) == [1, 2, 3, 6, 7]
    with Archive.read(folder / "kept") as archive:
        held = archive.article(f"{HOST}/article/7")
    assert held is not None
    assert (held.url, held.fetched_at) == (f"{HOST}/article/7", "2014-05-12T10:30:00+00:00")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("tech",), "name both with --from and --to"),
        (("tech", "--from", "2014-05-01"), "name both with --from and --to"),
        (("tech", "--from", "May", "--to", "2014-05-01"), "--from May: no day"),
        (("tech", "--from", "2014-05-02", "--to", "2014-05-01"), "is later than --to"),
        (("tecch", *DAYS), "unknown source tecch; did you mean tech?"),
        (("tech", *DAYS, "--cdx", "web"), "web: no web address"),
        (("tech", *DAYS, "--from-archive"), "that --cdx names; name one"),
    ],
)
def test_wrong_input_is_one_line_and_nothing_is_made(
    site: Site, folder: Path, arguments: tuple[str, ...], says: str
) -> None:
    assert says in filled(site, folder, *arguments).complaint
    assert not (folder / "kept").exists()
