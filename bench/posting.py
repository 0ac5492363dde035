"""How sources of several kinds publish: made up, by seed. Rates are known, so that the best schedule can be told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

BEGIN = datetime(
    2026, 9, 7, tzinfo=UTC
)  # a Monday; summer time ends in Berlin on day 48, in Los Angeles on day 55
SLOT = 150.0  # seconds in which a rate holds
BEFORE = 21  # days that the feed looks back on when the first crawl comes
PER_HOUR = SLOT / 3600

Rates = NDArray[np.float64]  # articles a slot
# Articles an hour at a local time, on the so manieth day of the run.
Rate = Callable[[datetime, int], float]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A kind of source. `bursts`: how many a day come at any time, each of 6 articles an hour for an hour and a half."""

    name: str
    zone: str
    rate: Rate
    bursts: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """What one source published: `times` in seconds from BEGIN (negative: before it), `rates` from BEGIN on."""

    pattern: Pattern
    times: list[float]
    rates: Rates


def played(pattern: Pattern, days: int, seed: int) -> Run:
    """The pattern's articles over so many days."""
    random = np.random.default_rng([seed, *pattern.name.encode()])
    rates = _rates(pattern, days) + _bursts(pattern, days, random)
    counts = random.poisson(rates)
    slots = np.repeat(np.arange(len(rates)), counts)
    times = np.sort((slots + random.random(len(slots))) * SLOT - BEFORE * 86400)
    return Run(pattern, times.tolist(), rates[int(BEFORE * 86400 / SLOT) :])


def _rates(pattern: Pattern, days: int) -> Rates:
    zone, begin = ZoneInfo(pattern.zone), BEGIN - timedelta(days=BEFORE)
    slots = int((days + BEFORE) * 86400 / SLOT)
    moments = ((begin + timedelta(seconds=SLOT * slot)) for slot in range(slots))
    hourly = [pattern.rate(at.astimezone(zone), (at - BEGIN).days) for at in moments]
    return np.array(hourly) * PER_HOUR


def _bursts(pattern: Pattern, days: int, random: np.random.Generator) -> Rates:
    slots, length = int((days + BEFORE) * 86400 / SLOT), int(1.5 / PER_HOUR)
    begun = random.random(slots) < pattern.bursts * SLOT / 86400
    return np.convolve(begun, np.ones(length))[:slots] * 6 * PER_HOUR


# --- the kinds ---


def _is_workday(at: datetime) -> bool:
    return at.weekday() < 5


def _office(at: datetime, _day: int) -> float:
    hour = at.hour + at.minute / 60
    if not _is_workday(at):
        return 0.4 if 9 <= hour < 22 else 0.03
    if 9 <= hour < 12 or 13.5 <= hour < 18.5:
        return 4.0
    return 0.6 if 7 <= hour < 23 else 0.03


def _busy(at: datetime, _day: int) -> float:
    return 18.0 if 8 <= at.hour < 20 else 3.0


def _weekly(at: datetime, _day: int) -> float:
    return 5.0 if at.weekday() == 4 and at.hour == 10 else 0.005


def _dead(at: datetime, day: int) -> float:
    return 0.5 * _office(at, day) if day < 14 else 0.001


def _holiday(at: datetime, day: int) -> float:
    return 0.01 if 35 <= day < 42 else 0.5 * _office(at, day)


def _owl(at: datetime, _day: int) -> float:
    return 2.0 if at.hour >= 21 or at.hour < 2 else 0.1


def _turned(at: datetime, day: int) -> float:
    begin = 6 if day < 42 else 17
    return 3.0 if begin <= at.hour < begin + 5 else 0.05


PATTERNS = (
    Pattern("steady", "UTC", lambda _at, _day: 1.0),
    Pattern("office hours", "Asia/Shanghai", _office),
    Pattern("busy", "America/New_York", _busy),
    Pattern("bursts", "Europe/Berlin", lambda _at, _day: 0.1, bursts=0.8),
    Pattern("weekly", "Europe/Berlin", _weekly),
    Pattern("dead", "Asia/Tokyo", _dead),
    Pattern("holiday week", "Europe/Berlin", _holiday),
    Pattern("night owl", "America/Los_Angeles", _owl),
    Pattern("turned habits", "Europe/Berlin", _turned),
)
