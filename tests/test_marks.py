"""Marks, and what came in lately."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive, Found
from tests.builders import NOW, article


@pytest.fixture
def archive(tmp_path: Path, database_url: str | None) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive", database_url) as opened:
        yield opened


def test_a_mark_is_what_was_put_last(archive: Archive) -> None:
    assert archive.marks.get("summary") is None
    archive.marks.put("summary", "一")
    archive.marks.put("summary", "二")
    assert archive.marks.get("summary") == "二"


def test_changes_are_counted_by_source_and_state_since_a_moment(archive: Archive) -> None:
    begun = datetime.now(UTC)
    archive.add(article(1, fetched_at=NOW))
    archive.add(article(2, fetched_at=NOW))
    archive.refuse("https://www.huxiu.com/article/3", "huxiu", "blocked", "403", begun)
    archive.discover([Found("https://news.example/1", "tech", "feed")], begun)
    later = max(begun, NOW)
    assert archive.days.changes(min(begun, NOW) - timedelta(hours=1)) == {
        "huxiu": {"archived": 2, "blocked": 1},
        "tech": {"discovered": 1},
    }
    assert archive.days.changes(later + timedelta(hours=1)) == {}


def test_the_last_success_is_the_end_of_the_last_run_that_went_well(archive: Archive) -> None:
    for hour, state in ((1, "ok"), (2, "ok"), (3, "failed")):
        at = NOW + timedelta(hours=hour)
        archive.runs.finish(archive.runs.start("tech", "daemon", at), {}, state, at + timedelta(minutes=1))
    archive.runs.start("other", "daemon", NOW)
    assert archive.days.last_success() == {"tech": NOW + timedelta(hours=2, minutes=1)}
    assert archive.days.runs(NOW + timedelta(hours=2)) == {"tech": {"failed": 1, "ok": 1}}
