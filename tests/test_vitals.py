"""What a crawl tells of its source's health."""

from datetime import datetime
from pathlib import Path

import pytest

from crawler.reading import NO_BODY
from crawler.vitals import Gauge, Vitals, clock_ahead, filled
from tests.builders import NOW, article
from tests.site import FEED, HOST, Reply, Site, article_page, crawled, feed, settings


def test_a_field_is_filled_where_the_page_states_it() -> None:
    assert filled(article()) == ["title", "author", "time", "body"]
    assert filled(article(authors=(), summary="kurz")) == ["title", "time", "body", "summary"]


def test_a_mere_day_is_no_time_of_the_clock() -> None:
    day = datetime.fromisoformat("2026-11-23T00:00:00+08:00")
    assert "time" not in filled(article(published_at=day))
    assert "time" not in filled(article(published_at=None))


def test_a_gauge_adds_up_what_pages_were_like() -> None:
    gauge = Gauge()
    for number in (1, 2, 3):
        gauge.reads(article(number, authors=("小明",) if number > 1 else (), body="字" * number * 100))
    gauge.refuses("blocked", "the check page")
    gauge.refuses("blocked", "it answers 403")
    gauge.refuses("blocked", "it answers 403")
    gauge.names(30, 4)
    assert gauge.vitals == Vitals(
        read=3,
        filled={"title": 3, "author": 2, "time": 3, "body": 3},
        letters=200,
        refused={"blocked": 3},
        reasons={"blocked": "it answers 403"},
        named=30,
        met=4,
    )


def test_a_gauge_counts_the_pages_without_a_text_after_the_last_that_had_one() -> None:
    gauge = Gauge()
    for state in ("not_an_article", "read", "not_an_article", "blocked", "failed"):
        if state == "read":
            gauge.reads(article(1))
        else:
            gauge.refuses(state, NO_BODY if state == "failed" else "")
    assert gauge.vitals.last_unread == 2


def test_what_is_stored_is_only_what_there_is() -> None:
    assert Vitals().as_json() == {}
    stored = Vitals(named=3, statuses={200: 1}, latency=0.12345).as_json()
    assert stored == {"named": 3, "statuses": {"200": 1}, "latency": 0.123}


def test_a_way_has_moved_where_every_hop_says_for_good() -> None:
    gauge = Gauge()
    gauge.follows(FEED, f"{HOST}/rss", [301, 308])
    gauge.follows(f"{HOST}/other", f"{HOST}/rss", [301, 302])
    gauge.follows(f"{HOST}/third", f"{HOST}/third", [])
    assert gauge.vitals.moved == {FEED: f"{HOST}/rss"}


@pytest.mark.parametrize(
    ("date", "age", "expected"),
    [
        (b"Tue, 24 Nov 2026 03:00:00 GMT", None, 0.0),
        (b"Tue, 24 Nov 2026 04:00:00 GMT", None, 3600.0),
        (b"Tue, 24 Nov 2026 02:50:00 GMT", b"600", 0.0),
        (b"Tue, 24 Nov 2026 02:50:00 GMT", b"inf", None),
        (b"yesterday", None, None),
        (b"Tue, 24 Nov 99999 02:50:00 GMT", None, None),
        (None, None, None),
    ],
)
def test_a_sites_clock_is_told_by_its_answers(
    date: bytes | None, age: bytes | None, expected: float | None
) -> None:
    assert clock_ahead(date, age, NOW) == expected


def test_a_crawl_takes_it_all_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Site() as site:
        monkeypatch.setenv("http_proxy", site.address)
        site.pages[FEED] = Reply(b"", status=301, headers={"Location": f"{HOST}/rss"})
        site.pages[f"{HOST}/rss"] = feed([1, 2, 3])
        for number in (1, 2):
            site.pages[f"{HOST}/article/{number}.html?f=rss"] = article_page(number)
        vitals = crawled(settings(tmp_path)).vitals
    assert (vitals.read, vitals.filled) == (2, {"title": 2, "author": 2, "time": 2, "body": 2})
    assert (vitals.named, vitals.met) == (3, 3)
    assert sum(vitals.refused.values()) == 1
    assert vitals.moved == {FEED: f"{HOST}/rss"}
    assert (vitals.statuses[301], vitals.statuses[200]) == (1, 3)
    assert vitals.latency is not None
    assert abs(vitals.ahead or 9) < 5


def test_a_page_whose_text_is_not_found_is_there_and_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Site() as site:
        monkeypatch.setenv("http_proxy", site.address)
        site.pages[FEED] = feed([1])
        site.pages[f"{HOST}/article/1.html?f=rss"] = article_page(1).replace(b"class='body'", b"class='x7'")
        report = crawled(settings(tmp_path))
    assert report.counts["failed"] == 1  # and it is tried again
    assert report.vitals.refused == {"not_an_article": 1}
