"""What is told of alarms, and when. Pure: the rows and the moment are passed in.

A letter gathers what came up within a minute of the first. Who was told of an alarm is told once more, when it is over.
A fault that comes and goes is told of with a count, and its end only once it stays away.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from archive import AlarmRow, one_line

GATHERS = timedelta(minutes=1)
FLAPS = 3  # raised so often within the window, a fault comes and goes
FLAP_WINDOW = timedelta(hours=6)
SETTLED = timedelta(hours=3)  # then it does not come back
ALIKE = 3  # of more sources than that one line speaks
_MOST_NAMES = 8
_MOST_LINES = 40
_MOST_LETTERS = 400  # of one cause
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # let a text read as another one

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """An alarm in a letter. `times`: how often it was raised within six hours, this time included."""

    alarm: AlarmRow
    times: int = 1


@dataclass(frozen=True, slots=True)
class Telling:
    """What is to be told now; it may be nothing. Of what is `silent` nothing need be told, and the rows say so."""

    raised: tuple[Told, ...] = ()
    cleared: tuple[Told, ...] = ()
    silent: tuple[AlarmRow, ...] = ()  # raised again before anybody heard that it was over
    silent_clear: tuple[AlarmRow, ...] = ()

    @property
    def is_letter(self) -> bool:
        return bool(self.raised or self.cleared)


def key_of(alarm: AlarmRow) -> Key:
    """What makes two alarms the same one, raised twice."""
    return alarm.source, alarm.kind, alarm.subject


def decide(
    raised: Sequence[AlarmRow],
    cleared: Sequence[AlarmRow],
    history: Iterable[AlarmRow],
    now: datetime,
    gathers: timedelta = GATHERS,
) -> Telling:
    """What to tell of alarms that nobody was told of, and of ends that nobody was told of.

    `history` are the last alarms of their sources, open or over, themselves included.
    """
    by_key: dict[Key, list[AlarmRow]] = {}
    for row in history:
        by_key.setdefault(key_of(row), []).append(row)
    again = {key_of(row) for row in raised} & {key_of(row) for row in cleared}
    silent = tuple(row for row in raised if key_of(row) in again)
    still_open = again | {key for key, rows in by_key.items() if any(row.cleared_at is None for row in rows)}
    newest = {key_of(row): row for row in cleared}
    ended = {key: row for key, row in newest.items() if key not in still_open}
    fresh = [Told(row, _times(row, by_key)) for row in raised if key_of(row) not in again]
    over = [Told(row, _times(row, by_key)) for row in ended.values()]
    due = [one for one in over if _is_settled(one, now)]
    heard = {one.alarm.id for one in due}
    # Of several ends of one alarm the last is told; the others, once there is a later one, never.
    passed = tuple(row for row in cleared if row.id not in heard and newest[key_of(row)] is not row)
    passed += tuple(row for key, row in newest.items() if key in still_open)
    if not _has_gathered(fresh, due, now, gathers):
        return Telling(silent=silent, silent_clear=passed)
    return Telling(tuple(fresh), tuple(due), silent, passed)


def subject(telling: Telling) -> str:
    """The letter's subject line."""
    raised, cleared = telling.raised, telling.cleared
    if len(raised) == 1 and not cleared:
        return f"Broadsheet: {_name(raised[0].alarm)}"
    if len(cleared) == 1 and not raised:
        return f"Broadsheet: over: {_name(cleared[0].alarm)}"
    counts = [counted(len(raised), "alarm"), f"{len(cleared)} over" if cleared else ""]
    sources = {one.alarm.source for one in (*raised, *cleared)}
    named = f" ({listed(sorted(sources))})" if "" not in sources else ""
    return f"Broadsheet: {', '.join(filter(None, counts))}{named}"


def text(telling: Telling, zone: tzinfo, root: str) -> str:
    """The letter's text; times are of that zone, `root` is the archive's folder."""
    parts = []
    if telling.raised:
        parts += ["Something is wrong:", "", *bounded(_lines(telling.raised, zone)), ""]
    if telling.cleared:
        parts += ["This is over:", "", *bounded(_lines(telling.cleared, zone)), ""]
    return "\n".join([*parts, f"`broadsheet status SOURCE` shows more. Archive: {root}", ""])


def moment(at: datetime, zone: tzinfo) -> str:
    """A moment as letters write it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def stamp(at: datetime) -> str:
    """A moment as JSON has it: ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _times(alarm: AlarmRow, by_key: Mapping[Key, Sequence[AlarmRow]]) -> int:
    since = alarm.raised_at - FLAP_WINDOW
    rows = {row.id: row for row in (*by_key.get(key_of(alarm), ()), alarm)}
    return sum(since < row.raised_at <= alarm.raised_at for row in rows.values())


def _is_settled(one: Told, now: datetime) -> bool:
    ended = one.alarm.cleared_at
    return one.times < FLAPS or (ended is not None and now - ended >= SETTLED)


def _has_gathered(fresh: Sequence[Told], over: Sequence[Told], now: datetime, gathers: timedelta) -> bool:
    moments = [one.alarm.raised_at for one in fresh]
    moments += [one.alarm.cleared_at for one in over if one.alarm.cleared_at is not None]
    # A clock that was set back makes nobody wait.
    return any(abs(now - at) >= gathers for at in moments)


def _lines(told: Sequence[Told], zone: tzinfo) -> list[str]:
    """One a fault; one for many sources of the same trouble."""
    by_kind: dict[str, list[Told]] = {}
    for one in told:
        by_kind.setdefault(one.alarm.kind, []).append(one)
    lines = []
    for kind, some in by_kind.items():
        sources = list(dict.fromkeys(one.alarm.source for one in some))
        if len(sources) > ALIKE:
            lines.append(_alike(kind, sources, some[0], zone))
        else:
            lines += [line_of(one.alarm, zone) + _again(one) for one in some]
    return lines


def _alike(kind: str, sources: Sequence[str], first: Told, zone: tzinfo) -> str:
    since = moment(first.alarm.since, zone)
    example = f"{clean(first.alarm.source)}, since {since}: {clean(first.alarm.cause)}"
    return f"- {len(sources)} sources, {kind}: {listed(sources)}. The first: {example}"


def line_of(alarm: AlarmRow, zone: tzinfo) -> str:
    """An alarm as letters have it."""
    until = f" until {moment(alarm.cleared_at, zone)}" if alarm.cleared_at else ""
    return f"- {_name(alarm)}, since {moment(alarm.since, zone)}{until}: {clean(alarm.cause)}"


def _again(one: Told) -> str:
    if one.times < FLAPS:
        return ""
    stays = "; its end is told once it stays away for three hours" if one.alarm.is_open else ""
    return f" (it came {one.times} times within six hours{stays})"


def _name(alarm: AlarmRow) -> str:
    what = f"{alarm.kind} ({clean(alarm.subject)})" if alarm.subject else alarm.kind
    return f"{clean(alarm.source)}: {what}" if alarm.source else what


def bounded(lines: Sequence[str]) -> list[str]:
    """The first lines, and how many more there are."""
    more = len(lines) - _MOST_LINES
    tail = [f"- and {more} more: `broadsheet status` lists them"] if more > 0 else []
    return [*lines[:_MOST_LINES], *tail]


def listed(names: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    more = len(names) - _MOST_NAMES
    shown = ", ".join(map(clean, names[:_MOST_NAMES]))
    return f"{shown} and {more} more" if more > 0 else shown


def counted(count: int, what: str) -> str:
    """Nothing where there is none."""
    return f"{count:,} {what}{'' if count == 1 else 's'}" if count else ""


def clean(text: str) -> str:
    """On one line, without control characters, and not for ever: parts of a cause come from the web."""
    line = one_line(_TURNS.sub("", text))
    return line if len(line) <= _MOST_LETTERS else f"{line[:_MOST_LETTERS]}…"
