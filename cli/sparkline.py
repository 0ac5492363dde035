"""Numbers as a line of bars, and moments as a person says them. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

_BARS = "▁▂▃▄▅▆▇█"
_NONE = "·"
_SIZES = ((86400, "d"), (3600, "h"), (60, "min"))
_SOON = 60  # seconds


def spark(values: Sequence[float], top: float | None = None) -> str:
    """One bar a value, as high as it is of the largest, or of `top`; a dot for nothing at all."""
    most = max([*values, top or 0.0], default=0.0)
    if most <= 0:
        return _NONE * len(values)
    last = len(_BARS) - 1
    return "".join(
        _NONE if value <= 0 else _BARS[min(last, int(value / most * last + 0.5))] for value in values
    )


def by_day(moments: Sequence[datetime], now: datetime, days: int) -> list[int]:
    """How many on each of the last days of the calendar, in the zone of `now`; today last."""
    ages = [(now.date() - at.astimezone(now.tzinfo).date()).days for at in moments]
    return [ages.count(age) for age in reversed(range(days))]


def by_hour(moments: Sequence[datetime], now: datetime, hours: int) -> list[int]:
    """How many in each of the last hours of the clock; this one last."""
    begin = now.replace(minute=0, second=0, microsecond=0)
    ages = [-((at - begin) // timedelta(hours=1)) for at in moments if at < begin + timedelta(hours=1)]
    return [ages.count(age) for age in reversed(range(hours))]


def ago(at: datetime, now: datetime) -> str:
    """12 min ago."""
    seconds = (now - at).total_seconds()
    return (
        "now" if -_SOON < seconds < _SOON else f"{lasting(abs(seconds))} {'ago' if seconds > 0 else 'ahead'}"
    )


def until(at: datetime, now: datetime) -> str:
    """In 12 min; what is past is late."""
    seconds = (at - now).total_seconds()
    if -_SOON < seconds < _SOON:
        return "now"
    return f"in {lasting(seconds)}" if seconds > 0 else f"{lasting(-seconds)} late"


def lasting(seconds: float) -> str:
    """The time in one unit."""
    for size, name in _SIZES:
        if seconds >= size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"
