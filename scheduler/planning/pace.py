"""Pure: when a source is asked next, so that what it publishes waits as little as so many requests allow.

An article published at s and found by a crawl at b has waited b - s. Where articles come at a rate λ and crawls are h
hours apart, those of an hour wait λh/2 in all and cost 1/h requests. For a given sum of requests the sum of waits is
least where λh²/2 is the same everywhere: h goes as 1/√λ. That product is the waiting that has piled up when a crawl
comes; so the next crawl is due when W(b) = ∫ λ(s)(b - s) ds, from the last crawl to b, reaches a price, the same at all
hours. The price is the one at which a week costs what it may. (Sia, Cho and Cho: Efficient Monitoring Algorithm
for Fast News Alerts, IEEE TKDE 2007; Eckstein, Gal and Reiner: Monitoring an Information Source Under a Politeness
Constraint, INFORMS J. on Computing 2008.)
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np

from scheduler.planning.rates import BURST, HOUR, WEEK, Habits, Week, level, rates, stirred

_IDLE = 1 / 24  # articles an hour: a source with fewer is not worth all the requests it might cost
_THRIFT = 4.0  # how strongly the price answers to what was spent
_LEAST_SPENT, _MOST_SPENT = 0.85, 2.0  # of what a source may cost
_SURE_OF_COST = 24.0  # crawls
_LEAST_STIR = 0.05  # of a rate, however silent it has been
_ROOM = 0.6  # so much of an answer may come to be new, lest an article falls out of it unseen
_BELIEVED = 2.0  # articles: an answer that is called fresh while more than so many are expected is not
_PRICES = np.geomspace(1e-8, 1e8, 129)
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds between two crawls of a source: `default` on the mean, and never out of `least` and `most`."""

    default: float
    least: float
    most: float


def interval(habits: Habits, bounds: Bounds, now: datetime, fresh: float = 0.0) -> timedelta:
    """How long after `now`, when a crawl was learned from, the next one is due; within the bounds.

    `fresh`: for so many seconds the site calls its answer good. It is taken at its word for as long as hardly an article
    is expected, and while nothing can be missed.
    """
    least, most = bounds.least / 3600, bounds.most / 3600
    week = rates(habits)
    ahead = _Ahead(habits, week, now)
    hours = ahead.until(most, price=price(habits, week, bounds))
    if fresh > 0:
        hours = max(hours, ahead.until(min(fresh / 3600, most), full=_BELIEVED))
    fits = _Ahead(habits, _at_worst(habits, week), now).until(hours, full=_full(habits))
    return timedelta(hours=min(max(min(fits, _overlap(habits)), least), most))


def price(habits: Habits, week: Week, bounds: Bounds) -> float:
    """How many hours of articles' waiting a request has to spare to be worth it: so that a week costs what it may."""
    hours, mean = bounds.default / 3600, float(week.mean())
    worth = min(1.0, math.sqrt(mean * level(habits) / _IDLE))
    prices = _PRICES * (mean * hours**2 / 2)
    waits = np.sqrt(2 * prices)[:, None] / np.sqrt(week)
    costs = (1 / np.clip(waits, bounds.least / 3600, bounds.most / 3600)).sum(1)
    # np.interp wants what it looks along to rise.
    found = np.interp(-math.log(WEEK / hours * worth), -np.log(costs), np.log(prices))
    allowed = habits.watched / hours * worth
    overspent = (habits.crawls + _SURE_OF_COST) / (allowed + _SURE_OF_COST)
    # What was saved while nobody crawled is not to be made up for.
    return float(math.exp(found) * min(max(overspent, _LEAST_SPENT), _MOST_SPENT) ** _THRIFT)


class _Ahead:
    """What is expected after a crawl, at these rates."""

    def __init__(self, habits: Habits, week: Week, now: datetime) -> None:
        self._week = week.tolist()
        self._stirred = stirred(habits)
        self._zone = ZoneInfo(habits.zone)
        self._now = now

    def until(self, most: float, *, price: float = math.inf, full: float = math.inf) -> float:
        """Hours until the waiting has piled up to the price, or so many articles wait; `most` where that is later."""
        gone, waiting, waited = 0.0, 0.0, 0.0
        while gone < most:
            rate, stir, span = self._hour(gone)
            span = min(span, most - gone)
            after = partial(_after, rate, stir, waiting, waited)
            is_due = partial(_is_due, after, price, full)
            if is_due(span):
                return gone + _earliest(is_due, span)
            waiting, waited = after(span)
            gone += span
        return most

    def _hour(self, gone: float) -> tuple[float, float, float]:
        """So many hours from now: rate, stir, and how long they hold."""
        local = (self._now + gone * HOUR).astimezone(self._zone)
        rate = self._week[local.weekday() * 24 + local.hour]
        stir = max(self._stirred * math.exp(-gone / BURST), -rate * (1 - _LEAST_STIR))
        return rate, stir, 1 - (local.minute * 60 + local.second + local.microsecond / 1e6) / 3600


def _after(rate: float, stir: float, waiting: float, waited: float, span: float) -> tuple[float, float]:
    """Articles that wait, and the hours they have waited in all, after so many hours of one rate and a fading stir."""
    stirred_up = stir * BURST * (1 - math.exp(-span / BURST))
    more = rate * span + stirred_up
    waits = waiting * span + rate * span**2 / 2 + (stir * span - stirred_up) * BURST
    return waiting + more, waited + waits


def _is_due(after: Callable[[float], tuple[float, float]], price: float, full: float, span: float) -> bool:
    waiting, waited = after(span)
    return waited >= price or waiting >= full


def _earliest(is_due: Callable[[float], bool], late: float) -> float:
    """By halving: it is due at `late`, and once due it stays so."""
    early = 0.0
    for _ in range(_HALVINGS):
        middle = (early + late) / 2
        early, late = (early, middle) if is_due(middle) else (middle, late)
    return late


# --- that nothing falls out of an answer unseen ---


def _at_worst(habits: Habits, week: Week) -> Week:
    """The rates, but that an hour hardly watched yet may be as busy as the busiest."""
    worst: Week = week + (week.max() - week) / (1 + np.array(habits.hours))
    return worst


def _full(habits: Habits) -> float:
    """So many articles expected, and twice their deviation on top, take up the room that an answer has."""
    if not habits.listed:
        return math.inf
    return (math.sqrt(1 + _ROOM * habits.listed) - 1) ** 2


def _overlap(habits: Habits) -> float:
    """Hours in which, as things went since the crawl before, so much of the answer is new as may be."""
    if not habits.listed or not habits.gap or habits.new <= _ROOM * habits.listed:
        return math.inf
    return habits.gap * _ROOM * habits.listed / habits.new
