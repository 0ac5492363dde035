"""What an import was read from is kept as a crawl's pages are: reparse, repair and other programs reach it."""

import gzip
import json
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from archive import Archive, Stored, verify
from crawler.past.importing.inputs import input_of, items
from crawler.past.importing.item import Item
from crawler.past.importing.keeping import Keeper, Span
from crawler.past.importing.reading import Reader
from crawler.source import parse_source
from tests.builders import NOW
from tests.copies import HTML, joined, page_url, response, warc
from tests.site import HOST, RECIPE, article_page
from tests.terminal import Terminal


def imported(root: Path, path: Path, *, stores: bool = True) -> dict[str, int]:
    """An import in this process: how many of each state."""
    reader = Reader({"tech": parse_source(RECIPE, "tech.toml")})
    with Archive.open(root) as archive:
        keeper = Keeper(archive, Span(), writes=True, stores=stores)
        keeper.keep([(one, reader(one)) for one in items(input_of(path), None) if isinstance(one, Item)])
        return dict(keeper.counts)


def stored(root: Path) -> dict[str, Stored]:
    """An article's URL → the page it was read from."""
    with Archive.read(root) as archive:
        rows = [row for row in archive.articles() if row.snapshot]
        return {row.url: page for row in rows if (page := archive.snapshots.get(row.snapshot or ""))}


def records(root: Path) -> list[tuple[str, str]]:
    found = []
    for file in root.glob("snapshots/*/*.warc.gz"):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                record.content_stream().read()
                found.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI")))
    return found


def test_a_response_is_copied_with_its_date_and_without_a_request(tmp_path: Path) -> None:
    assert imported(tmp_path / "a", warc(tmp_path / "a.warc.gz", [1, 2])) == {"new": 2}
    pages = stored(tmp_path / "a")
    assert {url: page.body for url, page in pages.items()} == {
        f"{HOST}/article/{number}": article_page(number) for number in (1, 2)
    }
    assert {(page.at.isoformat(), page.status) for page in pages.values()} == {
        ("2026-11-21T03:00:00+00:00", 200)
    }
    assert records(tmp_path / "a") == [
        ("warcinfo", None),
        ("response", page_url(1)),
        ("response", page_url(2)),
    ]
    assert verify(tmp_path / "a").ok


def test_a_response_that_was_packed_is_unpacked_and_says_so(tmp_path: Path) -> None:
    packed = (*HTML, ("Content-Encoding", "gzip"), ("Content-Length", "9"))
    (tmp_path / "a.warc.gz").write_bytes(
        joined([response(page_url(1), gzip.compress(article_page(1)), headers=packed)])
    )
    imported(tmp_path / "a", tmp_path / "a.warc.gz")
    page = stored(tmp_path / "a")[f"{HOST}/article/1"]
    assert page.body == article_page(1)
    assert ("X-Crawl-Content-Encoding", "gzip") in page.headers
    assert ("Content-Length", str(len(article_page(1)))) in page.headers


def test_a_saved_page_and_one_in_a_line_of_json_are_resources(tmp_path: Path) -> None:
    (tmp_path / "1.html").write_bytes(
        f"<!-- saved from url=(0030){page_url(1)} -->".encode() + article_page(1)
    )
    line = {"url": page_url(2), "html": article_page(2).decode()}
    (tmp_path / "2.jsonl").write_text(json.dumps(line))
    for name in ("1.html", "2.jsonl"):
        assert imported(tmp_path / "a", tmp_path / name) == {"new": 1}
    assert records(tmp_path / "a") == [
        ("warcinfo", None),
        ("resource", page_url(1)),
        ("resource", f"{HOST}/article/2"),
    ]
    pages = stored(tmp_path / "a")
    assert pages[f"{HOST}/article/1"].body == (tmp_path / "1.html").read_bytes()
    assert pages[f"{HOST}/article/2"].body == article_page(2)
    assert verify(tmp_path / "a").ok


def test_a_text_without_a_page_and_pages_that_are_not_wanted_are_not_stored(tmp_path: Path) -> None:
    line = {"url": page_url(3), "title": "第3篇", "body": "一段。" * 100}
    (tmp_path / "3.jsonl").write_text(json.dumps(line))
    assert imported(tmp_path / "a", tmp_path / "3.jsonl") == {"new": 1}
    assert imported(tmp_path / "a", warc(tmp_path / "a.warc.gz", [1]), stores=False) == {"new": 1}
    assert records(tmp_path / "a") == []


def test_what_is_imported_twice_is_stored_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        imported(tmp_path / "a", warc(tmp_path / f"{name}.warc.gz", [1, 2]))
    assert [kind for kind, _ in records(tmp_path / "a")].count("response") == 2


def test_the_index_made_anew_has_every_kind(tmp_path: Path) -> None:
    (tmp_path / "1.html").write_bytes(
        f"<!-- saved from url=(0030){page_url(1)} -->".encode() + article_page(1)
    )
    imported(tmp_path / "a", tmp_path / "1.html")
    imported(tmp_path / "a", warc(tmp_path / "a.warc.gz", [2]))
    before = stored(tmp_path / "a")
    (tmp_path / "a" / "catalog.sqlite3").unlink()
    assert Archive.rebuild(tmp_path / "a").ok
    assert stored(tmp_path / "a") == before
    assert len(before) == 2


def test_a_better_recipe_reaches_what_was_imported(tmp_path: Path, broadsheet: Terminal) -> None:
    (tmp_path / "1.html").write_bytes(
        f"<!-- saved from url=(0030){page_url(1)} -->".encode() + article_page(1)
    )
    imported(tmp_path / "archive", tmp_path / "1.html")
    imported(tmp_path / "archive", warc(tmp_path / "a.warc.gz", [2]))
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "tech.toml").write_text(RECIPE.replace('title = "h1"', 'title = "title"'))
    (tmp_path / "broadsheet.toml").write_text('archive = "archive"\nrecipes = "recipes"\n')
    ran = broadsheet("reparse", "--json")
    assert (ran.status, [row["state"] for row in ran.rows]) == (0, ["corrected", "corrected"])
    assert verify(tmp_path / "archive").ok


def test_forgetting_reaches_an_imported_page(tmp_path: Path) -> None:
    imported(tmp_path / "a", warc(tmp_path / "a.warc.gz", [1]))
    (tmp_path / "1.html").write_bytes(
        f"<!-- saved from url=(0030){page_url(2)} -->".encode() + article_page(2)
    )
    imported(tmp_path / "a", tmp_path / "1.html")
    with Archive.open(tmp_path / "a") as archive:
        for row in archive.articles():
            assert archive.forget(row.url, archive.snapshots.get(row.snapshot or "").at)  # type: ignore[union-attr]
    assert [kind for kind, _ in records(tmp_path / "a")] in ([], ["warcinfo"])
    assert verify(tmp_path / "a").ok


def test_what_was_forgotten_does_not_come_back_with_an_import(tmp_path: Path) -> None:
    imported(tmp_path / "a", warc(tmp_path / "a.warc.gz", [1]))
    with Archive.open(tmp_path / "a") as archive:
        archive.forget(f"{HOST}/article/1", NOW)
    assert imported(tmp_path / "a", warc(tmp_path / "b.warc.gz", [1])) == {"removed": 1}
    assert [kind for kind, _ in records(tmp_path / "a")] in ([], ["warcinfo"])
