"""When the article was published, and when it was last modified: candidates, weighed against one another."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from datetime import time as clock_time
from itertools import islice
from zoneinfo import ZoneInfo

from crawler.reading.choice import Candidate, Choice
from crawler.reading.dates import parse_date
from crawler.reading.fields import dated, stated_times
from crawler.reading.fields.sighting import Sighting
from crawler.reading.page import Page

_DAY = timedelta(days=1)
_MIDNIGHT = clock_time()
_FIRST_YEAR = 1990
_WIDEST_OFFSET = timedelta(hours=14)
_MOST_CANDIDATES = 40
_TWO_WAYS = re.compile(r"(?<!\d)(?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|1[0-2])[/-](?:\d{4}|\d\d)(?!\d)")
_CLOCK_ALONE = re.compile(r"\s*\d{1,2}[:.]\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?|Uhr)?\s*", re.IGNORECASE)
_CLOCK = re.compile(r"\d[:时時點点]\s?[0-5]\d(?!\d)|\d\s?(?:[ap]\.?m\b|Uhr)", re.IGNORECASE)
_IN_UTC = re.compile(r"(?:Z|[+-]00:?00)$")
_ZONED = re.compile(r"\d(?:Z|\s?[+-]\d\d:?\d\d)$|\b(?:[A-Z]{1,4}T|UTC)\b")
_HOMES = {"de": "Europe/Berlin", "fr": "Europe/Paris", "it": "Europe/Rome", "es": "Europe/Madrid", "nl": "Europe/Amsterdam",
          "pl": "Europe/Warsaw", "da": "Europe/Copenhagen", "sv": "Europe/Stockholm", "ja": "Asia/Tokyo",
          "zh": "Asia/Shanghai", "ko": "Asia/Seoul"}  # fmt: skip
_AMERICAN = frozenset({"", "en", "en-us", "en_us"})

Moment = datetime | None


@dataclass(frozen=True, slots=True)
class _Time:
    """A time the page states: by which way of saying, in which words, and whether of a change."""

    moment: datetime
    rank: str  # stated | seen | perhaps | state | anywhere | address
    said: Sighting

    @property
    def candidate(self) -> Candidate[Moment]:
        return Candidate(self.moment, self.said.origin)


def published(page: Page) -> Choice[Moment]:
    """The time of publication, in the publisher's own offset where the page gives it away."""
    times = [time for time in _times(page) if not time.said.changed]
    changed = [time for time in _times(page) if time.said.changed]
    candidates = tuple(time.candidate for time in (*times, *changed))
    if not times:
        last = next(iter(changed), None)
        why = "no time of publication is stated, only one of a change" if last else "no time is stated"
        return Choice(last.moment if last else None, why, candidates)
    chosen, why = _to_the_minute(*_weighed(times, changed), times)
    return Choice(_in_own_offset(page, chosen.moment, times), why, candidates)


def modified(page: Page) -> Choice[Moment]:
    """The time of the last change; None where it would lie before the publication."""
    times = [time for time in _times(page) if time.said.changed]
    candidates = tuple(time.candidate for time in times)
    if not times:
        return Choice(None, "no change is stated")
    issued = published(page).value
    for time in times:
        if issued is None or time.moment > issued - _DAY:
            return Choice(time.moment, "the most trusted", candidates)
    return Choice(None, "every change stated lies before the publication", candidates)


def _times(page: Page) -> tuple[_Time, ...]:
    return page.once("times", lambda: tuple(_believable(page)))


def _believable(page: Page) -> list[_Time]:
    """Every time stated that is neither absurdly old nor to come, the most trusted first."""
    latest = page.fetched.fetched_at + _DAY
    times = [
        time
        for time in islice(_found(page), _MOST_CANDIDATES)
        if time.moment.year >= _FIRST_YEAR and time.moment <= latest
    ]
    return _read_alike(times)


def _found(page: Page) -> Iterator[_Time]:
    sure = list(_read(page, "stated", stated_times.stated(page)))
    yield from sure
    shown = tuple(dated.seen(page, far=not sure))
    seen = list(_read(page, "seen", (one for one in shown if one.whole)))
    yield from seen
    perhaps = list(_read(page, "perhaps", stated_times.perhaps_stated(page)))
    yield from perhaps
    yield from _read(page, "loose", (one for one in shown if not one.whole))
    # The whole page is searched only where that is all there is to go by.
    if not any(not time.said.changed for time in (*sure, *seen, *perhaps)):
        yield from _read(page, "state", stated_times.in_state(page))
        yield from _read(page, "anywhere", dated.anywhere(page))
    day = stated_times.in_address(page.fetched.url)
    yield from _read(page, "address", [Sighting(day, "address")] if day else [])


def _read(page: Page, rank: str, sightings: Iterable[Sighting]) -> Iterator[_Time]:
    language = (page.root.get("lang") or "").strip().lower()
    # Told from now, an hour more or less may be another year; so the likeliest clock is better than none.
    home = _HOMES.get(language[:2]) if rank == "loose" and not page.source.has_recipe else None
    for one in sightings:
        if _CLOCK_ALONE.fullmatch(one.text):
            continue
        moment = parse_date(
            one.text, home or page.source.zone, page.fetched.fetched_at, day_first=language not in _AMERICAN
        )
        if moment:
            yield _Time(moment, rank, one)


def _read_alike(times: list[_Time]) -> list[_Time]:
    """03/04/2019 is read the other way round where that is a day the page states beyond doubt."""
    sure = {time.moment.date() for time in times if not _TWO_WAYS.search(time.said.text)}
    return [_turned(time, sure) if _TWO_WAYS.search(time.said.text) else time for time in times]


def _turned(time: _Time, sure: set[date]) -> _Time:
    day = time.moment.date()
    try:
        other = time.moment.replace(month=day.day, day=day.month)
    except ValueError:
        return time
    return replace(time, moment=other) if other.date() in sure and day not in sure else time


def _weighed(times: list[_Time], changed: list[_Time]) -> tuple[_Time, str]:
    """The time to take, and why."""
    first = _most_often_seen(times, changed)
    seen = next((time for time in times if time.rank == "seen"), None)
    address = next((time for time in times if time.rank == "address"), None)
    rivals = [time for time in times if not _same_day(time, first)]
    if not rivals:
        return first, "all that is stated agrees" if len(times) > 1 else "the only one"
    if address and first.rank == "seen" and not _same_day(first, address):
        agreeing = next((time for time in rivals if _same_day(time, address)), address)
        return agreeing, "it agrees with the address"
    confirmed = any(time.rank in ("seen", "address") and _same_day(time, first) for time in times)
    if seen and first.rank == "stated" and not confirmed:
        why = _why_seen(first, seen, rivals, changed)
        if why:
            return seen, why
    last = changed[0] if changed else None
    if last and first.moment > last.moment + _DAY:
        earlier = next((time for time in rivals if time.moment <= last.moment), None)
        if earlier or first.rank != "stated":
            return earlier or last, "the more trusted ones lie after the last change"
    return first, "the most trusted"


def _to_the_minute(chosen: _Time, why: str, times: list[_Time]) -> tuple[_Time, str]:
    """The same day with its clock, where the time that was taken names the day alone and another does not."""
    if chosen.moment.time() != _MIDNIGHT or _CLOCK.search(chosen.said.text):
        return chosen, why
    for time in times:
        same = time.moment.date() == chosen.moment.date()
        if same and time.rank in ("stated", "seen") and _CLOCK.search(time.said.text):
            return time, f"{why}; it tells the minute, too"
    return chosen, why


def _most_often_seen(times: list[_Time], changed: list[_Time]) -> _Time:
    """The most trusted time; among those that are only seen, the one seen in most places, and not as a change's."""
    shown = [time for time in times if time.rank == "seen"]
    if times[0].rank != "seen":
        return times[0]

    def votes(time: _Time) -> float:
        places = {other.said.origin for other in times if _same_day(time, other)}
        return len(places) - (0.5 if _is_of(time, changed) else 0)

    return max(shown, key=votes)


def _why_seen(first: _Time, seen: _Time, rivals: list[_Time], changed: list[_Time]) -> str | None:
    """Why the day the page shows is taken and not the one stated for machines; None where it isn't."""
    if seen.moment < first.moment and _is_of(first, changed) and "headline" in seen.said.origin:
        return "the page shows it, and what is stated for machines is the last change"
    if seen.moment > first.moment and _is_of(seen, changed):
        return "the page shows it as its day, which is that of the last change"
    if any(rival.said.origin.startswith("meta") and _same_day(rival, seen) for rival in rivals):
        return "the page shows it, and states it for machines too"
    return None


def _is_of(time: _Time, changed: list[_Time]) -> bool:
    return any(_same_day(time, change) for change in changed)


def _same_day(one: _Time, other: _Time) -> bool:
    """Within a day of each other: zones are unknown too often to ask for more."""
    return abs(one.moment - other.moment) <= _DAY


def _in_own_offset(page: Page, moment: datetime, times: list[_Time]) -> datetime:
    """The same instant by the publisher's clock, where the page gives that clock away."""
    if moment.utcoffset():
        return moment
    for time in times:
        if time.moment.utcoffset() and abs(time.moment - moment) < timedelta(minutes=1):
            return moment.astimezone(time.moment.tzinfo)
    if not any(_IN_UTC.search(time.said.text) for time in times if time.moment == moment):
        return moment
    offset = _shown_offset(moment, times)
    return moment.astimezone(timezone(offset)) if offset else _at_midnight(page, moment)


def _shown_offset(moment: datetime, times: list[_Time]) -> timedelta | None:
    """How far ahead of the instant a clock on the page stands that shows no zone."""
    for time in times:
        ahead = time.moment.replace(second=0) - moment.replace(second=0, microsecond=0)
        shown = time.rank == "seen" and ":" in time.said.text and not _ZONED.search(time.said.text)
        if shown and ahead and not ahead % timedelta(minutes=15) and abs(ahead) <= _WIDEST_OFFSET:
            return ahead
    return None


def _at_midnight(page: Page, moment: datetime) -> datetime:
    """A day stated as the instant of its midnight where the page's language is at home."""
    home = _HOMES.get((page.root.get("lang") or "")[:2].lower())
    local = moment.astimezone(ZoneInfo(home)) if home else moment
    return local if local.time() == _MIDNIGHT else moment
