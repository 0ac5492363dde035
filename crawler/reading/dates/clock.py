"""The time of day beside a date, and the zone it is told in."""

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from crawler.reading.dates.words import named_zone

_OFFSET = r"(?:UTC|GMT|Z)?\s?[+-]\d{1,2}(?::?\d\d)?(?!\d)"
_ZONE = rf"\s{{0,3}}\(?(?P<zone>Z\b|北京时间|{_OFFSET}|[A-Z]{{1,4}}T\b|UTC\b|MESZ?\b|MEZ\b|MSK\b)?"
_CLOCK = re.compile(
    rf"""\D{{0,24}}?(?P<half>上午|下午|晚上|晚间|凌晨|中午|早上|早晨|傍晚|午前|午後)?\s?(?<![\d.,:])
    (?P<hour>\d{{1,2}})\s?
    (?: :\s?(?P<minute>\d\d)(?:\s?:\s?(?P<second>\d\d)(?:[.,]\d{{1,9}})?)?(?![\d:])
      | [时時点點]\s?(?:钟|半|(?P<minute_cjk>\d{{1,2}})\s?分?(?:\s?(?P<second_cjk>\d{{1,2}})\s?秒)?)?
      | [.h](?P<minute_dot>\d\d)(?=\s?(?:Uhr|[ap]\.?m\b|[A-Z]{{2,4}}T\b|h?\s*$))
      | (?=\s?(?:Uhr\b|[ap]\.?m\b))
      | h\b
    )
    \s?(?:Uhr\b)?(?P<meridiem>[ap]\.?m\b\.?)?{_ZONE}""",
    re.IGNORECASE | re.VERBOSE,
)
_NUMBER = re.compile(r"(?:utc|gmt|z)?([+-])(\d{1,2}):?(\d\d)?")
_AFTERNOON = frozenset({"下午", "晚上", "晚间", "傍晚", "午後", "pm"})
_MORNING = frozenset({"上午", "凌晨", "午前", "am"})


def at(day: date, rest: str, place: tzinfo) -> datetime:
    """The day at the clock time that `rest` opens with; its midnight where there is none.

    The zone is the one written, else `place`. Raises ValueError on an impossible time."""
    clock = clock_in(rest)
    if clock is None:
        return datetime.combine(day, time(), place)
    minute = (
        clock["minute"] or clock["minute_cjk"] or clock["minute_dot"] or ("30" if "半" in clock[0] else "0")
    )
    second = clock["second"] or clock["second_cjk"] or "0"
    moment = time(_hour(clock), int(minute), min(int(second), 59))
    return datetime.combine(day, moment, zone_of(clock["zone"], place) if clock["zone"] else place)


def clock_in(rest: str) -> re.Match[str] | None:
    """The clock time within the next 24 signs that are no digits."""
    return _CLOCK.match(rest)


def zone_of(text: str, place: tzinfo) -> tzinfo:
    """The zone a name or an offset states; `place` where it means nothing here."""
    text = text.lower().replace(" ", "")
    number = _NUMBER.fullmatch(text)
    if number is None:
        return named_zone(text, place) or place
    offset = timedelta(hours=int(number[2]), minutes=int(number[3] or 0))
    return timezone(-offset if number[1] == "-" else offset)


def _hour(clock: re.Match[str]) -> int:
    hour = int(clock["hour"])
    half = clock["half"] or (clock["meridiem"] or "").lower().replace(".", "")
    if half in _AFTERNOON and hour < 12:
        return hour + 12
    if half in _MORNING and hour == 12:
        return 0
    return hour + 12 if half == "中午" and hour < 3 else hour
