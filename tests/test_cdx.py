"""What the index of a web archive lists: the shapes of the Wayback Machine and of Common Crawl."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from crawler.discovery import cdx
from crawler.discovery.link import DiscoveryError

WAYBACK = "http://web.example/cdx/search/cdx?url=news.example/*&output=json"
NAMES = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


def row(
    url: str, timestamp: str = "20140512103000", kind: str = "text/html", status: str = "200"
) -> list[str]:
    return ["example,news)/", timestamp, url, kind, status, "AAAA", "1234"]


def wayback(*rows: list[str], key: str | None = None) -> bytes:
    tail: list[list[str]] = [[], [key]] if key else []
    return json.dumps([NAMES, *rows, *tail]).encode()


def common_crawl(**changes: str) -> bytes:
    facts = {
        "urlkey": "example,news)/",
        "timestamp": "20140512103000",
        "url": "http://news.example/a",
        "mime": "text/html",
        "status": "200",
        "filename": "crawl-data/x.warc.gz",
        "offset": "1",
    }
    return json.dumps(facts | changes).encode()


def test_the_rows_of_the_wayback_machine_are_captures() -> None:
    (found,) = cdx.read(wayback(row("http://news.example/a"))).captures
    assert (found.url, found.timestamp) == ("http://news.example/a", "20140512103000")
    assert found.at == datetime(2014, 5, 12, 10, 30, tzinfo=UTC)


def test_the_lines_of_common_crawl_are_captures() -> None:
    body = common_crawl() + b"\nno json\n" + common_crawl(url="http://news.example/b", timestamp="201405")
    found = cdx.read(body).captures
    assert [one.url for one in found] == ["http://news.example/a", "http://news.example/b"]
    assert found[1].at == datetime(2014, 5, 1, tzinfo=UTC)


def test_a_packed_reply_is_read() -> None:
    assert len(cdx.read(gzip.compress(common_crawl())).captures) == 1


def test_what_was_no_page_or_no_answer_is_left_out() -> None:
    body = wayback(
        row("http://news.example/1", status="404"),
        row("http://news.example/2", kind="image/png"),
        row("http://news.example/3", timestamp="yesterday"),
        row("http://news.example/4", timestamp="20141399000000"),
        row("ftp://news.example/5"),
        row("http://news.example/" + "6" * 5000),
        row("http://news.example/7", kind="warc/revisit", status="-"),
    )
    assert [one.url for one in cdx.read(body).captures] == ["http://news.example/7"]


def test_a_resume_key_names_the_next_part() -> None:
    index = cdx.read(wayback(row("http://news.example/a"), key="com,example)/ 2014+x"))
    assert (len(index.captures), index.resume_key) == (1, "com,example)/ 2014+x")
    address = cdx.next_address(f"{WAYBACK}&resumeKey=old", index.resume_key or "")
    assert address.count("resumeKey=") == 1
    assert address.endswith("resumeKey=com%2Cexample%29%2F+2014%2Bx")


def test_an_empty_from_and_to_are_filled_in_and_others_stay() -> None:
    assert cdx.within(WAYBACK, "20140501", "20140531") == WAYBACK
    assert cdx.within(f"{WAYBACK}&from=&to=", "20140501", "20140531").endswith("&from=20140501&to=20140531")
    assert cdx.within(f"{WAYBACK}&from=2013&to=", "20140501", "20140531").endswith("&from=2013&to=20140531")


def test_a_copy_has_an_address_behind_the_index() -> None:
    (found,) = cdx.read(wayback(row("http://news.example/a?b=1"))).captures
    assert (
        cdx.copy_address(WAYBACK, found)
        == "http://web.example/web/20140512103000id_/http://news.example/a?b=1"
    )


@pytest.mark.parametrize("body", [b"", b"[]", b"  \n", b"[[]]"])
def test_nothing_listed_is_nothing(body: bytes) -> None:
    if body == b"[[]]":
        with pytest.raises(DiscoveryError):
            cdx.read(body)
    else:
        assert cdx.read(body).captures == ()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<html>", "its address wants output=json"),
        (b'"x"', "other JSON"),
        (b'[["a"], ["b"]]', "no `original` and `timestamp`"),
        (b"[" * 100_000, "no JSON"),
    ],
)
def test_what_is_no_index_is_told(body: bytes, says: str) -> None:
    with pytest.raises(DiscoveryError, match=says.replace("(", r"\(")):
        cdx.read(body)
