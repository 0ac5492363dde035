"""When articles were published and found, as the archive tells a schedule."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive, Found
from tests.builders import NOW, article

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def archive(tmp_path: Path, database_url: str | None) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive", database_url) as opened:
        yield opened


def found(number: int, published_at: datetime | None = None) -> Found:
    return Found(f"https://www.huxiu.com/article/{number}", "huxiu", "题", published_at, "feed")


def test_what_was_found_since_is_told_with_its_time(archive: Archive) -> None:
    archive.discover([found(1, NOW)], NOW)
    archive.discover([found(1, NOW), found(2, NOW + timedelta(minutes=5)), found(3)], LATER)
    got = archive.arrivals.since("huxiu", NOW)
    assert sorted(got, key=str) == [NOW + timedelta(minutes=5), None]
    assert len(archive.arrivals.since("huxiu", NOW - timedelta(seconds=1))) == 3
    assert archive.arrivals.since("huxiu", LATER) == []
    assert archive.arrivals.since("ithome", NOW) == []


def test_the_time_on_the_page_goes_before_the_feeds(archive: Archive) -> None:
    stated = datetime(2026, 11, 20, 1, 2, tzinfo=UTC)
    archive.discover([found(1, NOW)], NOW)
    archive.add(article(1, published_at=stated))
    assert archive.arrivals.since("huxiu", NOW - timedelta(days=9)) == [stated]


def test_what_was_learned_takes_the_place_of_what_was_before(archive: Archive) -> None:
    assert archive.arrivals.learned("huxiu") is None
    archive.arrivals.learn("huxiu", "one")
    archive.arrivals.learn("huxiu", "two")
    archive.arrivals.learn("ithome", "three")
    assert archive.arrivals.learned("huxiu") == "two"


def test_when_what_is_held_was_found(archive: Archive) -> None:
    archive.discover([found(1), found(2)], NOW)
    archive.discover([found(3)], LATER)
    for number in (1, 3):
        archive.add(article(number, fetched_at=LATER))
    assert archive.arrivals.kept("huxiu", NOW) == [NOW, LATER]
    assert archive.arrivals.kept("huxiu", LATER) == [LATER]
    assert archive.arrivals.kept("ithome", NOW) == []
