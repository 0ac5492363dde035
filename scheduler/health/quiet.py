"""Pure: is a source quieter than it ever is, or has more come than can be news?

What was to be expected since the last article is added up from the rates by hour of the week, as they were learned
before; so a night, a weekend or a source that writes once a week add next to nothing. Of late fewer may have come for
each that was expected, as in a holiday: the sum is divided by that. A holiday leaves a tenth; so where nothing but
the source's own silence is known, it may as well be the first days of one until even a tenth would have shown.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from scheduler.health.norm import Quiet
from scheduler.planning.rates import HOUR, Habits, by_hour, level, rates

_UNHEARD = 70.0  # articles expected: with a tenth of them the chance of none is 1 in 1,000
_UNHEARD_ALONE = 30.0  # while the other sources publish as ever
_NOTICED = 12.0  # shown in a table, and no alarm
_LONG = timedelta(days=10)  # longer than a holiday week and what is around it
_TIMES = 3  # so many times as long as it ever was
_LEAST_NEWS = 10.0
_PACE = 0.1  # weight of the newest article
_LASTS = 0.995  # of the longest silence, for each crawl that brings something
_UNWATCHED = 0.1  # of its rate: an hour of the week that nobody ever watched
_WATCHED = 0.5  # hours
_MOST_GAPS = 4.0  # usual ones: a longer time between two crawls may be a clock that jumped

_FLOOD = 30  # articles of a day
_TIMES_PEAK = 5
_DAYS_KNOWN = 5
_PEAK_LASTS = 0.98  # a day
_RENAMED = 20  # articles of one answer, all of them new


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An answered crawl: `news` new articles, by the habits as they are after it."""

    at: datetime
    news: int
    met: int  # of these, named by the crawl's own answers
    named: int  # by these answers
    gap: float  # hours between two crawls, usually
    is_flood: bool = False  # what came is no news, and no measure of a day
    habits: Habits | None = None  # where there are news, or nothing is known yet


def _since(quiet: Quiet, at: datetime, gap: float) -> datetime:
    """Since when the last crawl listened. A time many times as long as usual may be a clock that jumped."""
    if quiet.heard_at is None:
        return at
    return min(max(quiet.heard_at, at - timedelta(hours=max(_MOST_GAPS * gap, 1 / 60))), at)


def _expecting(quiet: Quiet, since: datetime, at: datetime) -> float:
    """How many articles were to be expected."""
    if not quiet.week:
        return 0.0
    return sum(quiet.week[place] * span for place, span, _ in by_hour(since, at, ZoneInfo(quiet.zone)))


def hear(quiet: Quiet, heard: Heard) -> Quiet:
    """After an answered crawl."""
    since = _since(quiet, heard.at, heard.gap)
    after = replace(
        _counted(quiet, heard),
        hours=quiet.hours + (heard.at - since) / HOUR,
        expected=quiet.expected + _expecting(quiet, since, heard.at),
        heard_at=heard.at,
    )
    if heard.news:
        after = _told(after, heard)
    if heard.habits is not None and (heard.news or not quiet.week):
        after = replace(after, week=_week(heard.habits), zone=heard.habits.zone)
    return after


def silence(quiet: Quiet, *, others_publish: bool) -> float | None:
    """How many articles should have come, where that many that did not are no chance."""
    if quiet.news < _LEAST_NEWS or quiet.news_at is None or quiet.heard_at is None:
        return None
    due = _due(quiet)
    limit = (_UNHEARD_ALONE if others_publish else _UNHEARD) * _unevenness(quiet)
    is_long = quiet.hours > max(_LONG / HOUR, _TIMES * quiet.gap) and due > 1
    return due if (due > limit and quiet.hours > 2 * quiet.gap) or is_long else None


def is_quiet(quiet: Quiet) -> bool:
    """Is it quieter than on a usual day? It may be a holiday."""
    return quiet.news >= _LEAST_NEWS and _due(quiet) > _NOTICED * _unevenness(quiet)


def publishes(quiet: Quiet) -> bool:
    """Does it publish as ever? Others may then not have a holiday either."""
    return quiet.news >= _LEAST_NEWS and quiet.pace < 2.5 and _due(quiet) < 5


def flood(quiet: Quiet, heard: Heard) -> str | None:
    """Why what came can't all be news; asked before `hear`."""
    today = heard.met + (quiet.today if _day(quiet, heard.at) == quiet.day else 0)
    most = max(_FLOOD, _TIMES_PEAK * quiet.peak)
    if quiet.days >= _DAYS_KNOWN and heard.met and today >= most:
        return f"{today} new articles in a day, where {quiet.peak:.0f} were the most"
    due = _since_heard(quiet, heard.at)
    least = max(_RENAMED, 0.9 * heard.named, 5 * due + 5, 3 * quiet.most)
    if quiet.news >= _LEAST_NEWS and heard.met >= least:
        return (
            f"all {heard.met} articles that were named are new, where {due:.1f} were to be expected: "
            "the site may have given them new addresses"
        )
    return None


def _since_heard(quiet: Quiet, at: datetime) -> float:
    """However long that is."""
    if quiet.heard_at is None or not quiet.week:
        return math.inf
    hours = (at - quiet.heard_at) / HOUR
    if hours <= 0:
        return 0.0
    since = max(quiet.heard_at, at - timedelta(days=30))
    return max(_expecting(quiet, since, at), sum(quiet.week) / len(quiet.week) * hours * 2)


def _told(quiet: Quiet, heard: Heard) -> Quiet:
    """Something came: the silence before it is over, and learned from."""
    fade = (1 - _PACE) ** heard.news
    each = quiet.expected / heard.news
    return replace(
        quiet,
        news_at=heard.at,
        hours=0.0,
        expected=0.0,
        pace=quiet.pace * fade + each * (1 - fade) if quiet.week else 1.0,
        longest=max(quiet.longest * _LASTS, quiet.expected),
        gap=max(quiet.gap * _LASTS, quiet.hours if quiet.news_at else 0.0),
        news=quiet.news + 1,
        most=quiet.most if heard.is_flood or quiet.news_at is None else max(quiet.most * _LASTS, heard.met),
    )


def _due(quiet: Quiet) -> float:
    """How many articles should have come, if as many come as lately; by chance the pace is a third off at times."""
    return quiet.expected / max(0.75 * quiet.pace, 1.0)


def _unevenness(quiet: Quiet) -> float:
    """How much longer than by chance its silences are: those of an even source come to about ln(n) of n articles."""
    return min(max(1.0, quiet.longest / max(quiet.pace, 1.0) / (math.log(max(quiet.news, 10.0)) + 2)), 4.0)


def _week(habits: Habits) -> tuple[float, ...]:
    watched = np.array(habits.hours) >= _WATCHED
    week = rates(habits) * np.where(watched, 1.0, _UNWATCHED) * min(level(habits), 1.0)
    return tuple(float(f"{value:.4g}") for value in week)


def _counted(quiet: Quiet, heard: Heard) -> Quiet:
    day, met = _day(quiet, heard.at), 0 if heard.is_flood else heard.met
    if quiet.day - 1 <= day <= quiet.day:
        return replace(quiet, today=quiet.today + met)
    if day < quiet.day:  # the clock was ahead
        return replace(quiet, day=day, today=met)
    if not quiet.day:
        return replace(quiet, day=day, today=met)
    passed = min(day - quiet.day, 60)
    peak = max(quiet.peak, quiet.today) * _PEAK_LASTS**passed
    return replace(quiet, day=day, today=met, peak=peak, days=quiet.days + 1)


def _day(quiet: Quiet, at: datetime) -> int:
    return at.astimezone(ZoneInfo(quiet.zone)).toordinal()
