"""When a source is due."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import Due
from scheduler import plan
from scheduler.plan import Floors, Spread
from scheduler.planning.pace import Bounds
from scheduler.planning.rates import Habits, Seen, learn

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_source_without_a_history_is_due_at_once() -> None:
    assert plan.due({"huxiu": HOUR}, {}, NOW) == ["huxiu"]


def test_a_source_is_due_when_its_time_has_come() -> None:
    history = {"a": Due(NOW, 0), "b": Due(NOW + timedelta(seconds=1), 0)}
    assert plan.due({"a": HOUR, "b": HOUR}, history, NOW) == ["a"]


def test_the_longest_overdue_comes_first() -> None:
    history = {"a": Due(NOW - timedelta(minutes=1), 0), "b": Due(NOW - HOUR, 0)}
    assert plan.due({"a": HOUR, "b": HOUR}, history, NOW) == ["b", "a"]


def test_a_time_further_off_than_any_wait_does_not_hold() -> None:
    """The interval was made shorter, or the clock was wrong."""
    assert plan.due({"a": HOUR}, {"a": Due(NOW + 2 * HOUR, 0)}, NOW) == ["a"]


def test_a_source_that_is_no_longer_asked_for_is_not_due() -> None:
    assert plan.due({}, {"a": Due(NOW, 0)}, NOW) == []


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 20), (1, 40), (2, 80), (6, 1280), (7, 1440), (10_000, 1440)]
)
def test_a_failing_source_rests_twice_as_long_up_to_a_day(failures: int, minutes: int) -> None:
    assert plan.rest(1200.0, failures) == timedelta(minutes=minutes)


def test_an_interval_over_a_day_is_never_cut() -> None:
    assert plan.rest(7 * 86400.0, 5) == timedelta(days=7)


@given(
    wait=st.floats(1, 1e6),
    failures=st.integers(0, 1000),
    jitter=st.floats(0, 0.5),
    chance=st.floats(0, 1),
)
def test_after_a_failure_the_next_time_lies_within_the_jitter(
    wait: float, failures: int, jitter: float, chance: float
) -> None:
    at = plan.next_due(NOW, wait, failures, Spread(jitter, chance))
    rest, slack = plan.rest(wait, failures), timedelta(milliseconds=1)
    assert rest * (1 - jitter) - slack <= at - NOW <= rest * (1 + jitter) + slack
    # It holds: a source is not due again because its own next time seems too far off.
    longest = plan.longest_wait(Bounds(wait, wait, wait), failures, jitter)
    assert plan.due({"a": longest}, {"a": Due(at, failures)}, NOW) == []


# --- after an answer ---

BOUNDS = Bounds(default=1800.0, least=300.0, most=21600.0)
NOTHING = Floors()
ON_TIME = Spread()


def lived(days: float = 0, per_day: int = 0, hours: range = range(24), zone: str = "UTC") -> Habits:
    """What is known of a source that was crawled every half hour until NOW and published at these hours."""
    at = NOW - timedelta(days=days)
    habits = learn(Habits(zone=zone), Seen(at=at))
    count, each = 0.0, per_day / (len(hours) * 2)
    while at < NOW:
        at += timedelta(minutes=30)
        count += each if at.hour in hours else 0
        published = tuple(at - timedelta(minutes=3 * one + 1) for one in range(int(count)))
        count -= int(count)
        habits = learn(habits, Seen(at=at, published=published, listed=20))
    return habits


LIVES = {
    "new": lived(),
    "silent": lived(days=20),
    "by day": lived(days=20, per_day=40, hours=range(1, 10)),
    "busy": lived(days=3, per_day=900),
}


@st.composite
def bounds(draw: st.DrawFn) -> Bounds:
    low, middle, high = sorted(draw(st.lists(st.floats(1, 1e6), min_size=3, max_size=3)))
    return Bounds(middle, low, high)


@given(
    name=st.sampled_from(sorted(LIVES)),
    bounds=bounds(),
    rests=st.none() | st.floats(-1e5, 1e6),
    fresh=st.none() | st.floats(-1e5, 1e6),
    later=st.floats(0, 30),
    jitter=st.floats(0, 0.5),
    chance=st.floats(0, 1),
)
def test_the_next_time_is_within_the_bounds_and_not_before_a_rest_is_over(
    name: str,
    bounds: Bounds,
    rests: float | None,
    fresh: float | None,
    later: float,
    jitter: float,
    chance: float,
) -> None:
    now = NOW + timedelta(days=later)
    until = [None if one is None else now + timedelta(seconds=one) for one in (rests, fresh)]
    at = plan.next_poll(LIVES[name], Floors(*until), bounds, now, Spread(jitter, chance))
    slack = timedelta(milliseconds=1)
    least, most = timedelta(seconds=bounds.least), timedelta(seconds=bounds.most)
    assert now < at
    assert least - slack <= at - now <= most + slack
    assert until[0] is None or at >= min(until[0], now + most)
    assert plan.due({"a": plan.longest_wait(bounds, 0, jitter) + slack}, {"a": Due(at, 0)}, now) == []


def wait(habits: Habits, floors: Floors = NOTHING, bounds: Bounds = BOUNDS, now: datetime = NOW) -> timedelta:
    return plan.next_poll(habits, floors, bounds, now, ON_TIME) - now


@given(bounds())
def test_of_a_source_of_which_nothing_is_known_the_interval_is_the_default(bounds: Bounds) -> None:
    expected = timedelta(seconds=bounds.default)
    assert wait(Habits(zone="UTC"), bounds=bounds) == pytest.approx(expected, rel=0.01)


def test_the_busier_the_hour_the_sooner_the_next_crawl() -> None:
    assert wait(LIVES["by day"]) < timedelta(minutes=15)
    assert wait(LIVES["by day"], now=NOW + timedelta(hours=12)) > timedelta(hours=1)


def test_the_night_ends_when_articles_come_again() -> None:
    """At 20:00 the next crawl is not put off beyond the hour at which the source begins."""
    evening = NOW.replace(hour=22)
    assert evening + wait(LIVES["by day"], now=evening) < NOW + timedelta(days=1)


def test_what_was_just_found_brings_more() -> None:
    quiet = lived(days=20, per_day=2)
    burst = tuple(NOW + timedelta(minutes=2 * one + 1) for one in range(6))
    stirred = learn(quiet, Seen(at=NOW + timedelta(minutes=20), published=burst, listed=20))
    calm = learn(quiet, Seen(at=NOW + timedelta(minutes=20), listed=20))
    later = NOW + timedelta(minutes=20)
    assert wait(stirred, now=later) < wait(calm, now=later) / 2


def test_an_answer_that_was_nearly_all_new_is_asked_for_again_before_it_is_all_new() -> None:
    known = learn(Habits(zone="UTC"), Seen(at=NOW - timedelta(hours=1)))
    full = Seen(at=NOW, published=(None,) * 18, listed=20)
    assert wait(learn(known, full)) < timedelta(minutes=41)


def test_a_site_is_taken_at_its_word_how_long_its_answer_is_good() -> None:
    fresh = Floors(fresh_until=NOW + timedelta(hours=2))
    assert wait(LIVES["silent"], fresh) >= timedelta(hours=2)


def test_but_not_where_it_publishes_long_before() -> None:
    fresh = Floors(fresh_until=NOW + timedelta(hours=5))
    assert wait(LIVES["by day"], fresh) < timedelta(hours=1)


def test_a_source_that_fell_silent_is_not_worth_all_its_requests() -> None:
    assert wait(LIVES["silent"]) > timedelta(hours=1)


def test_what_was_overspent_is_saved_later() -> None:
    """Somebody crawled it every minute."""
    habits = lived(days=10, per_day=24)
    for minute in range(1, 1000):
        habits = learn(habits, Seen(at=NOW + timedelta(minutes=minute), listed=20))
    now = NOW + timedelta(days=1)
    assert wait(habits, now=now) > 1.5 * wait(lived(days=10, per_day=24), now=now)


@pytest.mark.parametrize("days", [-3650, -1, 0, 1, 3650])
def test_a_clock_that_jumped_does_no_lasting_harm(days: int) -> None:
    jumped = learn(LIVES["by day"], Seen(at=NOW + timedelta(days=days), listed=20))
    back = learn(jumped, Seen(at=NOW + timedelta(minutes=30), listed=20))
    assert BOUNDS.least <= wait(back).total_seconds() <= BOUNDS.default * 2


def test_a_thousand_sources_are_planned_in_no_time() -> None:
    waits = {str(number): HOUR for number in range(1000)}
    history = {name: Due(NOW + timedelta(seconds=int(name) - 500), 0) for name in waits}
    begun = time.process_time()
    due = plan.due(waits, history, NOW)
    plan.startable(due, [], 4, {name: frozenset([name]) for name in waits})
    assert time.process_time() - begun < 0.1
    begun = time.process_time()
    for _ in range(100):
        wait(LIVES["by day"])
    assert (time.process_time() - begun) / 100 < 0.02


def startable(names: list[str], running: list[str], at_once: int, **domains: str) -> list[str]:
    """Each source asks a domain of its own where it is not said to ask another."""
    asked = {name: frozenset(domains.get(name, name).split()) for name in [*names, *running]}
    return plan.startable(names, running, at_once, asked)


def test_a_source_under_way_is_not_started_again() -> None:
    assert startable(["a", "b"], ["a"], 3) == ["b"]


def test_no_more_than_so_many_run_at_once() -> None:
    assert startable(["a", "b", "c"], ["x"], 2) == ["a"]
    assert startable(["a"], ["x", "y"], 2) == []


def test_two_sources_of_one_domain_never_run_at_once() -> None:
    assert startable(["a", "b", "c"], [], 3, a="x y", b="y z", c="z") == ["a", "c"]


def test_a_source_waits_for_one_under_way_that_asks_its_domain() -> None:
    assert startable(["a", "b"], ["c"], 3, a="x", c="w x") == ["b"]


def test_after_our_line_was_down_a_source_is_asked_soon() -> None:
    assert plan.soon(NOW, 1200.0) - NOW == timedelta(minutes=2)
    assert plan.soon(NOW, 30.0) - NOW == timedelta(seconds=30)
