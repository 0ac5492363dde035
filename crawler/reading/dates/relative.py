"""Times told from now: three hours ago, yesterday at nine, last Friday, or a clock alone."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from crawler.reading.dates.clock import at, clock_in
from crawler.reading.dates.words import DAYS_AGO, NUMERALS, UNITS, WEEKDAYS, chinese_number
from crawler.reading.dates.written import Setting


def _any(words: Iterable[str]) -> str:
    """The words as alternatives, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_CJK_COUNT = "".join(word for word in NUMERALS if not word.isascii())
_COUNT = rf"(\d{{1,4}}|[一二三四五六七八九]?十[一二三四五六七八九]?|[{_CJK_COUNT}]|\b(?:{_any(word for word in NUMERALS if word.isascii())})\b)"
_UNIT = rf"({_any(UNITS)})(?:s|n|e|en|es)?"
_SPAN = rf"(?<![\d.]){_COUNT}\s?[个個]?(半|多|来|余)?\s?{_UNIT}"
_AGO = re.compile(
    rf"(?:{_SPAN}[\s,]{{0,2}}(?:and\s)?)?{_SPAN}\s?(?:之?前|以前|전|ago\b|fa\b|geleden\b|atrás\b)", re.I
)
_BEFORE = re.compile(
    rf"\b(?:vor|il y a|hace|há)\s(?:etwa |ca\. )?(?:{_SPAN}\s(?:und\s|et\s|y\s)?)?{_SPAN}(?!\w)", re.I
)
_NOW = re.compile(r"刚刚|剛剛|刚才|剛才|たった今|방금|\bjust now\b|\bmoments? ago\b|\bgerade eben\b", re.I)
_DAY_WORD = re.compile(
    rf"(?<![^\W\d_])(?:{_any(DAYS_AGO)})|{_any(w for w in DAYS_AGO if not w.isascii())}", re.I
)
_WEEKDAY = re.compile(
    r"(?P<last>上个?|last\s|letzten\s|vergangenen\s)?(?P<this>本|这|這)?"
    r"(?:(?:周|週|星期|礼拜)(?P<cjk>[一二三四五六日天])|([月火水木金土日])曜日?"
    rf"|\b(?P<name>{_any(word for word in WEEKDAYS if len(word) > 3)})\b)",
    re.I,
)
_CLOCK_ALONE = re.compile(
    r"[上下]午\s?\d{1,2}:[0-5]\d|(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?: Uhr)?|\d{1,2}:[0-5]\d\s?[ap]\.?m\.?",
    re.I,
)
_NEAR = 8  # signs between a day's word and its clock


def ago(text: str, setting: Setting) -> datetime | None:
    """`3小时前`, `1 hour, 20 minutes ago`, `vor 3 Stunden`: so long before now, to the minute."""
    if _NOW.search(text):
        return setting.now.replace(second=0, microsecond=0)
    match = _AGO.search(text) or _BEFORE.search(text)
    if match is None:
        return None
    seconds = sum(_seconds(*match.group(first, first + 1, first + 2)) for first in (1, 4))
    # Back over a change of the clocks in elapsed time, not on the dial.
    moment = (setting.now.astimezone(UTC) - timedelta(seconds=seconds)).astimezone(setting.place)
    return moment.replace(second=0, microsecond=0)


def _seconds(count: str | None, more: str | None, unit: str | None) -> float:
    if count is None or unit is None:
        return 0
    number = NUMERALS.get(count.lower()) or (chinese_number(count) if "十" in count else float(count))
    return (number + (0.5 if more == "半" else 0)) * UNITS[unit.lower()]


def day_word(text: str, setting: Setting) -> datetime | None:
    """`昨天 14:30`, `gestern, 14:30 Uhr`, `Yesterday`: with a clock or at the text's end, else it is prose."""
    match = _DAY_WORD.search(text)
    if match is None or not _settled(text, match.end()):
        return None
    day = setting.now.date() - timedelta(days=DAYS_AGO[match[0].lower()])
    return at(day, text[match.end() :], setting.place)


def weekday(text: str, setting: Setting) -> datetime | None:
    """`上周五`, `last Friday`, `Freitag, 10:41 Uhr`: the last such day; after `上` that of the week before this."""
    match = _WEEKDAY.search(text)
    if match is None or not _settled(text, match.end()):
        return None
    alone = match[0] == text.strip() or clock_in(text[match.end() : match.end() + _NEAR]) is not None
    if not (alone or match["last"] or match["this"]):
        return None  # "Black Friday" is no date
    number = WEEKDAYS.get(match["cjk"] or match[4] or match["name"].lower(), 6)
    today = setting.now.date()
    back = (today.weekday() - number) % 7
    if match["last"]:
        back = today.weekday() - number + 7 if match["cjk"] else back or 7
    found = at(today - timedelta(days=back), text[match.end() :], setting.place)
    return found if found <= setting.now else found - timedelta(days=7)


def clock_alone(text: str, setting: Setting) -> datetime | None:
    """`10:41`: the last such time. With one digit, `3:45`, it may be the length of a film."""
    if not _CLOCK_ALONE.fullmatch(text):
        return None
    found = at(setting.now.date(), text, setting.place)
    return found if found <= setting.now else at(setting.now.date() - timedelta(days=1), text, setting.place)


def _settled(text: str, end: int) -> bool:
    rest = text[end:].strip(" ,.·|)）")
    clock = clock_in(text[end:])
    return not rest or (clock is not None and clock.start("hour") <= _NEAR)
