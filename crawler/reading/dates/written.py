"""Dates written out, with a year or without one."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from crawler.reading.dates.clock import at, clock_in, zone_of
from crawler.reading.dates.words import CHINESE_DIGITS, MONTHS, chinese_number

_NEAR = 32  # characters in which a clock belongs to the day before it
_YEARS_BACK = 4  # how far a 29 February without a year may lie
_YEAR = r"((?:19|20)\d\d)"
# A clock may follow without a space: "May 3, 202311:08 AM".
_YEAR_LAST = rf"{_YEAR}(?!\d(?!\d?:\d\d))"
_MONTH = r"([^\W\d_]{3,12})\.?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|o|\.)?"
_NO_NUMBER_BEFORE = r"(?<![\d.,:/-])"

_CHINESE = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a text can't say of itself: the zone it is read in, the time, and whether 3/4 is the third of April."""

    place: tzinfo
    now: datetime  # in `place`
    day_first: bool


Reader = Callable[[re.Match[str], Setting], date | None]


def written(text: str, setting: Setting) -> datetime | None:
    """The first date with a year that the text holds."""
    found = [one for form, reader in _FORMS if (one := _earliest(form, reader, text, setting))]
    return min(found, key=lambda one: one[0])[1] if found else None


def compact(text: str, setting: Setting) -> datetime | None:
    """`20260912`, `20260912T104100Z`, `20260912 10:41`: digits alone, so only where they are the whole text."""
    match = _COMPACT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    place = zone_of(match[7], setting.place) if match[7] else setting.place
    return datetime(year, month, day, hour, minute, second, tzinfo=place)


def yearless(text: str, setting: Setting) -> datetime | None:
    """A day without a year: the last such day that does not lie in the future."""
    for month, day, match in _yearless_days(text):
        rest = _clock_text(match, text)
        for year in range(setting.now.year, setting.now.year - _YEARS_BACK - 1, -1):
            try:
                found = at(date(year, month, day), rest, setting.place)
            except ValueError:
                continue  # 29 February of a common year
            if found <= setting.now:
                return found
    return None


def _yearless_days(text: str) -> Iterator[tuple[int, int, re.Match[str]]]:
    """Month, day and match of what is a day beyond doubt: by its words, its clock or by standing alone."""
    for match in _MONTH_AND_DAY.finditer(text):
        yield int(match[1]), int(match[2]), match
    for match in _TWO_NUMBERS.finditer(text):
        alone = len(match[0]) == len("03-04") and match.end() == len(text)
        if alone or _has_clock(text, match):
            yield int(match[1]), int(match[2]), match
    for match in _TWO_DOTTED.finditer(text):
        if match.end() == len(text) or _has_clock(text, match):
            yield int(match[2]), int(match[1]), match
    for pattern, day, month in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        for match in pattern.finditer(text):
            number = MONTHS.get(match[month].lower())
            if number and (match.end() == len(text) or _has_clock(text, match)):
                yield number, int(match[day]), match


def _has_clock(text: str, match: re.Match[str]) -> bool:
    return clock_in(text[match.end() : match.end() + _NEAR]) is not None


def _earliest(
    form: re.Pattern[str], reader: Reader, text: str, setting: Setting
) -> tuple[int, datetime] | None:
    for match in form.finditer(text):
        try:
            day = reader(match, setting)
            if day:
                return match.start(), at(day, _clock_text(match, text), setting.place)
        except (ValueError, OverflowError):
            continue
    return None


def _clock_text(match: re.Match[str], text: str) -> str:
    """Where the clock is told: behind the date, or else close before it, as in `14:30, 12 May 2019`."""
    rest = text[match.end() :]
    before = _CLOCK_BEFORE.search(text[: match.start()])
    return before[0] if before and clock_in(rest) is None else rest


def _year_first(match: re.Match[str], _setting: Setting) -> date:
    return date(int(match[1]), int(match[2]), int(match[3]))


def _dotted(match: re.Match[str], _setting: Setting) -> date:
    day, month = int(match[1]), int(match[2])
    return date(_full_year(match[3]), *((day, month) if month > 12 else (month, day)))


def _slashed(match: re.Match[str], setting: Setting) -> date:
    first, second = int(match[1]), int(match[3])
    day_first = first > 12 or (setting.day_first and second <= 12)
    day, month = (first, second) if day_first else (second, first)
    return date(_full_year(match[4]), month, day)


def _day_named(match: re.Match[str], _setting: Setting) -> date | None:
    return _named(match[3], match[2], match[1])


def _named_day(match: re.Match[str], _setting: Setting) -> date | None:
    return _named(match[3], match[1], match[2])


def _year_named(match: re.Match[str], _setting: Setting) -> date | None:
    return _named(match[1], match[2], match[3])


def _named(year: str, month: str, day: str) -> date | None:
    number = MONTHS.get(month.lower())
    return date(_full_year(year), number, int(day)) if number else None


def _chinese(match: re.Match[str], _setting: Setting) -> date:
    month, day = (chinese_number(match[place]) for place in (2, 3))
    return date(int(match[1].translate(CHINESE_DIGITS)), month, day)


def _full_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(rf"(?<![\d.]){_YEAR}\s{{0,2}}[-/.年년_]\s{{0,2}}(\d{{1,2}})\s{{0,2}}[-/.月월_]\s{{0,2}}(\d{{1,2}})(?!\d|\.\d)\s?[日号號일]?"), _year_first),
    (re.compile(rf"{_NO_NUMBER_BEFORE}(\d{{1,2}})\.\s?(\d{{1,2}})\.\s?{_YEAR}(?!\d|\.\d)"), _dotted),
    (re.compile(r"(?:^|[:,|·(]\s?|\b(?:am|vom|den|stand)\s)(\d\d)\.(\d\d)\.(\d\d)(?=$|,?\s+(?:um\s)?\d{1,2}[:.]\d\d)"), _dotted),
    (re.compile(rf"{_NO_NUMBER_BEFORE}(\d{{1,2}})([/-])(\d{{1,2}})\2{_YEAR}(?!\d)"), _slashed),
    (re.compile(r"(?<![\w.,:/-])(\d{1,2})(/)(\d{1,2})/(\d\d)(?=$|,?\s+\d{1,2}:\d\d)"), _slashed),
    (re.compile(rf"{_NO_NUMBER_BEFORE}{_DAY}(?:\s*-\s*|,?\s*(?:de\s+|of\s+)?){_MONTH}(?:\s*-\s*|,?\s*(?:de\s+|del\s+|')?){_YEAR_LAST}", re.I), _day_named),
    (re.compile(rf"(?<![^\W\d_]){_MONTH}\s*(?:de\s+)?{_DAY}\s*,?\s+{_YEAR_LAST}", re.I), _named_day),
    # Java's and Twitter's own: Sat Sep 12 10:41:00 +0800 2026
    (re.compile(rf"(?<![^\W\d_]){_MONTH}\s+{_DAY}(?=\s+\d\d:\d\d:\d\d\s+\S{{1,6}}\s+{_YEAR}(?!\d))", re.I), _named_day),
    (re.compile(rf"(?<!\d){_YEAR}[\s,./-]{{1,2}}{_MONTH}[\s,./-]{{1,2}}{_DAY}(?!\d)", re.I), _year_named),
    (re.compile(rf"(?<!\d){_YEAR} (\d\d) (\d\d)(?= \d\d:\d\d)"), _year_first),
    (_CHINESE, _chinese),
)  # fmt: skip
_COMPACT = re.compile(
    r"((?:19|20)\d\d)(\d\d)(\d\d)(?:[T\s-]?(\d\d):?(\d\d):?(\d\d)?(?:\.\d{1,6})?\s?(Z|[+-]\d\d:?\d\d)?)?"
)
_CLOCK_BEFORE = re.compile(
    r"(?<![\d:.])\d{1,2}(?::\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?|\s?[ap]\.?m\b\.?)"
    r"(?:\s(?:[A-Z]{2,4}|[+-]\d\d:?\d\d))?(?=(?:\s?(?:[,|·•-]|on)?\s?|,\s[^\W\d_]{3,10},?\s)$)",
    re.I,
)
_MONTH_AND_DAY = re.compile(r"(?<![\d.])(\d{1,2})\s?[月월]\s?(\d{1,2})(?!\d)\s?[日号號일]?")
_TWO_NUMBERS = re.compile(r"(?<![\d:./-])(\d{1,2})[-/](\d{1,2})(?![\d:/.-])")
_TWO_DOTTED = re.compile(r"(?<![\d:.,])(\d{1,2})\.\s?(\d{1,2})\.(?!\d)")
_DAY_MONTH = re.compile(rf"(?<![\d:.,]){_DAY}\s+(?:de\s+)?{_MONTH}(?!\w)", re.I)
_MONTH_DAY = re.compile(rf"(?<![^\W\d_]){_MONTH}\s+{_DAY}(?![\d:]|\s\d{{4}})", re.I)
