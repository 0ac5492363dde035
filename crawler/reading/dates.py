"""The one date parser: every way a page, a feed or a list writes a time."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_LONGEST = 200  # characters looked at
_YEARS_BACK = 4  # how far a 29 February without a year may lie
_EPOCH_YEARS = range(1990, 2101)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan", "feb", "mar mär", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec dez",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_OFFSETS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 1, "cet": 1, "cest": 2, "jst": 9, "kst": 9, "hkt": 8,
    "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "北京时间": 8,
}  # fmt: skip
_UNITS = {
    "秒": 1, "second": 1, "sec": 1, "s": 1,
    "分": 60, "分钟": 60, "分鐘": 60, "minute": 60, "min": 60, "m": 60,
    "小时": 3600, "小時": 3600, "时间": 3600, "時間": 3600, "钟头": 3600, "hour": 3600, "hr": 3600, "h": 3600,
    "天": 86400, "日": 86400, "day": 86400, "d": 86400,
    "周": 604800, "週": 604800, "週間": 604800, "星期": 604800, "礼拜": 604800, "week": 604800, "w": 604800,
    "月": 2592000, "ヶ月": 2592000, "か月": 2592000, "month": 2592000,
    "年": 31536000, "year": 31536000, "yr": 31536000,
}  # fmt: skip
_NUMERALS = {"半": 0.5, "几": 3, "一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6,
             "七": 7, "八": 8, "九": 9, "十": 10, "a": 1, "an": 1, "one": 1}  # fmt: skip
_DAYS_AGO = {
    "今天": 0,
    "今日": 0,
    "today": 0,
    "昨天": 1,
    "昨日": 1,
    "yesterday": 1,
    "前天": 2,
    "前日": 2,
    "大前天": 3,
}

_NUMBERED = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)\s?[日号號]?"
)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})?)?")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d\d)(?!\d)")
_DAY_NAMED = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[.\s-]+([^\W\d_]{3,9})[.,\s-]+((?:19|20)\d\d)(?!\d)", re.I
)
_NAMED_DAY = re.compile(r"\b([^\W\d_]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?[,\s]+((?:19|20)\d\d)(?!\d)", re.I)
_YEARLESS = re.compile(r"(?<![\d:.])(\d{1,2})\s?(?:[-/]|月)\s?(\d{1,2})(?![\d:/-])\s?[日号號]?")
_CLOCK = re.compile(
    r"""[^\d]{0,24}?(?P<half>上午|下午|晚上|晚间|凌晨|中午|早上|傍晚)?\s?(?<!\d)
    (?P<hour>\d{1,2})\s?[:时時点點]\s?(?P<minute>\d{1,2})\s?分?
    (?:\s?:?\s?(?P<second>\d{2})(?:[.,]\d{1,9})?\s?秒?)?
    \s?(?P<meridiem>[ap]\.?m\.?)?
    \s{0,3}\(?(?P<zone>Z\b|北京时间|(?:UTC|GMT)?\s?[+-]\d{1,2}(?::?\d\d)?(?!\d)|[A-Z]{2,4}\b)?""",
    re.IGNORECASE | re.VERBOSE,
)
_AGO = re.compile(
    rf"(?<![\d.])(\d{{1,4}}|[{''.join(n for n in _NUMERALS if not n.isascii())}]|\b(?:an?|one)\b)\s?[个個]?(?:多|来)?\s?"
    rf"({'|'.join(sorted(_UNITS, key=len, reverse=True))})s?\s?(?:之?前|以前|ago\b)",
    re.IGNORECASE,
)
_DAY_WORD = re.compile("|".join(sorted(_DAYS_AGO, key=len, reverse=True)), re.IGNORECASE)
_NOW = re.compile(r"刚刚|剛剛|刚才|たった今|\bjust now\b|\bmoments? ago\b", re.IGNORECASE)


def parse_date(text: str, zone: str, now: datetime) -> datetime | None:
    """The time a text states, aware; None if it states none.

    A stated offset is kept; without one the time is the `zone`'s (an IANA name). Relative
    words count from `now` (aware), and so does the year where none is written: a date
    that would lie in the future belongs to the year before. A day without a clock is its
    midnight. Epoch seconds and milliseconds are read too.
    """
    text = " ".join(unicodedata.normalize("NFKC", text[:_LONGEST]).split())
    place = ZoneInfo(zone)
    for reader in _READERS:
        try:
            found = reader(text, place, now.astimezone(place))
        except (ValueError, OverflowError):
            continue
        if found:
            return found
    return None


def _epoch(text: str, place: tzinfo, _now: datetime) -> datetime | None:
    match = re.fullmatch(r"(\d{9,10})(\d{3})?(?:\d{3})?(?:\.\d+)?", text)
    if match is None:
        return None
    found = datetime.fromtimestamp(int(match[1]), UTC)
    return found.astimezone(place) if found.year in _EPOCH_YEARS else None


def _compact(text: str, place: tzinfo, _now: datetime) -> datetime | None:
    match = _COMPACT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    offset = _offset(match[7], place) if match[7] else place
    return datetime(year, month, day, hour, minute, second, tzinfo=offset)


def _numbered(text: str, place: tzinfo, _now: datetime) -> datetime | None:
    match = _NUMBERED.search(text)
    return match and _at(date(int(match[1]), int(match[2]), int(match[3])), text[match.end() :], place)


def _day_first(text: str, place: tzinfo, _now: datetime) -> datetime | None:
    match = _DAY_FIRST.search(text)
    return match and _at(date(int(match[3]), int(match[2]), int(match[1])), text[match.end() :], place)


def _named(text: str, place: tzinfo, _now: datetime) -> datetime | None:
    for pattern, day, month in ((_DAY_NAMED, 1, 2), (_NAMED_DAY, 2, 1)):
        for match in pattern.finditer(text):
            number = _MONTHS.get(match[month][:3].lower())
            if number:
                return _at(date(int(match[3]), number, int(match[day])), text[match.end() :], place)
    return None


def _ago(text: str, _place: tzinfo, now: datetime) -> datetime | None:
    if _NOW.search(text):
        return now.replace(second=0, microsecond=0)
    match = _AGO.search(text)
    if match is None:
        return None
    count = _NUMERALS.get(match[1].lower()) or float(match[1])
    seconds = count * _UNITS[match[2].lower()]
    # Back over a change of the clocks in elapsed time, not on the dial.
    moment = (now.astimezone(UTC) - timedelta(seconds=seconds)).astimezone(now.tzinfo)
    return moment.replace(second=0, microsecond=0)


def _day_word(text: str, place: tzinfo, now: datetime) -> datetime | None:
    match = _DAY_WORD.search(text)
    if match is None:
        return None
    day = now.date() - timedelta(days=_DAYS_AGO[match[0].lower()])
    return _at(day, text[match.end() :], place)


def _yearless(text: str, place: tzinfo, now: datetime) -> datetime | None:
    match = _YEARLESS.search(text)
    if match is None:
        return None
    for year in range(now.year, now.year - _YEARS_BACK - 1, -1):
        try:
            found = _at(date(year, int(match[1]), int(match[2])), text[match.end() :], place)
        except ValueError:
            continue  # 29 February of a common year
        if found <= now:
            return found
    return None


def _clock_only(text: str, place: tzinfo, now: datetime) -> datetime | None:
    if not re.fullmatch(r"\d{1,2}:\d{2}(?::\d{2})?", text):
        return None
    found = _at(now.date(), text, place)
    return found if found <= now else _at(now.date() - timedelta(days=1), text, place)


def _at(day: date, rest: str, place: tzinfo) -> datetime:
    """The day at the clock time that follows it, if one does."""
    clock = _CLOCK.match(rest)
    if clock is None:
        return datetime.combine(day, time(), place)
    moment = time(_hour(clock), int(clock["minute"]), int(clock["second"] or 0))
    offset = _offset(clock["zone"], place) if clock["zone"] else place
    return datetime.combine(day, moment, offset)


def _hour(clock: re.Match[str]) -> int:
    hour = int(clock["hour"])
    half = clock["half"] or (clock["meridiem"] or "").lower().replace(".", "")
    if half in ("下午", "晚上", "晚间", "傍晚", "pm") and hour < 12:
        return hour + 12
    if half in ("上午", "凌晨", "am") and hour == 12:
        return 0
    return hour + 12 if half == "中午" and hour < 3 else hour


def _offset(name: str, place: tzinfo) -> tzinfo:
    """The offset a zone's name or number states; the place's own where the name means nothing here."""
    name = name.lower().replace(" ", "")
    number = re.fullmatch(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d\d)?", name)
    if number:
        offset = timedelta(hours=int(number[2]), minutes=int(number[3] or 0))
        return timezone(-offset if number[1] == "-" else offset)
    if name == "cst":  # China's and America's
        return place if str(place).startswith("Asia/") else timezone(timedelta(hours=-6))
    hours = _OFFSETS.get(name)
    return place if hours is None else timezone(timedelta(hours=hours))


_READERS: tuple[Callable[[str, tzinfo, datetime], datetime | None], ...] = (
    _epoch, _compact, _numbered, _day_first, _named, _ago, _day_word, _yearless, _clock_only,
)  # fmt: skip
