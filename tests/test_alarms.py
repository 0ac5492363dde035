"""Alarms: raised once, told once, and over when they are over."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from archive import AlarmRow, Archive
from tests.builders import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def archive(tmp_path: Path, database_url: str | None) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive", database_url) as opened:
        yield opened


def raised(archive: Archive, kind: str = "silence", cause: str = "nothing came", hours: int = 0) -> AlarmRow:
    return archive.alarms.raise_("huxiu", kind, "", cause, NOW - HOUR, NOW + hours * HOUR)


def test_an_alarm_stays_the_same_until_it_is_over(archive: Archive) -> None:
    first = raised(archive)
    again = raised(archive, cause="nothing came for two days", hours=1)
    assert again == AlarmRow(
        id=first.id,
        source="huxiu",
        kind="silence",
        subject="",
        cause="nothing came for two days",
        since=NOW - HOUR,
        raised_at=NOW,
    )
    assert archive.alarms.open("huxiu") == [again]
    assert archive.alarms.clear("huxiu", "silence", "", NOW + 2 * HOUR)
    assert not archive.alarms.clear("huxiu", "silence", "", NOW + 2 * HOUR)
    assert archive.alarms.open() == []
    assert raised(archive, hours=3).id != first.id


def test_kinds_subjects_and_sources_are_alarms_of_their_own(archive: Archive) -> None:
    raised(archive)
    raised(archive, "blocked")
    archive.alarms.raise_("huxiu", "field", "author", "no author", NOW, NOW)
    archive.alarms.raise_("huxiu", "field", "body", "no body", NOW, NOW)
    archive.alarms.raise_("", "disk", "", "the disk is full", NOW, NOW)
    assert [row.kind for row in archive.alarms.open()] == ["silence", "blocked", "field", "field", "disk"]
    assert [row.kind for row in archive.alarms.open("")] == ["disk"]
    assert [row.subject for row in archive.alarms.recent("huxiu", limit=2)] == ["body", "author"]


def test_each_is_told_once_and_its_end_once(archive: Archive) -> None:
    row = raised(archive)
    assert archive.alarms.untold() == ([row], [])
    archive.alarms.told([row.id], NOW + HOUR)
    assert archive.alarms.untold() == ([], [])
    archive.alarms.clear("huxiu", "silence", "", NOW + 2 * HOUR)
    open_, over = archive.alarms.untold()
    assert (open_, [one.id for one in over]) == ([], [row.id])
    archive.alarms.clear_told([row.id], NOW + 3 * HOUR)
    assert archive.alarms.untold() == ([], [])


def test_what_was_over_before_it_was_told_is_told_to_nobody(archive: Archive) -> None:
    raised(archive)
    archive.alarms.clear("huxiu", "silence", "", NOW + HOUR)
    assert archive.alarms.untold() == ([], [])


def test_of_old_alarms_the_latest_are_kept_and_all_that_are_open(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_at_most = 50
    monkeypatch.setattr("archive.memory.alarms.KEPT_ALARMS", kept_at_most)
    first = raised(archive, "blocked")
    for number in range(kept_at_most + 5):
        raised(archive, hours=number)
        archive.alarms.clear("huxiu", "silence", "", NOW + number * HOUR)
    raised(archive)
    kept = archive.alarms.recent(limit=kept_at_most * 2)
    assert len(kept) <= kept_at_most + 2
    assert kept[-1] == first


def test_an_alarm_as_json_has_its_times_in_words(archive: Archive) -> None:
    facts = raised(archive).as_json()
    assert (facts["kind"], facts["raised_at"], facts["cleared_at"]) == ("silence", NOW.isoformat(), None)


def test_a_norm_takes_the_place_of_the_one_before(archive: Archive) -> None:
    assert archive.norms.get("huxiu") is None
    archive.norms.put("huxiu", "one")
    archive.norms.put("huxiu", "two")
    archive.norms.put("ithome", "three")
    assert archive.norms.get("huxiu") == "two"
