"""Pages in WARC files: what is one, what is broken, and where to go on."""

import gzip
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.past.importing.inputs import input_of, items
from crawler.past.importing.item import Broken, Item, Place
from tests.copies import HTML, joined, page_url, response, warc
from tests.site import article_page


def read(path: Path, after: Place | None = None) -> list[Item | Broken | Place]:
    return list(items(input_of(path), after))


def pages(path: Path, after: Place | None = None) -> list[str]:
    return [one.url or "" for one in read(path, after) if isinstance(one, Item)]


def broken(path: Path) -> list[str]:
    return [one.reason for one in read(path) if isinstance(one, Broken)]


def urls(numbers: range) -> list[str]:
    return [page_url(number) for number in numbers]


@pytest.mark.parametrize("is_gzipped", [True, False])
def test_pages_that_were_answered_are_found_among_everything_else(tmp_path: Path, is_gzipped: bool) -> None:
    file = warc(tmp_path / ("a.warc.gz" if is_gzipped else "a.warc"), range(5), gzip=is_gzipped)
    found = [one for one in read(file) if isinstance(one, Item)]
    assert [one.url for one in found] == urls(range(5))
    assert found[0].content == article_page(0)
    assert found[0].fetched_at == datetime(2026, 11, 21, 3, tzinfo=UTC)
    assert found[0].content_type == "text/html; charset=utf-8"
    assert broken(file) == []


def test_a_file_gzipped_as_a_whole_is_read(tmp_path: Path) -> None:
    plain = warc(tmp_path / "a.warc", range(5), gzip=False)
    file = tmp_path / "b.warc.gz"
    file.write_bytes(gzip.compress(plain.read_bytes()))
    assert pages(file) == urls(range(5))


@pytest.mark.parametrize("shape", ["a.warc.gz", "a.warc", "whole.warc.gz"])
def test_after_any_place_the_rest_follows(tmp_path: Path, shape: str) -> None:
    file = warc(tmp_path / shape, range(4), gzip=shape == "a.warc.gz")
    if shape == "whole.warc.gz":
        file.write_bytes(gzip.compress(file.read_bytes()))
    every = [one for one in read(file) if isinstance(one, Item)]
    for number, one in enumerate(every):
        assert pages(file, one.place) == urls(range(number + 1, 4))


def test_what_a_site_packed_is_unpacked_and_what_only_says_so_is_left(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    packed = (*HTML, ("Content-Encoding", "gzip"))
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(article_page(3)), article_page(3))
    in_chunks = (*HTML, ("Transfer-Encoding", "chunked"))
    records = [
        response(page_url(1), gzip.compress(article_page(1)), headers=packed),
        response(page_url(2), article_page(2), headers=packed),  # as Common Crawl keeps them
        response(page_url(3), chunked, headers=in_chunks),
        response(page_url(4), article_page(4), headers=in_chunks),
    ]
    file.write_bytes(joined(records))
    assert [one.content for one in read(file) if isinstance(one, Item)] == [
        article_page(n) for n in range(1, 5)
    ]


def test_a_packed_page_that_unpacks_to_too_much_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    packed = (*HTML, ("Content-Encoding", "gzip"))
    bomb = response(page_url(1), gzip.compress(bytes(30_000_000)), headers=packed)
    file.write_bytes(joined([bomb, response(page_url(2), article_page(2))]))
    assert pages(file) == urls(range(2, 3))
    assert "unpacks to more" in broken(file)[0]


def test_a_flipped_byte_costs_one_record(tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", range(6), noise=False)
    content = bytearray(file.read_bytes())
    places = [one.place.start for one in read(file) if isinstance(one, Item)]
    content[(places[2] + places[3]) // 2] ^= 0xFF
    file.write_bytes(content)
    assert set(urls(range(6))) - set(pages(file)) == {page_url(2)}
    assert len(broken(file)) == 1


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc"])
def test_rubbish_between_records_is_stepped_over(tmp_path: Path, name: str) -> None:
    first = warc(tmp_path / f"1{name}", range(2), gzip="gz" in name, noise=False).read_bytes()
    second = warc(tmp_path / f"2{name}", range(2, 4), gzip="gz" in name, noise=False).read_bytes()
    file = tmp_path / name
    file.write_bytes(first + b"\nnothing that anybody could read\n" * 50 + second)
    assert pages(file) == urls(range(4))
    assert len(broken(file)) == 1


def test_a_file_that_ends_in_a_record_gives_all_before_it(tmp_path: Path) -> None:
    for name in ("a.warc.gz", "a.warc"):
        file = warc(tmp_path / name, range(4), gzip="gz" in name, noise=False)
        file.write_bytes(file.read_bytes()[:-100])
        assert pages(file) == urls(range(3))
        assert len(broken(file)) == 1


def test_a_record_without_a_length_or_of_a_bomb_s_is_stepped_over(tmp_path: Path) -> None:
    file = tmp_path / "a.warc"
    good = warc(tmp_path / "b.warc", range(1), gzip=False, noise=False).read_bytes()
    bad = b"WARC/1.0\r\nWARC-Type: response\r\n%b\r\n\r\n\r\n\r\n"
    file.write_bytes(bad % b"" + bad % b"Content-Length: 99999999999999" + bad % b"Content-Length: -1" + good)
    assert pages(file) == urls(range(1))
    assert len(broken(file)) == 3


def test_a_gzip_bomb_of_one_line_is_bounded(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(pack.compress(b"WARC/1.0 " + bytes(1_000_000)) for _ in range(300)) + pack.flush()
    file.write_bytes(bomb + joined([response(page_url(1), article_page(1))]))
    assert pages(file) == urls(range(1, 2))
    assert broken(file)


def test_records_cut_short_by_their_maker_are_no_pages(tmp_path: Path) -> None:
    file = tmp_path / "a.warc"
    content = warc(tmp_path / "b.warc", range(1), gzip=False, noise=False).read_bytes()
    file.write_bytes(
        content.replace(b"WARC-Type: response", b"WARC-Type: response\r\nWARC-Truncated: length")
    )
    assert pages(file) == []
    assert broken(file) == ["cut short (length)"]


@pytest.mark.parametrize(
    "content", [b"", b"\x1f\x8b\x08", b"\x1f\x8b\x08" * 1000, b"\0" * 1000, b"\n" * 5000]
)
def test_any_bytes_come_to_an_end(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(content)
    assert pages(file) == []
