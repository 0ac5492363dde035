"""Pure: how often a source publishes, by hour of its own week, as learned from what its crawls found.

The model is a Poisson process with a rate for each of the 168 hours of a week. Counts, and the hours they were gathered
in, fade by half in three weeks, so that a source that changes its habits is learned anew. An hour with few articles leans
on the same hour of other days, and that on the mean. What came within the last hour or so, more than was to be
expected or less, goes on for as long: news comes in bursts, and holidays are silent. How much of it goes on is learned too.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

HALF_LIFE = 21 * 24.0  # hours, of counts
MEMORY = 7 * 24.0  # hours: the half-life of what was spent, and of what was expected lately
BURST = 1.0  # hours: the mean time for which more or less than expected goes on
LONGEST_GAP = 7 * 24.0  # hours between two crawls; what a longer one was like is not known
WEEK = 168
HOUR = timedelta(hours=1)
LATE = timedelta(hours=36)  # of a page that states only the day

_FIRST_MEAN = 0.2  # articles an hour, of a source of which nothing is known
_SURE = 1.0  # so many articles weigh as much as what an hour leans on
_FIRST_SWAY, _SURE_OF_SWAY = 0.3, 5.0
_SURE_OF_LEVEL = 3.0  # articles
_LEAST = 1e-3  # of the mean: no hour is ever written off
_FEW = 4
_MOST_ARTICLES = 1000  # of one crawl
_MOST_STIR = 20.0  # articles
_MOMENTS = ("at", "noted_at")
_NUMBERS = ("stir", "went_on", "could_go_on", "came", "expected", "crawls", "watched", "gap", "listed", "new")
_EVER = datetime.min.replace(tzinfo=UTC)

Week = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one crawl found that was new, and how many articles its answer named in all (0: nobody knows).

    `published` has None for an article of which the time is not known.
    """

    at: datetime
    published: tuple[datetime | None, ...] = ()
    listed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What is known of a source. All counts have faded since they were made."""

    zone: str
    at: datetime | None = None  # of the last crawl that was learned from
    noted_at: datetime | None = None  # when that was: what was found by then is counted
    counts: tuple[float, ...] = (0.0,) * WEEK  # articles by hour of the week
    hours: tuple[float, ...] = (0.0,) * WEEK  # that were watched
    stir: float = 0.0  # articles within the last hour or so, more than expected
    went_on: float = 0.0  # of such articles, by the rules of least squares: what came after them
    could_go_on: float = 0.0
    came: float = 0.0  # articles within the last week or so
    expected: float = 0.0  # likewise
    crawls: float = 0.0  # likewise
    watched: float = 0.0  # hours, likewise
    gap: float = 0.0  # hours between the last two crawls
    listed: int = 0  # by the last answer
    new: int = 0  # of these


def learn(habits: Habits, seen: Seen) -> Habits:
    """The habits after one more crawl. One that is not after the last one teaches nothing but the time."""
    if habits.at is None:
        return _begin(habits, seen)
    gap = (seen.at - habits.at) / HOUR
    if gap <= 0:
        return replace(habits, at=seen.at, stir=0.0)
    since = max(habits.at, seen.at - LONGEST_GAP * HOUR, _reach(seen))
    return replace(_watch(habits, seen, since), gap=gap)


def rates(habits: Habits) -> Week:
    """Articles an hour for each hour of the week, from Monday 0:00 on."""
    counts, hours = (np.array(values).reshape(7, 24) for values in (habits.counts, habits.hours))
    mean = _leaning(counts.sum(), hours.sum(), np.array(_FIRST_MEAN))
    of_hour = _leaning(_smooth(counts.sum(0)), _smooth(hours.sum(0)), mean)
    # A day may have been watched at its quiet hours alone.
    share = (counts.sum(1) + _SURE) / (hours @ of_hour + _SURE)
    expected = np.outer(share, of_hour)
    return np.maximum(_leaning(counts, hours, expected), mean * _LEAST).reshape(WEEK)


def stirred(habits: Habits) -> float:
    """Articles an hour, right after the last crawl, beyond those of the hour of the week; or less than them."""
    sway = (habits.went_on + _FIRST_SWAY * _SURE_OF_SWAY) / (habits.could_go_on + _SURE_OF_SWAY)
    return min(max(sway, 0.0), 1.0) * habits.stir / BURST


def level(habits: Habits) -> float:
    """Lately, how many times as many articles came as were expected."""
    return (habits.came + _SURE_OF_LEVEL) / (habits.expected + _SURE_OF_LEVEL)


def hour_of_week(at: datetime, zone: ZoneInfo) -> int:
    local = at.astimezone(zone)
    return local.weekday() * 24 + local.hour


def moved(habits: Habits, zone: str, now: datetime) -> Habits:
    """The habits in another time zone, for a source whose recipe was corrected: what was counted is turned by so many hours."""
    if zone == habits.zone:
        return habits
    turn = hour_of_week(now, ZoneInfo(zone)) - hour_of_week(now, ZoneInfo(habits.zone))
    counts, hours = (tuple(np.roll(values, turn).tolist()) for values in (habits.counts, habits.hours))
    return replace(habits, zone=zone, counts=counts, hours=hours)


def as_text(habits: Habits) -> str:
    """JSON, some 2 kB."""
    facts = asdict(habits)
    facts |= {name: facts[name].isoformat() if facts[name] else None for name in _MOMENTS}
    for name in ("counts", "hours"):
        facts[name] = [float(f"{value:.5g}") for value in facts[name]]
    return json.dumps(facts, separators=(",", ":"))


def habits_from(text: str | None, zone: str) -> Habits:
    """What `as_text` wrote; habits of which nothing is known where it is none of that."""
    try:
        facts = json.loads(text or "null")
        facts |= {name: datetime.fromisoformat(facts[name]) if facts[name] else None for name in _MOMENTS}
        facts |= {name: tuple(map(float, facts[name])) for name in ("counts", "hours")}
        habits = Habits(**facts)
        ZoneInfo(habits.zone)
    except (TypeError, ValueError, KeyError, AttributeError):
        return Habits(zone=zone)
    return habits if _is_sound(habits) else Habits(zone=zone)


def _is_sound(habits: Habits) -> bool:
    numbers = [value for name in _NUMBERS if isinstance(value := getattr(habits, name), float | int)]
    counted = (*habits.counts, *habits.hours)
    is_whole = len(habits.counts) == len(habits.hours) == WEEK and len(numbers) == len(_NUMBERS)
    are_numbers = all(map(math.isfinite, (*counted, *numbers))) and min(counted, default=0) >= 0
    moments = (habits.at, habits.noted_at)
    return is_whole and are_numbers and all(one is None or one.tzinfo is not None for one in moments)


# --- the first crawl ---


def _begin(habits: Habits, seen: Seen) -> Habits:
    """The first answer tells of the days before it; its oldest articles may be there for another reason than their age."""
    reach = seen.at - HALF_LIFE * HOUR
    recent = tuple(at for at in seen.published if at is not None and reach < at <= seen.at)
    times = sorted(at for at in _told(recent, ZoneInfo(habits.zone)) if at is not None)
    since = times[len(times) // 5] if len(times) > _FEW else seen.at
    told = [at for at in times if at > since]
    counted = _counted(habits, told, since, seen.at)
    return replace(counted, at=seen.at, listed=seen.listed)


# --- between two crawls ---


def _watch(habits: Habits, seen: Seen, since: datetime) -> Habits:
    """The habits with the time from `since` to the crawl watched."""
    zone = ZoneInfo(habits.zone)
    moments = _moments(seen, since, zone)
    spans = list(by_hour(since, seen.at, zone))
    own: list[float] = rates(habits).tolist()
    expected = sum(own[place] * span for place, span, _ in spans)
    span = (seen.at - since) / HOUR
    came = habits.stir * math.exp(-span / BURST) + sum(
        math.exp((at - seen.at) / HOUR / BURST) for at in moments
    )
    meant = sum(own[place] * _fresh(hours, ago) for place, hours, ago in spans)
    fade = 0.5 ** (span / MEMORY)
    return replace(
        _counted(_swayed(habits, len(moments) - expected, expected, span), moments, since, seen.at),
        at=seen.at,
        stir=min(max(came - meant, -_MOST_STIR), _MOST_STIR),
        came=(habits.came + len(moments)) * fade,
        expected=(habits.expected + expected) * fade,
        crawls=habits.crawls * fade + 1,
        watched=(habits.watched + span) * fade,
        listed=seen.listed,
        new=len(seen.published),
    )


def _reach(seen: Seen) -> datetime:
    """How far back the crawl saw: where all of the answer was new, what came before its oldest article is not known."""
    known = [at for at in seen.published if at is not None and at < seen.at]
    is_whole = len(seen.published) < seen.listed or len(known) < len(seen.published)
    return _EVER if is_whole or not known else min(known)


def _swayed(habits: Habits, more: float, expected: float, span: float) -> Habits:
    """How much of what had stirred before went on: `more` articles came than were expected."""
    could = habits.stir * (1 - math.exp(-span / BURST))
    weight = 1 / (expected + abs(could) + 1)
    fade = 0.5 ** (span / HALF_LIFE)
    return replace(
        habits,
        went_on=habits.went_on * fade + weight * could * more,
        could_go_on=habits.could_go_on * fade + weight * could**2,
    )


def _counted(habits: Habits, moments: list[datetime], since: datetime, until: datetime) -> Habits:
    """The time, and the articles, put down at their hours of the week; what was there has faded."""
    zone = ZoneInfo(habits.zone)
    fade = 0.5 ** ((until - since) / HOUR / HALF_LIFE)
    counts, hours = ([value * fade for value in values] for values in (habits.counts, habits.hours))
    for place, span, _ in by_hour(since, until, zone):
        hours[place] += span
    for moment in moments:
        counts[hour_of_week(moment, zone)] += 1
    return replace(habits, counts=tuple(counts), hours=tuple(hours))


def _told(published: tuple[datetime | None, ...], zone: ZoneInfo) -> list[datetime | None]:
    """Midnight to the second is a day, and says nothing of the hour."""
    midnight = time(0)
    return [
        None if at is None or midnight in (at.time(), at.astimezone(zone).time()) else at for at in published
    ]


def _moments(seen: Seen, since: datetime, zone: ZoneInfo) -> list[datetime]:
    """When the articles were published, in order.

    One that does not say so, or names a time before the last crawl or after this one, came at some time between the two;
    one that is days old was no news when it was found.
    """
    news = tuple(at for at in seen.published if at is None or since - LATE < at < seen.at + LATE)
    known = [at for at in _told(news[:_MOST_ARTICLES], zone) if at is not None and since < at <= seen.at]
    unknown = min(len(news), _MOST_ARTICLES) - len(known)
    spread = [since + (seen.at - since) * ((place + 0.5) / unknown) for place in range(unknown)]
    return sorted([*known, *spread])


def by_hour(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[tuple[int, float, float]]:
    """The time between, cut at full hours: hour of the week, hours in it, and how many hours ago they ended."""
    at = since
    while at < until:
        # UTC's full hours are those of all but a few zones.
        end = min(until, at.replace(minute=0, second=0, microsecond=0) + HOUR)
        yield hour_of_week(at, zone), (end - at) / HOUR, (until - end) / HOUR
        at = end


def _fresh(span: float, ago: float) -> float:
    """Of a rate that held for so many hours until so many hours ago, what still counts as stir."""
    return BURST * math.exp(-ago / BURST) * (1 - math.exp(-span / BURST))


# --- rates ---


def _leaning(counts: Week, hours: Week, expected: Week) -> Week:
    """Articles an hour, drawn to what is expected: the mean of a Gamma distribution that has seen both."""
    return (counts + _SURE) / (hours + _SURE / expected)


def _smooth(values: Week) -> Week:
    """Around the clock."""
    return (np.roll(values, 1) + 2 * values + np.roll(values, -1)) / 4
