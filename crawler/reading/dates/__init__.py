"""The one date parser: every way a page, a feed or a list writes a time."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from crawler.reading.dates.relative import ago, clock_alone, day_word, weekday
from crawler.reading.dates.written import Setting, compact, written, yearless

__all__ = ["parse_date"]

_LONGEST = 200  # characters looked at
_EPOCH_YEARS = range(1990, 2101)
_AHEAD = timedelta(days=366)  # a number that would be a later time is a telephone's
_EPOCH = re.compile(r"(?:/Date\()?(\d{9,10})(\d{3})?(?:\d{3})?(?:\.\d+)?(?:[+-]\d{4})?(?:\)/)?")
_DIGIT = re.compile(r"\d")  # of any script
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d{1,9})?(?:[+-]\d\d:?\d\d|Z)?)?", re.ASCII)


def parse_date(text: str, zone: str, now: datetime, *, day_first: bool | None = None) -> datetime | None:
    """The time a text states, aware; None if it states none.

    A stated offset is kept; without one the time is the `zone`'s (an IANA name). Relative
    words count from `now` (aware), and so does the year where none is written: a date
    that would lie in the future belongs to the year before. A day without a clock is its
    midnight. Epoch seconds, milliseconds and microseconds are read too. `day_first` says
    what 3/4/2026 is; unsaid, it is the third of April outside America and UTC.
    """
    place = _place(zone)
    text = text[:_LONGEST].strip()
    if _ISO.fullmatch(text):
        return _iso(text, place)
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    if not text.isascii():
        text = _DIGIT.sub(lambda digit: str(int(digit[0])), text)
    if day_first is None:
        day_first = not (zone.startswith(("America/", "US/", "Etc/")) or zone == "UTC")
    setting = Setting(place, now.astimezone(place), day_first)
    return next((found for reader in _READERS if (found := _tried(reader, text, setting))), None)


def _iso(text: str, place: ZoneInfo) -> datetime | None:
    """What nearly every tag holds, by the shortest way."""
    try:
        found = datetime.fromisoformat(text).replace(microsecond=0)
    except ValueError:
        return None
    if found.year < 1900:
        return None
    return found if found.tzinfo else found.replace(tzinfo=place)


def _tried(reader: "_Reader", text: str, setting: Setting) -> datetime | None:
    try:
        return reader(text, setting)
    except (ValueError, OverflowError):
        return None


def _epoch(text: str, setting: Setting) -> datetime | None:
    match = _EPOCH.fullmatch(text)
    if match is None:
        return None
    found = datetime.fromtimestamp(int(match[1]), UTC)
    believable = found.year in _EPOCH_YEARS and found <= setting.now + _AHEAD
    return found.astimezone(setting.place) if believable else None


@lru_cache(maxsize=64)
def _place(zone: str) -> ZoneInfo:
    return ZoneInfo(zone)


_Reader = Callable[[str, Setting], datetime | None]
_READERS: tuple[_Reader, ...] = (_epoch, compact, written, ago, day_word, yearless, weekday, clock_alone)
