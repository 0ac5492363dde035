"""status: how every source is, and how one has been."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive, Found, PollRow
from bench.life import lived
from bench.posting import PATTERNS, played
from cli.sparkline import ago, by_day, by_hour, spark, until
from scheduler.health.norm import as_text
from tests.builders import NOW, article
from tests.terminal import Terminal

HOUR = timedelta(hours=1)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """An archive with three articles found just now, and one refusal."""
    root, now = tmp_path / "archive-data", datetime.now(UTC)
    with Archive.open(root) as archive:
        for number in (1, 2, 3):
            archive.discover([Found(f"https://www.huxiu.com/article/{number}", "huxiu")], now)
            archive.add(article(number, fetched_at=now))
        archive.refuse("https://www.huxiu.com/article/9", "huxiu", "gone", "deleted", NOW)
        run = archive.runs.start("huxiu", "crawl", now - HOUR)
        archive.runs.finish(run, {"archived": 3}, "ok", now - HOUR + timedelta(seconds=5))
        archive.runs.set_due("huxiu", now + timedelta(minutes=20, seconds=30), 0)
    return root


def alarmed(root: Path, source: str = "huxiu") -> None:
    now = datetime.now(UTC)
    with Archive.open(root) as archive:
        archive.alarms.raise_(source, "field", "author", "no author on the last 4 pages", now - 3 * HOUR, now)
        archive.alarms.raise_(source, "silence", "", "no new article", now - 50 * HOUR, now - 50 * HOUR)
        archive.alarms.clear(source, "silence", "", now - HOUR)


def test_status_is_an_object_a_source(broadsheet: Terminal, kept: Path) -> None:
    assert broadsheet("status", "--json").rows == [
        {
            "source": "huxiu",
            "state": "well",
            "states": {"archived": 3, "gone": 1},
            "last": {"by": "crawl", "state": "ok"},
            "failures": 0,
            "alarms": [],
        }
    ]


def test_status_tells_times_when_asked(broadsheet: Terminal, kept: Path) -> None:
    row = broadsheet("status", "--json", "--times").rows[0]
    assert datetime.fromisoformat(row["due"]) > datetime.now(UTC)
    assert row["last"]["report"] == {"archived": 3}
    assert (row["new_today"], row["new_this_week"]) == (3, 3)


def test_status_is_a_table_and_the_last_crawls(broadsheet: Terminal, kept: Path) -> None:
    text = broadsheet("status").text
    assert "huxiu" in text
    assert all(word in text for word in ("well", "1 h ago", "in 20 min", "last crawls", "ok", str(kept)))
    assert "Nobody crawls" in text


def test_what_is_wrong_is_named_with_its_cause(broadsheet: Terminal, kept: Path) -> None:
    alarmed(kept)
    text = broadsheet("status").text
    assert "no author on the last 4 pages" in text
    assert "3 h ago" in text
    row = broadsheet("status", "--json").rows[0]
    assert (row["state"], [one["subject"] for one in row["alarms"]]) == ("field", ["author"])


def test_alarms_of_the_machine_stand_there_too(broadsheet: Terminal, kept: Path) -> None:
    alarmed(kept, "")
    assert "all      3 h ago" in broadsheet("status").text


def test_a_source_that_was_chosen_and_never_crawled_is_there(
    broadsheet: Terminal, kept: Path, tmp_path: Path
) -> None:
    (tmp_path / "broadsheet.toml").write_text('sources = ["huxiu", "ithome"]\n')
    assert {row["source"]: row["state"] for row in broadsheet("status", "--json").rows} == {
        "huxiu": "well",
        "ithome": "never crawled",
    }


def test_a_paused_source_is_not_due(broadsheet: Terminal, kept: Path) -> None:
    with Archive.open(kept) as archive:
        archive.orders.give("pause", ["huxiu"], NOW)
    text = broadsheet("status").text
    assert "paused" in text
    assert "in 20 min" not in text


def test_one_source_is_shown_beside_what_is_usual(broadsheet: Terminal, kept: Path) -> None:
    alarmed(kept)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    feed = "https://www.huxiu.com/rss/"
    with Archive.open(kept) as archive:
        norm = lived(played(PATTERNS[0], 5, 1), 5, HOUR).norm
        archive.norms.put("huxiu", as_text(norm))
        archive.polls.put(
            PollRow(source="huxiu", address=feed, etag='"1"', asked_at=now, answers=(f"{now} 304 2 0",))
        )
    text = broadsheet("status", "huxiu").text
    for words in ("虎嗅 (huxiu)", "30 days", "usual", "3 new", "author 9", "letters", feed, "304", "ETag"):
        assert words in text
    assert "no author on the last 4 pages" in text
    assert "was wrong" in text
    row = broadsheet("status", "huxiu", "--json").rows[0]
    assert (len(row["days"]), row["days"][-1], len(row["usual_hours"])) == (30, 3, 24)
    assert row["norm"]["fields"]["time"] == 1.0
    assert [one["kind"] for one in row["recent_alarms"]] == ["silence", "field"]


def test_a_source_of_which_nothing_is_known_says_so(broadsheet: Terminal, kept: Path) -> None:
    assert "Nothing is known yet" in broadsheet("status", "huxiu").text
    assert "never crawled" in broadsheet("status", "ithome").text


def test_a_name_that_is_no_source_is_one_line(broadsheet: Terminal, kept: Path) -> None:
    assert "did you mean huxiu?" in broadsheet("status", "huxui").complaint


def test_bars_are_as_high_as_their_numbers() -> None:
    assert spark([0, 1, 4, 8]) == "·▂▅█"
    assert spark([0, 0]) == "··"
    assert spark([4], 8) == "▅"
    assert spark([]) == ""


def test_moments_are_counted_by_day_and_hour() -> None:
    moments = [NOW - timedelta(days=2), NOW - HOUR, NOW]
    assert by_day(moments, NOW, 3) == [1, 0, 2]
    assert by_hour(moments, NOW + timedelta(minutes=10), 2) == [1, 1]


def test_times_are_said_as_a_person_says_them() -> None:
    assert [ago(NOW - one, NOW) for one in (timedelta(seconds=5), 3 * HOUR, 50 * HOUR)] == [
        "now",
        "3 h ago",
        "2 d ago",
    ]
    assert [until(NOW + one, NOW) for one in (HOUR, -timedelta(minutes=5))] == ["in 1 h", "5 min late"]
