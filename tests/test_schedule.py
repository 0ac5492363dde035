"""When a source is crawled next, from what a real archive knows of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, Found, PollRow
from crawler.source import Source, parse_source
from scheduler.planning.rates import Habits, habits_from
from scheduler.planning.schedule import Schedule
from tests.site import FEED, HOST, RECIPE, Site, crawled, settings

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BOUNDS = 'poll = { default = "30m", min = "5m", max = "6h" }\n'


@pytest.fixture
def archive(tmp_path: Path, database_url: str | None) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive", database_url) as opened:
        yield opened


def tech(zone: str = "Asia/Shanghai") -> Source:
    recipe = BOUNDS + RECIPE.replace('zone = "Asia/Shanghai"', f'zone = "{zone}"')
    return parse_source(recipe, "tech.toml")


def schedule(archive: Archive, source: Source | None = None, **changes: Any) -> Schedule:
    config = settings(archive.root.parent, jitter=0.0, **changes)
    return Schedule(config, {"tech": source or tech()}, archive, {"tech": frozenset({"news.example"})})


def publish(archive: Archive, *published: datetime, now: datetime) -> None:
    """Articles that a crawl finds."""
    links = [f"{HOST}/article/{at.timestamp():.0f}" for at in published]
    archive.discover(
        [Found(url, "tech", "题", at, "feed") for url, at in zip(links, published, strict=True)], now
    )


def polled(archive: Archive, at: datetime, items: int = 20, new: int = 0, fresh: int | None = None) -> None:
    archive.polls.put(
        PollRow(
            source="tech",
            address=FEED,
            asked_at=at.isoformat(),
            items=tuple(map(str, range(items))),
            answers=(f"{at.isoformat()} 200 {items} {new}",),
            fresh_seconds=fresh,
        )
    )


def after(archive: Archive, at: datetime = NOW, source: Source | None = None, **changes: Any) -> timedelta:
    """How long after a crawl that began at `at` and took a minute the next one comes."""
    return schedule(archive, source, **changes).after_answer("tech", at, at + MINUTE, 0.5) - at


def learned(archive: Archive) -> Habits:
    return habits_from(archive.arrivals.learned("tech"), "UTC")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (1800, 300, 21600)),
        ({"interval": 600.0}, (600, 300, 21600)),
        ({"interval": 60.0}, (60, 60, 21600)),
        ({"interval": 86400.0}, (86400, 300, 86400)),
        ({"interval": 60.0, "intervals": {"tech": 7200.0}}, (7200, 300, 21600)),
        ({"schedule": "fixed"}, (1800, 1800, 1800)),
        ({"schedule": "fixed", "interval": 60.0}, (60, 60, 60)),
    ],
)
def test_an_interval_that_was_set_is_the_mean_and_the_recipe_bounds_it(
    changes: dict[str, Any], expected: tuple[float, ...], archive: Archive
) -> None:
    bounds = schedule(archive, **changes).bounds("tech")
    assert (bounds.default, bounds.least, bounds.most) == expected


def test_of_a_new_source_the_interval_is_the_default(archive: Archive) -> None:
    assert after(archive) == pytest.approx(timedelta(minutes=30), rel=0.01)


def test_a_fixed_schedule_keeps_to_its_interval_and_learns_all_the_same(archive: Archive) -> None:
    publish(archive, *(NOW - number * MINUTE for number in range(1, 20)), now=NOW)
    assert after(archive, schedule="fixed") == timedelta(minutes=30)
    assert sum(learned(archive).counts) > 10


def test_what_the_archive_found_in_weeks_before_is_learned_at_once(archive: Archive) -> None:
    """At eleven by Shanghai's clocks."""
    for day in range(14):
        at = NOW - timedelta(days=day + 1)
        publish(archive, *(at + MINUTE * number for number in range(1, 8)), now=at + timedelta(hours=1))
    at_eleven = after(archive)
    assert at_eleven < timedelta(minutes=15)
    assert after(archive, NOW + timedelta(hours=12)) > 3 * at_eleven


def test_each_article_is_counted_once(archive: Archive) -> None:
    """A crawl finds an article after it has begun; the next one is told of what was found since that one was over."""
    after(archive, NOW - timedelta(hours=1))
    publish(archive, NOW - MINUTE, now=NOW + timedelta(seconds=5))
    after(archive, NOW)
    after(archive, NOW + timedelta(minutes=30))
    assert sum(learned(archive).counts) == pytest.approx(1, rel=0.01)


def test_what_a_crawl_by_hand_found_meanwhile_is_learned_too(archive: Archive) -> None:
    after(archive, NOW - timedelta(hours=2))
    publish(archive, NOW - timedelta(minutes=40), now=NOW - timedelta(minutes=30))
    after(archive, NOW)
    assert sum(learned(archive).counts) == pytest.approx(1, rel=0.01)


def test_a_restart_goes_on_with_what_was_learned(archive: Archive) -> None:
    publish(archive, *(NOW - number * MINUTE for number in range(1, 20)), now=NOW)
    after(archive)
    first = learned(archive)
    after(archive, NOW + timedelta(minutes=30))
    assert learned(archive).at == NOW + timedelta(minutes=30)
    assert sum(learned(archive).counts) == pytest.approx(sum(first.counts), rel=0.01)


def test_a_recipe_whose_zone_was_corrected_takes_what_was_learned_along(archive: Archive) -> None:
    publish(archive, *(NOW - number * MINUTE for number in range(1, 20)), now=NOW)
    after(archive, source=tech("UTC"))
    after(archive, NOW + timedelta(minutes=30), tech("Asia/Shanghai"))
    counts = learned(archive).counts
    assert learned(archive).zone == "Asia/Shanghai"
    assert counts.index(max(counts)) % 24 == 10


def test_an_answer_that_is_good_for_longer_is_not_asked_for_before(archive: Archive) -> None:
    after(archive, NOW - timedelta(hours=1))
    polled(archive, NOW + timedelta(seconds=3), fresh=7200)
    assert after(archive) == pytest.approx(timedelta(hours=2), rel=0.01)


def test_that_an_earlier_answer_was_good_says_nothing(archive: Archive) -> None:
    polled(archive, NOW - timedelta(hours=1), fresh=7200)
    assert after(archive) == pytest.approx(timedelta(minutes=30), rel=0.01)


def test_a_domain_that_wants_to_be_left_alone_is(archive: Archive) -> None:
    archive.domains.rest("news.example", NOW + timedelta(hours=3), "429, Retry-After", 1)
    assert after(archive) == timedelta(hours=3)


def test_a_rest_that_a_wrong_clock_set_does_not_hold(archive: Archive) -> None:
    archive.domains.rest("news.example", NOW + timedelta(days=300), "429", 1)
    assert after(archive) < timedelta(hours=1)


def test_an_answer_that_was_nearly_all_new_is_asked_for_sooner(archive: Archive) -> None:
    after(archive, NOW - timedelta(minutes=25))
    polled(archive, NOW, items=20, new=19)
    assert after(archive) < timedelta(minutes=16)


def test_a_memory_that_cannot_be_read_is_begun_anew(archive: Archive) -> None:
    archive.arrivals.learn("tech", '{"zone": 7}')
    assert after(archive) == pytest.approx(timedelta(minutes=30), rel=0.01)
    assert learned(archive).at == NOW


def test_after_failures_the_source_rests(archive: Archive) -> None:
    at = schedule(archive).after_failure("tech", NOW, 2, 0.5)
    assert at - NOW == timedelta(hours=2)
    assert schedule(archive).longest_wait("tech", 2) == timedelta(hours=6)
    assert schedule(archive).longest_wait("tech", 20) == timedelta(days=1)


def test_a_crawl_tells_the_schedule_what_it_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a real site, whose feed names twenty articles."""
    with Site() as site:
        monkeypatch.setenv("http_proxy", site.address)
        site.publish(*range(1, 21))
        config = settings(tmp_path, jitter=0.0)
        begun_at = datetime.now(UTC)
        crawled(config, source=tech())
    with Archive.open(config.archive) as archive:
        made = Schedule(config, {"tech": tech()}, archive, {"tech": frozenset({"news.example"})})
        made.after_answer("tech", begun_at, datetime.now(UTC), 0.5)
        habits = learned(archive)
    assert (habits.at, habits.listed) == (begun_at, 20)
