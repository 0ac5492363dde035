"""What the report of a crawl says."""

from datetime import UTC, datetime, timedelta

from crawler.report import CrawlReport
from crawler.tally import Tally

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
A, B = "https://www.huxiu.com/article/1", "https://www.huxiu.com/article/2"
FEED = "https://rss.huxiu.com/"


def tally(**ends: str) -> Tally:
    """A crawl of a source that answered, whose URLs A and B ended so."""
    made = Tally("huxiu", NOW)
    made.answers(FEED, 2)
    made.wants([{"a": A, "b": B}[name] for name in ends])
    for name, state in ends.items():
        made.ends({"a": A, "b": B}[name], state, f"why {name}")
    return made


def test_a_crawl_whose_pages_were_kept_is_ok() -> None:
    report = tally(a="new", b="duplicate").report
    assert report.ok
    assert report.archived == 1


def test_a_page_that_is_gone_is_how_a_page_may_end() -> None:
    assert tally(a="gone", b="walled").report.ok


def test_a_failed_or_blocked_page_is_not_ok() -> None:
    report = tally(a="new", b="blocked").report
    assert not report.ok
    assert report.troubles == {B: "blocked: why b"}
    assert not tally(a="failed").report.ok


def test_one_page_in_trouble_does_not_make_a_source_silent() -> None:
    assert tally(a="new", b="failed").report.is_answered
    assert not tally(a="blocked", b="blocked").report.is_answered


def test_a_silent_discovery_is_not_ok() -> None:
    made = Tally("huxiu", NOW)
    made.answers(FEED, problem="no answer in time")
    assert not made.report.ok
    assert not made.report.discovery_answered
    assert made.report.summary == "huxiu: nothing new; discovery failed: no answer in time"


def test_a_fall_back_that_answers_is_enough() -> None:
    made = Tally("huxiu", NOW)
    made.answers(FEED, problem="no answer in time")
    made.answers("https://www.huxiu.com/article/", 12)
    assert made.report.ok


def test_a_crawl_without_discovery_does_not_miss_it() -> None:
    assert Tally("huxiu", NOW).report.discovery_answered


def test_what_is_left_undone_is_not_ok() -> None:
    made = tally(a="new")
    made.wants([B])
    made.finish(NOW)
    assert made.outstanding == [B]
    assert not made.report.ok
    assert made.report.counts == {"new": 1, "unfinished": 1}


def test_a_crawl_that_was_stopped_is_not_ok() -> None:
    made = tally(a="new")
    made.stops("the disk is full")
    made.stops("stopped (archive)")
    assert not made.report.ok
    assert made.report.problem == "the disk is full"


def test_counts_stand_in_the_order_of_a_table() -> None:
    made = tally(b="failed", a="new")
    made.knows(38)
    assert list(made.report.counts.items()) == [("new", 1), ("known", 38), ("failed", 1)]


def test_every_change_is_told() -> None:
    seen: list[CrawlReport] = []
    made = Tally("huxiu", NOW, seen.append)
    made.answers(FEED, 1)
    made.wants([A])
    made.ends(A, "new")
    assert [(report.wanted, len(report.states)) for report in seen] == [(0, 0), (1, 0), (1, 1)]


def test_the_report_as_json() -> None:
    made = tally(a="new", b="blocked")
    made.sends()
    made.finish(NOW + timedelta(seconds=2.04))
    assert made.report.as_json() == {
        "source": "huxiu",
        "ok": False,
        "counts": {"new": 1, "blocked": 1},
        "discovery": [{"url": FEED, "links": 2}],
        "discovery_answered": True,
        "wanted": 2,
        "archived": 1,
        "requests": 1,
        "troubles": {B: "blocked: why b"},
        "problem": None,
        "started_at": "2026-11-24T03:00:00+00:00",
        "seconds": 2.0,
    }
