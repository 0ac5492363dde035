"""When a source is due."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import Due
from scheduler import plan

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
    interval=st.floats(1, 1e6),
    failures=st.integers(0, 1000),
    jitter=st.floats(0, 0.5),
    chance=st.floats(0, 1),
)
def test_the_next_time_lies_within_the_jitter(
    interval: float, failures: int, jitter: float, chance: float
) -> None:
    at = plan.next_due(NOW, interval, failures, jitter, chance)
    wait, slack = plan.rest(interval, failures), timedelta(milliseconds=1)
    assert wait * (1 - jitter) - slack <= at - NOW <= wait * (1 + jitter) + slack
    # It holds: a source is not due again because its own next time seems too far off.
    assert plan.due({"a": plan.longest_wait(interval, failures, jitter)}, {"a": Due(at, failures)}, NOW) == []


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
