"""Snapshots: stored as they were received, read by other programs, and whole after whatever happens to a process."""

import gzip
import os
import random
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import brotli
import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from archive import Archive, Exchange
from archive.snapshots.snapshots import Snapshots
from tests.builders import NOW, article, drop_database
from tests.forked import python
from tests.test_recovery import Killed, kill_at

URL = "https://www.huxiu.com/article/1"
PAGE = "<html><body><p>某公司今日发布了一款新产品。</p></body></html>".encode()


@pytest.fixture
def archive(tmp_path: Path, database_url: str | None) -> Iterator[Archive]:
    with Archive.open(tmp_path, database_url) as archive:
        yield archive


def exchange(body: bytes = PAGE, **changes: Any) -> Exchange:
    facts: dict[str, Any] = {
        "url": URL,
        "method": "GET",
        "request_headers": (("Host", "www.huxiu.com"), ("User-Agent", "Broadsheet/0")),
        "status": 200,
        "reason": "OK",
        "headers": (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=é"),
        ),
        "body": body,
        "at": NOW,
    }
    return Exchange(**(facts | changes))


def warcs(root: Path) -> list[Path]:
    return sorted(root.glob("snapshots/*/*.warc.gz"))


def records(file: Path) -> list[Any]:
    """Every record as warcio sees it: type, URL, headers, payload."""
    with file.open("rb") as stream:
        return [
            SimpleNamespace(
                kind=record.rec_type,
                headers=record.rec_headers,
                http=record.http_headers,
                raw=record.raw_stream.read(),
                version=record.rec_headers.protocol,
            )
            for record in ArchiveIterator(stream)
        ]


def is_sound(root: Path) -> bool:
    """What `warcio check` says of all files."""
    return (
        Checker(SimpleNamespace(inputs=[str(file) for file in warcs(root)], verbose=False)).process_all() == 0
    )


def test_a_response_is_found_again_as_it_was_received(archive: Archive) -> None:
    record_id = archive.snapshots.put(exchange())
    stored = archive.snapshots.get(record_id)
    assert stored is not None
    assert (stored.url, stored.status, stored.headers, stored.body, stored.at) == (
        URL,
        200,
        exchange().headers,
        PAGE,
        NOW,
    )


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", brotli.compress),
        ("gzip, br", lambda body: brotli.compress(gzip.compress(body))),
    ],
)
def test_a_packed_body_is_kept_packed_and_given_unpacked(archive: Archive, encoding: str, pack: Any) -> None:
    packed = pack(PAGE)
    record_id = archive.snapshots.put(exchange(packed, headers=(("Content-Encoding", encoding),)))
    stored = archive.snapshots.get(record_id)
    assert stored is not None
    assert stored.body == PAGE
    assert records(warcs(archive.root)[0])[2].raw == packed


def test_other_programs_read_what_was_written(archive: Archive) -> None:
    record_id = archive.snapshots.put(exchange())
    info, request, response = records(warcs(archive.root)[0])
    assert [info.kind, request.kind, response.kind] == ["warcinfo", "request", "response"]
    assert response.version == "WARC/1.1"
    assert response.headers.get_header("WARC-Record-ID") == f"<{record_id}>"
    assert response.headers.get_header("WARC-Target-URI") == URL
    assert response.headers.get_header("WARC-Date") == "2026-11-24T03:00:00Z"
    assert request.headers.get_header("WARC-Concurrent-To") == f"<{record_id}>"
    assert request.http.get_header("User-Agent") == "Broadsheet/0"
    assert response.http.get_statuscode() == "200"
    assert response.raw == PAGE
    assert is_sound(archive.root)


def test_an_identical_payload_is_kept_once(archive: Archive) -> None:
    first = archive.snapshots.put(exchange())
    second = archive.snapshots.put(exchange(url=URL + "?from=feed", at=NOW + timedelta(hours=1)))
    revisit = records(warcs(archive.root)[0])[-1]
    assert revisit.kind == "revisit"
    assert revisit.headers.get_header("WARC-Profile").endswith("/1.1/revisit/identical-payload-digest")
    assert revisit.headers.get_header("WARC-Refers-To") == f"<{first}>"
    assert revisit.headers.get_header("WARC-Refers-To-Target-URI") == URL
    assert revisit.headers.get_header("WARC-Refers-To-Date") == "2026-11-24T03:00:00Z"
    stored = archive.snapshots.get(second)
    assert stored is not None
    assert stored.body == PAGE
    assert is_sound(archive.root)


def test_chunks_are_not_named_where_they_are_joined(archive: Archive) -> None:
    archive.snapshots.put(exchange(headers=(("Transfer-Encoding", "chunked"),)))
    assert records(warcs(archive.root)[0])[-1].http.get_header("Transfer-Encoding") is None


def test_a_url_names_its_responses_the_latest_first(archive: Archive) -> None:
    older = archive.snapshots.put(exchange())
    newer = archive.snapshots.put(exchange(b"new", at=NOW + timedelta(days=1)))
    archive.snapshots.put(exchange(b"other", url="https://www.huxiu.com/article/2"))
    assert archive.snapshots.of(URL) == [newer, older]


def test_all_responses_are_given_in_the_order_they_came(archive: Archive) -> None:
    for number in (3, 1, 2):
        archive.snapshots.put(exchange(b"%d" % number, at=NOW + timedelta(minutes=number)))
    assert [stored.body for stored in archive.snapshots.each()] == [b"1", b"2", b"3"]
    assert [stored.body for stored in archive.snapshots.each(NOW + timedelta(minutes=2))] == [b"2", b"3"]


def test_a_file_holds_one_day(archive: Archive) -> None:
    archive.snapshots.put(exchange())
    archive.snapshots.put(exchange(b"new", at=datetime(2026, 11, 25, tzinfo=UTC)))
    assert [file.name for file in warcs(archive.root)] == [
        "2026-11-24-0001.warc.gz",
        "2026-11-25-0001.warc.gz",
    ]


def test_a_large_file_is_followed_by_the_next(archive: Archive) -> None:
    small = Snapshots(archive.root, archive._engine, archive._store.locked, file_bytes=3000)
    for number in range(6):
        small.put(exchange(os.urandom(1000), at=NOW + timedelta(minutes=number)))
    assert len(warcs(archive.root)) > 1
    assert len(list(small.each())) == 6
    assert is_sound(archive.root)


def test_without_the_database_all_is_found_again(tmp_path: Path, database_url: str | None) -> None:
    with Archive.open(tmp_path, database_url) as archive:
        ids = [archive.snapshots.put(exchange(at=NOW + timedelta(hours=hour))) for hour in range(3)]
    drop_database(tmp_path, database_url)
    with Archive.open(tmp_path, database_url) as archive:
        assert archive.snapshots.of(URL) == ids[::-1]
        assert [stored.body for stored in archive.snapshots.each()] == [PAGE] * 3


@pytest.mark.parametrize("is_index_lost", [False, True])
def test_a_record_cut_at_any_byte_is_cut_off_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, is_index_lost: bool
) -> None:
    with Archive.open(tmp_path) as archive:
        archive.snapshots.put(exchange())
        (file,) = warcs(tmp_path)
        first, index = file.read_bytes(), archive.snapshots._index
        rows = archive.snapshots.rows(URL)
        archive.snapshots.put(exchange(b"second", at=NOW + timedelta(hours=1)))
        content = file.read_bytes()
        for cut in range(len(first) + 1 + is_index_lost, len(content), 2):  # any, in both together
            index.clear()
            if not is_index_lost:
                index.extend(rows[0].file, rows, len(first))
            file.write_bytes(content[:cut])
            caplog.clear()
            archive.snapshots.check()
            assert file.read_bytes() == first
            assert f"cut {cut - len(first)} bytes" in caplog.text
        assert [stored.body for stored in archive.snapshots.each()] == [PAGE]


def test_a_whole_record_that_lost_its_row_is_taken_up(archive: Archive) -> None:
    archive.snapshots.put(exchange())
    archive.snapshots.put(exchange(b"second", at=NOW + timedelta(hours=1)))
    index = archive.snapshots._index
    (file,) = index.sizes()
    index.replace(file, index.in_file(file)[:1], index.in_file(file)[0].end)
    another = Snapshots(archive.root, archive._engine, archive._store.locked)
    another.put(exchange(b"third", at=NOW + timedelta(hours=2)))
    assert [stored.body for stored in archive.snapshots.each()] == [PAGE, b"second", b"third"]


def test_a_damaged_record_costs_no_other(archive: Archive) -> None:
    for number in range(3):
        archive.snapshots.put(exchange(os.urandom(500), at=NOW + timedelta(hours=number)))
    (file,) = warcs(archive.root)
    content = bytearray(file.read_bytes())
    rows = archive.snapshots.rows(URL)
    content[rows[1].offset + 300] ^= 1
    file.write_bytes(content)
    notes = archive.snapshots.rebuild()
    assert len(notes) == 1
    assert file.name in notes[0]
    assert archive.snapshots.of(URL) == [rows[0].record_id, rows[2].record_id]
    assert file.read_bytes() == content


def test_nothing_is_written_behind_a_damaged_end(archive: Archive) -> None:
    archive.snapshots.put(exchange())
    (file,) = warcs(archive.root)
    content = bytearray(file.read_bytes())
    content[-8] ^= 1  # of the checksum
    file.write_bytes(content)
    archive.snapshots.rebuild()
    later = archive.snapshots.put(exchange(at=NOW + timedelta(hours=1)))
    stored = archive.snapshots.get(later)
    assert [file.name for file in warcs(archive.root)][1:] == ["2026-11-24-0002.warc.gz"]
    assert stored is not None
    assert stored.body == PAGE


def test_a_payload_that_can_no_longer_be_read_is_stored_anew(archive: Archive) -> None:
    first = archive.snapshots.put(exchange())
    (file,) = warcs(archive.root)
    content = bytearray(file.read_bytes())
    content[-8] ^= 1
    file.write_bytes(content)
    second = archive.snapshots.put(exchange(at=NOW + timedelta(hours=1)))
    assert archive.snapshots.get(first) is None
    stored = archive.snapshots.get(second)
    assert stored is not None
    assert stored.body == PAGE


def test_a_file_that_is_gone_is_told(archive: Archive) -> None:
    record_id = archive.snapshots.put(exchange())
    warcs(archive.root)[0].unlink()
    assert archive.snapshots.get(record_id) is None
    assert archive.snapshots.check() == [
        "snapshots/2026/2026-11-24-0001.warc.gz: gone, with the snapshots in it"
    ]
    assert archive.snapshots.of(URL) == []


def test_what_is_forgotten_lies_in_no_file(archive: Archive) -> None:
    other = "https://www.huxiu.com/article/2"
    archive.snapshots.put(exchange(PAGE + b"secret"))
    kept = archive.snapshots.put(exchange(url=other))
    archive.snapshots.put(exchange(PAGE + b"secret too", at=NOW + timedelta(days=1)))
    archive.snapshots.forget([URL])
    assert archive.snapshots.of(URL) == []
    assert [stored.record_id for stored in archive.snapshots.each()] == [kept]
    (file,) = warcs(archive.root)
    assert [record.kind for record in records(file)] == ["warcinfo", "request", "response"]
    assert URL.encode() not in b"".join(gzip.decompress(file.read_bytes()) for file in warcs(archive.root))
    assert is_sound(archive.root)


def test_with_an_article_its_snapshots_are_forgotten(archive: Archive) -> None:
    record_id = archive.snapshots.put(exchange())
    archive.add(article(1, snapshot=record_id))
    assert archive.forget(URL, NOW)
    assert archive.snapshots.of(URL) == []
    assert not any(PAGE in gzip.decompress(file.read_bytes()) for file in warcs(archive.root))


def test_a_forgotten_payload_passes_to_the_first_that_refers_to_it(archive: Archive) -> None:
    urls = [f"https://www.huxiu.com/article/{number}" for number in (1, 2, 3)]
    ids = [archive.snapshots.put(exchange(url=url, at=NOW + timedelta(days=n))) for n, url in enumerate(urls)]
    archive.snapshots.forget([urls[0]])
    assert [(stored.record_id, stored.body) for stored in archive.snapshots.each()] == [
        (ids[1], PAGE),
        (ids[2], PAGE),
    ]
    response, revisit = (records(file)[-1] for file in warcs(archive.root))
    assert (response.kind, response.raw) == ("response", PAGE)
    assert revisit.headers.get_header("WARC-Refers-To") == f"<{ids[1]}>"
    assert revisit.headers.get_header("WARC-Refers-To-Target-URI") == urls[1]
    assert is_sound(archive.root)
    assert archive.snapshots.check() == []


def test_forgetting_twice_changes_nothing(archive: Archive) -> None:
    archive.snapshots.put(exchange())
    archive.snapshots.put(exchange(url="https://www.huxiu.com/article/2"))
    archive.snapshots.forget([URL])
    before = warcs(archive.root)[0].read_bytes()
    archive.snapshots.forget([URL])
    assert warcs(archive.root)[0].read_bytes() == before


def test_after_forgetting_the_file_takes_more(archive: Archive) -> None:
    archive.snapshots.put(exchange())
    archive.snapshots.put(exchange(b"2", url="https://www.huxiu.com/article/2"))
    archive.snapshots.forget([URL])
    archive.snapshots.put(exchange(b"3", at=NOW + timedelta(hours=1)))
    assert [stored.body for stored in archive.snapshots.each()] == [b"2", b"3"]
    assert len(warcs(archive.root)) == 1


def test_what_a_browser_made_of_a_page_is_kept_beside_it(archive: Archive) -> None:
    made = "<p>某公司</p>".encode()
    record_id = archive.snapshots.put(exchange(rendered=made))
    stored = archive.snapshots.get(record_id)
    assert stored is not None
    assert stored.body == made
    assert [record.kind for record in records(warcs(archive.root)[0])][1:] == [
        "request",
        "response",
        "conversion",
    ]
    assert [one.body for one in archive.snapshots.each()] == [made]
    assert is_sound(archive.root)
    archive.snapshots.forget([URL])
    assert warcs(archive.root) == []


def test_a_header_cannot_end_its_line(archive: Archive) -> None:
    archive.snapshots.put(exchange(headers=(("X-Evil", "a\r\n\r\nb"),), reason="O\r\nK"))
    assert records(warcs(archive.root)[0])[-1].raw == PAGE
    assert is_sound(archive.root)


def test_a_body_that_unpacks_without_end_is_not_unpacked(archive: Archive) -> None:
    bomb = gzip.compress(b"\0" * (70 * 1024 * 1024))
    record_id = archive.snapshots.put(exchange(bomb, headers=(("Content-Encoding", "gzip"),)))
    assert archive.snapshots.get(record_id) is None


def test_writers_killed_at_random_moments_lose_nothing(tmp_path: Path) -> None:
    chance, acknowledged = random.Random(), list[str]()
    for turn in range(2):
        writers = [
            python("-m", "tests.snapshot_writer", tmp_path, first + 100 * turn, stdout=subprocess.PIPE)
            for first in (10_000, 20_000)
        ]
        for writer in writers:
            acknowledged += _acknowledged_by(writer, chance.uniform(0.0, 0.4))
    with Archive.open(tmp_path) as archive:
        assert len(acknowledged) >= 4
        assert [one for one in acknowledged if archive.snapshots.get(one) is None] == []
        stored = {one.record_id: one.body for one in archive.snapshots.each()}
        assert is_sound(tmp_path)
        assert archive.snapshots.rebuild() == []
        assert {one.record_id: one.body for one in archive.snapshots.each()} == stored


def _acknowledged_by(process: "subprocess.Popen[bytes]", after: float) -> list[str]:
    assert process.stdout is not None
    first = process.stdout.readline()
    with suppress(subprocess.TimeoutExpired):
        process.wait(after)
    process.kill()
    output, _ = process.communicate()
    return [line for line in (first + output).decode().split("\n")[:-1] if line]


@pytest.mark.parametrize("act", ["first", "identical", "next", "forget"])
def test_any_step_of_any_act_may_be_the_last(
    tmp_path: Path, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    later, other = NOW + timedelta(hours=1), "https://www.huxiu.com/article/2"
    steps = {
        "first": lambda snapshots: snapshots.put(exchange()),
        "identical": lambda snapshots: snapshots.put(exchange(url=other)),
        "next": lambda snapshots: snapshots.put(exchange(b"next", url=other, at=later)),
        "forget": lambda snapshots: snapshots.forget([URL]),
    }
    moment, is_done = 1, False
    while not is_done:
        root = tmp_path / str(moment)
        with Archive.open(root) as archive:
            for name in takewhile(lambda name: name != act, steps):
                steps[name](archive.snapshots)
            acknowledged = {stored.record_id for stored in archive.snapshots.each() if stored.url == other}
            with monkeypatch.context() as patch:
                calls = kill_at(patch, moment)
                try:
                    steps[act](archive.snapshots)
                    is_done = calls() < moment
                except Killed:
                    pass
        with Archive.open(root) as archive:
            assert list(root.rglob("*.tmp")) == []
            steps[act](archive.snapshots)
            kept = {stored.record_id: stored.body for stored in archive.snapshots.each()}
            assert acknowledged <= kept.keys()
            assert act != "forget" or set(kept.values()) == {PAGE, b"next"}
            assert is_sound(root)
        moment += 1
    assert moment > 2
