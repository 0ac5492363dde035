"""Watch: crawls of a played site, judged one after the other, and what is wrong with the machine itself."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from archive import AlarmRow, Archive, Found
from crawler.report import Answer, CrawlReport
from crawler.vitals import Vitals
from scheduler.desk import Desk
from scheduler.health.watch import Watch, late_ones
from scheduler.runner import Outcome
from tests.builders import NOW
from tests.site import FEED, HOST, Reply, Site, article_page, crawled, feed, settings, tech

HOUR = timedelta(hours=1)


@dataclass
class Desked:
    """A watch over some sources, and what it said."""

    archive: Archive
    said: list[str] = field(default_factory=list)

    def watch(self, *names: str) -> Watch:
        sources = dict.fromkeys(names or ("tech",), tech())
        config = settings(self.archive.root.parent)
        return Watch(Desk(config, sources, self.archive, self.said.append))

    def open(self, source: str = "tech") -> list[AlarmRow]:
        return self.archive.alarms.open(source)


@pytest.fixture
def desked(tmp_path: Path, database_url: str | None) -> Iterator[Desked]:
    with Archive.open(tmp_path / "archive", database_url) as archive:
        yield Desked(archive)


def answered(source: str = "tech", at: datetime = NOW, **vitals: object) -> Outcome:
    """A crawl that brought nothing new."""
    facts = Vitals(named=20, **vitals)  # type: ignore[arg-type]
    report = CrawlReport(
        source=source, started_at=at, discovery=(Answer(FEED, 20, unchanged=True),), vitals=facts
    )
    return Outcome(source, report)


# --- a played site ---


def redesigned(number: int) -> bytes:
    """The same page with its author and its time gone."""
    page = re.sub("<time>.*?</time>", "", article_page(number).decode())
    return page.replace(" class='author'", " class='x'").encode()


def test_a_redesign_is_named_after_one_crawl_and_its_end_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = settings(tmp_path, snapshots=False)
    with Site() as site, Archive.open(config.archive) as archive:
        monkeypatch.setenv("http_proxy", site.address)
        desked = Desked(archive)
        watch = desked.watch()

        def crawl(hour: int, *numbers: int, changed: bool = False) -> list[str]:
            site.pages[FEED] = Reply(plain_feed(numbers))
            for number in numbers:
                site.put(number, redesigned(number) if changed else article_page(number))
            watch.after(Outcome("tech", crawled(config)), NOW + hour * HOUR, NOW + hour * HOUR)
            return [f"{row.kind} {row.subject}" for row in desked.open()]

        assert crawl(0, *range(1, 16)) == []
        assert crawl(1, *range(12, 20), changed=True) == ["field author", "field time"]
        assert desked.open()[0].since == NOW + HOUR
        assert desked.open()[0].cause == "no author on the last 4 pages; 100% stated one before"
        assert crawl(2, *range(18, 22), changed=True) == ["field author", "field time"]
        assert crawl(3, *range(20, 26)) == []
        over = {row.subject for row in archive.alarms.recent("tech") if row.cleared_at == NOW + 3 * HOUR}
    assert over == {"author", "time"}
    assert desked.said[0] == "tech: alarm: no author on the last 4 pages; 100% stated one before"
    assert "tech: over: field author" in desked.said


def plain_feed(numbers: tuple[int, ...]) -> bytes:
    """A feed that says of its articles neither who wrote them nor when."""
    text = feed(numbers).decode().replace("<author>小明</author>", "")
    head, *rest = text.split("<pubDate>")
    return (head + "".join(part.partition("</pubDate>")[2] for part in rest)).encode()


def test_a_feed_that_moved_is_named_with_where_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = settings(tmp_path, snapshots=False)
    with Site() as site, Archive.open(config.archive) as archive:
        monkeypatch.setenv("http_proxy", site.address)
        desked = Desked(archive)
        watch = desked.watch()
        site.publish(1)
        watch.after(Outcome("tech", crawled(config)), NOW, NOW)
        site.pages[f"{HOST}/rss"] = site.pages[FEED]
        site.pages[FEED] = Reply(status=301, headers={"Location": f"{HOST}/rss"})
        watch.after(Outcome("tech", crawled(config)), NOW + HOUR, NOW + HOUR)
        assert [(row.kind, row.subject) for row in desked.open()] == [("moved", FEED)]
        assert f"{HOST}/rss" in desked.open()[0].cause


# --- what it remembers ---


def test_a_crawl_that_broke_off_is_an_alarm_until_one_does_not(desked: Desked) -> None:
    watch = desked.watch()
    watch.after(Outcome("tech", problem="KeyError: 'x'"), NOW, NOW)
    assert [row.kind for row in desked.open()] == ["broken"]
    desked.watch().after(answered(), NOW + HOUR, NOW + HOUR)
    assert desked.open() == []


def test_a_crawl_that_was_stopped_says_nothing(desked: Desked) -> None:
    report = CrawlReport(source="tech", started_at=NOW, problem="stopped (shutdown)")
    desked.watch().after(Outcome("tech", report), NOW, NOW)
    assert (desked.open(), desked.open(""), desked.archive.norms.get("tech")) == ([], [], None)


def test_what_a_person_crawled_by_hand_is_news(desked: Desked) -> None:
    watch = desked.watch()
    watch.after(answered(), NOW, NOW)
    desked.archive.discover([Found(f"{HOST}/article/1", "tech", "题", NOW, "feed")], NOW + HOUR)
    watch.after(answered(), NOW + 2 * HOUR, NOW + 2 * HOUR)
    assert '"news":1.0' in (desked.archive.norms.get("tech") or "")


# --- the machine ---


def test_our_own_line_counts_against_no_source_and_is_told_when_it_is_down_for_long(desked: Desked) -> None:
    watch = desked.watch()
    for minutes in (0, 5, 15):
        at = NOW + timedelta(minutes=minutes)
        watch.after(Outcome("tech", problem="no connection", is_offline=True), at, at)
    assert (desked.open(), desked.open("")) == ([], [])
    late = NOW + timedelta(minutes=40)
    watch.after(Outcome("tech", problem="no connection", is_offline=True), late, late)
    assert [(row.kind, row.since) for row in desked.open("")] == [("line", NOW)]
    watch.after(answered(), NOW + HOUR, NOW + HOUR)
    assert (desked.open(), desked.open("")) == ([], [])


def test_an_archive_that_fails_is_an_alarm_of_no_source(desked: Desked) -> None:
    watch = desked.watch()
    watch.after(Outcome("tech", problem="the disk is full", is_ours=True), NOW, NOW)
    assert [(row.kind, row.cause) for row in desked.open("")] == [("archive", "the disk is full")]
    watch.after(answered(), NOW + HOUR, NOW + HOUR)
    assert (desked.open(), desked.open("")) == ([], [])


def test_what_can_not_be_written_is_said_and_kept(desked: Desked, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = desked.watch()
    with Archive.open(desked.archive.root.parent / "other") as lost:
        desked.archive.alarms._engine, whole = lost.alarms._engine, desked.archive.alarms._engine
    folder = desked.archive.root.parent / "other"
    for file in folder.glob("catalog.sqlite3*"):
        file.unlink()
    (folder / "catalog.sqlite3").mkdir()
    watch.after(Outcome("tech", problem="the disk is full", is_ours=True), NOW, NOW)
    assert [fault.kind for fault in watch.faults] == ["archive"]
    assert desked.said == ["alarm: the disk is full"]
    desked.archive.alarms._engine = whole
    watch.after(Outcome("tech", problem="the disk is full", is_ours=True), NOW + HOUR, NOW + HOUR)
    assert [(row.kind, row.since) for row in desked.open("")] == [("archive", NOW)]


def test_a_clock_that_is_off_from_all_sites_is_ours(desked: Desked) -> None:
    watch = desked.watch("a", "b", "c", "d")
    for hour in range(4):
        for name in ("a", "b", "c", "d"):
            at = NOW + hour * HOUR
            watch.after(answered(name, ahead=7200.0 if hour else 1.0), at, at)
    assert {row.source: row.kind for row in desked.archive.alarms.open()} == {"": "clock"}
    assert "2 hours behind those of" in desked.open("")[0].cause
    for name in ("a", "b", "c", "d"):
        watch.after(answered(name, ahead=1.0), NOW + 5 * HOUR, NOW + 5 * HOUR)
    assert desked.archive.alarms.open() == []


def test_one_sites_clock_is_that_sites(desked: Desked) -> None:
    watch = desked.watch("a", "b", "c")
    for hour in range(3):
        for name in ("a", "b", "c"):
            at = NOW + hour * HOUR
            watch.after(answered(name, ahead=1800.0 if name == "b" else 1.0), at, at)
    assert [(row.source, row.kind) for row in desked.archive.alarms.open()] == [("b", "clock")]


def test_sources_that_are_not_crawled_in_time_are_an_alarm(desked: Desked) -> None:
    watch = desked.watch()
    desked.archive.runs.set_due("tech", NOW, 0)
    look(watch, NOW + 2 * HOUR)
    assert desked.open("") == []  # it may have been asleep
    look(watch, NOW + 2.1 * HOUR)
    assert [(row.kind, "tech" in row.cause) for row in desked.open("")] == [("late", True)]
    desked.archive.orders.give("pause", ["tech"], NOW)
    look(watch, NOW + 2.2 * HOUR)
    assert desked.open("") == []
    assert late_ones(desked.archive.runs.due(), ["other"], NOW + 90 * HOUR) == set()


def test_alarms_of_sources_no_longer_chosen_end(desked: Desked) -> None:
    desked.archive.alarms.raise_("old", "silence", "", "nothing", NOW, NOW)
    look(desked.watch(), NOW + HOUR)
    assert desked.archive.alarms.open() == []


def look(watch: Watch, at: datetime) -> None:
    asyncio.run(watch.look_round(at))
