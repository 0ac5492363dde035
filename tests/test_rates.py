"""What is learned of when a source publishes."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.planning import rates
from scheduler.planning.rates import HOUR, WEEK, Habits, Seen, as_text, habits_from, learn

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # a Tuesday
MINUTE = timedelta(minutes=1)


def place(at: datetime, zone: str = "UTC") -> int:
    return rates.hour_of_week(at, ZoneInfo(zone))


def watched(
    published: list[datetime], begin: datetime, days: int, zone: str = "UTC", every: timedelta = HOUR
) -> Habits:
    """What is known after so many days of crawls."""
    habits, at = learn(Habits(zone=zone), Seen(at=begin)), begin
    while at < begin + timedelta(days=days):
        found = tuple(one for one in published if at < one <= at + every)
        at += every
        habits = learn(habits, Seen(at=at, published=found, listed=20))
    return habits


def daily(begin: datetime, days: int, times: int = 1) -> list[datetime]:
    """So many articles a day, a minute apart, from the time of `begin` on."""
    return [begin + timedelta(days=day) + MINUTE * number for day in range(days) for number in range(times)]


def test_the_hours_at_which_a_source_publishes_are_learned() -> None:
    week = rates.rates(watched(daily(NOW + 10 * MINUTE, 14, 3), NOW, 14))
    assert place(NOW) % 24 == 3
    assert all(week[day * 24 + 3] > 10 * week[day * 24 + 15] for day in range(7))


def test_so_are_its_days() -> None:
    fridays = [NOW + timedelta(days=3 + 7 * number, minutes=one) for number in range(5) for one in range(5)]
    week = rates.rates(watched(fridays, NOW, 35))
    assert int(week.argmax()) == place(NOW + timedelta(days=3))
    assert week.max() > 50 * week.mean()


def test_hours_are_those_of_its_own_zone() -> None:
    habits = watched(daily(NOW + MINUTE, 14), NOW, 14, "Asia/Shanghai")
    assert int(rates.rates(habits).argmax()) % 24 == 11


def test_a_source_keeps_its_hour_when_the_clocks_change() -> None:
    """Berlin's summer time ends on 2026-10-25: nine o'clock is an hour later by UTC."""
    zone = ZoneInfo("Europe/Berlin")
    begin = datetime(2026, 10, 12, 0, 0, tzinfo=UTC)
    nine = [datetime(2026, 10, 12, 9, 5, tzinfo=zone) + timedelta(days=day) for day in range(28)]
    habits = watched([at.astimezone(UTC) for at in nine], begin, 28, zone.key)
    by_hour = rates.rates(habits).reshape(7, 24).mean(0)
    assert int(by_hour.argmax()) == 9
    assert by_hour[9] > 3 * max(by_hour[8], by_hour[10])


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_a_day_of_23_or_25_hours_is_watched_whole(day: datetime) -> None:
    habits = watched([], day - timedelta(days=1), 3, "Europe/Berlin")
    elsewhere = watched([], day - timedelta(days=1), 3)
    assert sum(habits.hours) == pytest.approx(sum(elsewhere.hours))


def test_a_source_whose_zone_was_corrected_keeps_what_was_learned() -> None:
    habits = watched(daily(NOW + MINUTE, 14), NOW, 14)
    turned = rates.moved(habits, "Asia/Shanghai", NOW)
    assert turned.zone == "Asia/Shanghai"
    assert int(rates.rates(turned).argmax()) % 24 == 11
    back = rates.moved(turned, "UTC", NOW)
    assert back == habits


def test_new_habits_take_the_place_of_old_ones() -> None:
    old, new = daily(NOW + MINUTE, 42, 4), daily(NOW + timedelta(days=42, hours=12, minutes=1), 42, 4)
    by_hour = rates.rates(watched([*old, *new], NOW, 84)).reshape(7, 24).mean(0)
    assert by_hour[15] > 2 * by_hour[3]


def test_an_article_without_a_time_came_between_the_crawls() -> None:
    known = learn(Habits(zone="UTC"), Seen(at=NOW))
    found = learn(known, Seen(at=NOW + 2 * HOUR, published=(None,) * 4))
    assert [found.counts[place(NOW) + hour] for hour in range(3)] == [2, 2, 0]


@pytest.mark.parametrize(
    ("published", "counted"),
    [
        (NOW + 5 * MINUTE, 1),
        (NOW - 5 * MINUTE, 1),  # it shows late
        (NOW + 90 * MINUTE, 1),  # a clock that is fast
        (NOW.replace(hour=0), 1),  # the day alone
        (NOW - timedelta(days=9), 0),  # found late: no news
        (datetime.min.replace(tzinfo=UTC), 0),
        (datetime.max.replace(tzinfo=UTC), 0),
    ],
)
def test_a_time_that_cannot_be_is_not_believed(published: datetime, counted: int) -> None:
    known = learn(Habits(zone="Asia/Shanghai"), Seen(at=NOW))
    found = learn(known, Seen(at=NOW + HOUR, published=(published,)))
    assert found.counts[place(NOW, "Asia/Shanghai")] == counted
    assert sum(found.counts) == counted


def test_the_first_answer_tells_of_the_days_before() -> None:
    published = [NOW - timedelta(hours=6 * number, minutes=5) for number in range(20)]
    habits = learn(Habits(zone="UTC"), Seen(at=NOW, published=tuple(published), listed=20))
    assert rates.rates(habits).mean() == pytest.approx(1 / 6, rel=0.2)


def test_old_articles_in_the_first_answer_tell_nothing() -> None:
    old = tuple(NOW - timedelta(days=400 + number) for number in range(1000))
    assert sum(learn(Habits(zone="UTC"), Seen(at=NOW, published=old)).counts) == 0


def test_where_all_of_an_answer_is_new_it_is_not_known_what_came_before() -> None:
    known = learn(Habits(zone="UTC"), Seen(at=NOW))
    later = NOW + 12 * HOUR
    found = tuple(later - MINUTE * number for number in range(1, 21))
    overflowed = learn(known, Seen(at=later, published=found, listed=20))
    assert sum(overflowed.hours) == pytest.approx(1 / 3)
    assert rates.rates(overflowed)[place(later - HOUR)] > 5


def test_what_stirred_goes_on_where_it_used_to() -> None:
    """Articles come in sixes, or one by one."""
    begin = datetime(2026, 9, 1, tzinfo=UTC)
    bursts = [
        begin + timedelta(hours=31 * number) + 10 * MINUTE * one for number in range(40) for one in range(6)
    ]
    singles = [begin + timedelta(hours=5.17 * number) for number in range(240)]
    tens = 10 * MINUTE
    ways = [watched(sorted(one), begin, 50, every=tens) for one in (bursts, singles)]
    at = begin + timedelta(days=50)
    stirred = [
        rates.stirred(learn(one, Seen(at=at + tens, published=(at + MINUTE,), listed=20))) for one in ways
    ]
    assert stirred[0] > 3 * stirred[1]


def test_a_source_that_fell_silent_is_known_to_have() -> None:
    habits = watched(daily(NOW + MINUTE, 14, 10), NOW, 28)
    assert rates.level(watched(daily(NOW + MINUTE, 14, 10), NOW, 14)) > 0.7
    assert rates.level(habits) < 0.3


def test_a_crawl_before_the_last_one_teaches_nothing() -> None:
    known = learn(Habits(zone="UTC"), Seen(at=NOW))
    back = learn(known, Seen(at=NOW - timedelta(days=400), published=(None,) * 9))
    assert back.counts == known.counts
    assert back.at == NOW - timedelta(days=400)


def test_a_long_outage_is_not_taken_for_silence() -> None:
    habits = watched(daily(NOW + MINUTE, 14, 4), NOW, 14)
    after = learn(habits, Seen(at=NOW + timedelta(days=400), listed=20))
    assert rates.rates(after).mean() > rates.rates(habits).mean() / 2


# --- whatever comes ---

moments = st.datetimes(timezones=st.sampled_from([UTC, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/Lima")]))


@st.composite
def crawls(draw: st.DrawFn) -> list[Seen]:
    gaps = draw(st.lists(st.integers(-10_000, 1_000_000), max_size=8))
    seen, at = [], NOW
    for gap in gaps:
        at += timedelta(seconds=gap)
        near = st.integers(-100_000, 10_000).map(lambda ago, at=at: at + timedelta(seconds=ago))  # type: ignore[misc]
        published = draw(st.lists(st.none() | near | moments, max_size=6))
        seen.append(Seen(at=at, published=tuple(published), listed=draw(st.integers(0, 30))))
    return seen


@given(crawls(), st.sampled_from(["UTC", "Asia/Shanghai", "America/St_Johns", "Pacific/Apia"]))
def test_whatever_was_seen_there_is_a_rate_for_every_hour(seen: list[Seen], zone: str) -> None:
    habits = Habits(zone=zone)
    for one in seen:
        habits = learn(habits, one)
    week = rates.rates(habits)
    assert week.shape == (WEEK,)
    assert 0 < week.min() <= week.max() < 1000
    assert abs(rates.stirred(habits)) <= 20
    assert 0 < rates.level(habits) < 1000
    again = habits_from(as_text(habits), "UTC")
    assert again.at == habits.at
    assert again.counts == pytest.approx(habits.counts, rel=1e-3)


@given(st.lists(st.integers(1, 100_000), min_size=2, max_size=6, unique=True))
def test_the_more_was_found_the_higher_the_rate(numbers: list[int]) -> None:
    known = learn(Habits(zone="UTC"), Seen(at=NOW))
    counts = sorted(number % 50 for number in numbers)
    found = [
        learn(known, Seen(at=NOW + HOUR, published=(NOW + 30 * MINUTE,) * count, listed=100))
        for count in counts
    ]
    at_three = [rates.rates(one)[place(NOW)] for one in found]
    assert all(low <= high for low, high in pairwise(at_three))


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "not JSON",
        "[]",
        "{}",
        "7",
        json.dumps(json.loads(as_text(Habits(zone="UTC"))) | {"counts": [1]}),
        json.dumps(json.loads(as_text(Habits(zone="UTC"))) | {"stir": "much"}),
        as_text(Habits(zone="UTC", stir=float("nan"))),
        json.dumps(json.loads(as_text(Habits(zone="UTC"))) | {"zone": "Nowhere"}),
        json.dumps(json.loads(as_text(Habits(zone="UTC"))) | {"at": "2026-11-24T00:00:00"}),
        json.dumps(json.loads(as_text(Habits(zone="UTC"))) | {"of_a_later_edition": 1}),
    ],
)
def test_what_cannot_be_read_is_nothing_known(text: str | None) -> None:
    assert habits_from(text, "Asia/Tokyo") == Habits(zone="Asia/Tokyo")
