"""What is told of alarms, and when: pure decisions, and letters as they read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import count, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from archive import AlarmRow
from scheduler.telling.letters import letter_from, of_alarms, of_day
from scheduler.telling.summary import Day, last_moment, since_when, source_days
from scheduler.telling.telling import Telling, Told, decide, subject, text

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
_numbers = count(1)


def alarm(source: str = "huxiu", kind: str = "silence", at: datetime = NOW, **changes: Any) -> AlarmRow:
    facts = {
        "id": next(_numbers),
        "source": source,
        "kind": kind,
        "subject": "",
        "since": at,
        "raised_at": at,
    }
    return AlarmRow(**facts | {"cause": "nothing new for 9 hours"} | changes)


class Office:
    """The rows, and somebody who looks at them; `letters` are what went out."""

    def __init__(self) -> None:
        self.rows: list[AlarmRow] = []
        self.letters: list[tuple[datetime, Telling]] = []

    def raise_(self, at: datetime, source: str = "huxiu", kind: str = "silence") -> None:
        self.rows.append(alarm(source, kind, at))

    def clear(self, at: datetime, source: str = "huxiu", kind: str = "silence") -> None:
        self._set(lambda row: (row.source, row.kind) == (source, kind) and row.is_open, cleared_at=at)

    def look(self, at: datetime) -> None:
        raised = [row for row in self.rows if row.told_at is None and row.is_open]
        cleared = [row for row in self.rows if row.told_at and not row.is_open and row.clear_told_at is None]
        told = decide(raised, cleared, self.rows, at)
        told_ids = {one.alarm.id for one in told.raised} | {row.id for row in told.silent}
        clear_ids = {one.alarm.id for one in told.cleared} | {row.id for row in told.silent_clear}
        self._set(lambda row: row.id in told_ids, told_at=at)
        self._set(lambda row: row.id in clear_ids, clear_told_at=at)
        if told.is_letter:
            self.letters.append((at, told))

    def watch(self, begin: datetime, end: datetime) -> None:
        while begin <= end:
            self.look(begin)
            begin += timedelta(seconds=30)

    def _set(self, which: Callable[[AlarmRow], bool], **values: Any) -> None:
        self.rows = [replace(row, **values) if which(row) else row for row in self.rows]


def test_what_comes_up_within_a_minute_is_one_letter() -> None:
    office = Office()
    office.raise_(NOW, "a")
    office.watch(NOW, NOW + 0.5 * MINUTE)
    office.raise_(NOW + timedelta(seconds=40), "b")
    office.watch(NOW + 0.5 * MINUTE, NOW + HOUR)
    assert [(at, [one.alarm.source for one in told.raised]) for at, told in office.letters] == [
        (NOW + MINUTE, ["a", "b"])
    ]


def test_an_alarm_is_told_once_however_long_it_holds() -> None:
    office = Office()
    office.raise_(NOW)
    office.watch(NOW, NOW + 30 * HOUR)
    assert len(office.letters) == 1


def test_who_was_told_of_an_alarm_is_told_when_it_is_over() -> None:
    office = Office()
    office.raise_(NOW)
    office.watch(NOW, NOW + HOUR)
    office.clear(NOW + HOUR)
    office.watch(NOW + HOUR, NOW + 5 * HOUR)
    assert [(len(told.raised), len(told.cleared)) for _, told in office.letters] == [(1, 0), (0, 1)]
    assert office.letters[1][0] == NOW + HOUR + MINUTE


def test_nobody_hears_of_what_was_over_within_the_minute() -> None:
    office = Office()
    office.raise_(NOW)
    office.clear(NOW + 0.5 * MINUTE)
    office.watch(NOW, NOW + 5 * HOUR)
    assert office.letters == []


def test_what_is_raised_again_before_its_end_was_told_is_told_neither_time() -> None:
    office = Office()
    office.raise_(NOW)
    office.watch(NOW, NOW + HOUR)
    office.clear(NOW + HOUR)
    office.raise_(NOW + HOUR + 0.5 * MINUTE)
    office.watch(NOW + HOUR + 0.5 * MINUTE, NOW + 2 * HOUR)
    office.clear(NOW + 2 * HOUR)
    office.watch(NOW + 2 * HOUR, NOW + 3 * HOUR)
    assert [(len(told.raised), len(told.cleared)) for _, told in office.letters] == [(1, 0), (0, 1)]


def test_what_comes_and_goes_is_told_with_a_count_and_then_left_until_it_stays_away() -> None:
    """Twelve times in six hours, half an hour on and off; then it is over."""
    office = Office()
    for number in range(12):
        begin = NOW + number * 0.5 * HOUR
        office.raise_(begin)
        office.watch(begin, begin + 0.25 * HOUR)
        office.clear(begin + 0.25 * HOUR)
        office.watch(begin + 0.25 * HOUR, begin + 0.5 * HOUR)
    office.watch(NOW + 6 * HOUR, NOW + 12 * HOUR)
    heard = [
        ([one.times for one in told.raised], [one.times for one in told.cleared])
        for _, told in office.letters
    ]
    assert heard == [([1], []), ([], [1]), ([2], []), ([], [2]), ([3], []), ([], [12])]
    assert "it came 3 times within six hours" in text(office.letters[4][1], UTC, "/archive")
    assert office.letters[5][0] >= NOW + 8.75 * HOUR


def test_one_source_that_comes_and_goes_does_not_hold_up_another() -> None:
    office = Office()
    for number in range(4):
        office.raise_(NOW + number * 0.5 * HOUR)
        office.look(NOW + number * 0.5 * HOUR + MINUTE)
        office.clear(NOW + number * 0.5 * HOUR + 2 * MINUTE)
        office.look(NOW + number * 0.5 * HOUR + 4 * MINUTE)
    office.raise_(NOW + 2 * HOUR, "other")
    office.watch(NOW + 2 * HOUR, NOW + 2 * HOUR + 2 * MINUTE)
    assert [one.alarm.source for one in office.letters[-1][1].raised] == ["other"]


def test_a_clock_that_was_set_back_makes_nobody_wait() -> None:
    raised = [alarm(at=NOW + 24 * HOUR)]
    assert decide(raised, [], raised, NOW).is_letter


def test_who_looks_only_once_does_not_wait_for_more() -> None:
    raised = [alarm(at=NOW)]
    assert not decide(raised, [], raised, NOW).is_letter
    assert decide(raised, [], raised, NOW, timedelta(0)).is_letter


# --- as it reads ---


def told(*alarms: AlarmRow, cleared: tuple[AlarmRow, ...] = ()) -> Telling:
    return Telling(tuple(map(Told, alarms)), tuple(map(Told, cleared)))


def test_a_letter_names_the_source_the_kind_the_time_and_the_cause() -> None:
    one = told(alarm("虎嗅", "field", subject="author", cause="作者不见了: no author on 12 of 12 articles"))
    assert subject(one) == "Broadsheet: 虎嗅: field (author)"
    assert text(one, SHANGHAI, "/srv/news on box").splitlines() == [
        "Something is wrong:",
        "",
        "- 虎嗅: field (author), since 2026-11-24 11:00 CST: 作者不见了: no author on 12 of 12 articles",
        "",
        "`broadsheet status SOURCE` shows more. Archive: /srv/news on box",
    ]


def test_many_sources_with_one_trouble_are_one_line() -> None:
    many = told(*(alarm(f"site{number:02}", "blocked", cause="it answers 403") for number in range(14)))
    lines = [line for line in text(many, UTC, "/srv").splitlines() if line.startswith("- ")]
    assert len(lines) == 1
    assert lines[0].startswith("- 14 sources, blocked: site00, site01,")
    assert "and 6 more. The first: site00, since 2026-11-24 03:00 UTC: it answers 403" in lines[0]
    assert subject(many).startswith("Broadsheet: 14 alarms (site00, ")


def test_a_letter_is_bounded_and_holds_no_control_characters() -> None:
    hostile = "a\x1b[31m\r\nBcc: x\u202e" + "长" * 5000
    many = told(*(alarm(f"s{number}", f"kind{number}", cause=hostile) for number in range(500)))
    letter = text(many, UTC, "/srv")
    assert len(letter) < 40_000
    assert "and 460 more" in letter
    assert not set(letter) & set("\x1b\r\u202e")
    assert "\n" not in subject(told(alarm("a", "b", subject="c\nBcc: d")))


def test_the_same_news_has_the_same_id_whenever_it_is_written() -> None:
    one = told(alarm(), cleared=(alarm("b", cleared_at=NOW + HOUR),))
    first, second = (of_alarms(one, at, UTC, "/srv") for at in (NOW, NOW + HOUR))
    assert first.id == second.id
    assert first.id != of_alarms(told(alarm()), NOW, UTC, "/srv").id
    assert letter_from(first.as_json()) == first


# --- the summary ---


@pytest.mark.parametrize(
    ("zone", "now", "moment"),
    [
        ("UTC", "2026-11-24T08:00:00+00:00", "2026-11-24T08:00:00+00:00"),
        ("UTC", "2026-11-24T07:59:59+00:00", "2026-11-23T08:00:00+00:00"),
        ("Asia/Shanghai", "2026-11-24T00:30:00+00:00", "2026-11-24T00:00:00+00:00"),
        ("Europe/Berlin", "2026-10-25T12:00:00+00:00", "2026-10-25T07:00:00+00:00"),
        ("Pacific/Kiritimati", "2026-11-24T11:00:00+00:00", "2026-11-23T18:00:00+00:00"),
    ],
)
def test_when_a_summary_was_due_last(zone: str, now: str, moment: str) -> None:
    found = last_moment(datetime.fromisoformat(now), time(8), ZoneInfo(zone))
    assert found == datetime.fromisoformat(moment)


@pytest.mark.parametrize("at", [time(2, 30), time(0, 0), time(23, 59), time(3, 0)])
@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Shanghai"]
)
def test_every_day_of_a_year_has_one_summary(zone: str, at: time) -> None:
    """Also on days on which a clock is set forward or back over it."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    hours = (begin + number * HOUR for number in range(365 * 24))
    moments = {last_moment(now, at, ZoneInfo(zone)) for now in hours}
    assert 365 <= len(moments) <= 366
    in_order = sorted(moments)
    steps = {later - earlier for earlier, later in pairwise(in_order)}
    assert max(steps) <= 25 * HOUR
    assert min(steps) >= 23 * HOUR


def test_a_summary_goes_back_to_the_last_one_and_a_week_at_most() -> None:
    assert since_when(None, NOW) == NOW - 24 * HOUR
    assert since_when(NOW - 30 * HOUR, NOW) == NOW - 30 * HOUR
    assert since_when(NOW - 1000 * HOUR, NOW) == NOW - timedelta(days=7)


def day(**changes: Any) -> Day:
    changed = {
        "huxiu": {"archived": 12, "blocked": 3, "not_an_article": 1, "discovered": 5},
        "36kr": {"archived": 1},
    }
    runs = {"huxiu": {"ok": 70, "failed": 2}, "36kr": {"ok": 72}, "quiet": {"ok": 9}, "broken": {"failed": 4}}
    facts: dict[str, Any] = {
        "since": NOW - 24 * HOUR,
        "until": NOW,
        "sources": source_days(["asleep"], changed, runs, {"huxiu": NOW}),
        "alarms": (alarm("broken", "blocked", cause="it answers 403"),),
        "used_bytes": 1_234_567_890,
        "free_bytes": 30_000_000_000,
        "root": "/srv/news on box",
    }
    return Day(**facts | changes)


def test_a_summary_reads_well() -> None:
    letter = of_day(day(), NOW, NOW, SHANGHAI)
    assert letter.subject == "Broadsheet 2026-11-24: 13 new articles, 1 alarm open"
    assert letter.text.splitlines() == [
        "From 2026-11-23 11:00 CST to 2026-11-24 11:00 CST: 13 new articles from 2 sources.",
        "",
        "Wrong now:",
        "",
        "- broken: blocked, since 2026-11-24 11:00 CST: it answers 403",
        "",
        "huxiu: 12 new; 3 blocked, 1 not an article; 72 crawls, 2 of them failed",
        "36kr: 1 new; 72 crawls",
        "broken: 0 new; 4 crawls, 4 of them failed, never went well",
        "Nothing new: quiet",
        "Not crawled: asleep",
        "",
        "Disk: 1.2 GB used, 30 GB free.",
        "Archive: /srv/news on box",
    ]


def test_a_quiet_day_is_said_to_be_one() -> None:
    letter = of_day(day(sources=(), alarms=(), used_bytes=None), NOW, NOW, UTC)
    assert letter.subject == "Broadsheet 2026-11-24: no new articles"
    assert "Nothing is known to be wrong." in letter.text
    assert "Disk: 30 GB free." in letter.text


def test_a_summary_of_a_thousand_sources_is_bounded() -> None:
    changed = {f"site{number:04}": {"archived": 1} for number in range(1000)}
    letter = of_day(day(sources=source_days([], changed, {}, {})), NOW, NOW, UTC)
    assert len(letter.text.splitlines()) < 80
    assert "940 more sources: 940 new articles" in letter.text
