"""The summary of a day: what came in, what was refused, what is wrong, what room is left. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from archive import AlarmRow
from scheduler.telling.telling import bounded, clean, counted, line_of, listed, moment, stamp

LONGEST = timedelta(days=7)
REFUSED = ("blocked", "failed", "walled", "gone", "not_an_article")
_MOST_SOURCES = 60  # that have a line of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDay:
    """What became of one source's URLs, and of its crawls."""

    source: str
    new: int = 0
    refused: Mapping[str, int]  # by state
    runs: int = 0
    failed_runs: int = 0
    last_success: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What is told of a day. `used_bytes` is None where counting took too long."""

    since: datetime
    until: datetime
    sources: tuple[SourceDay, ...]
    alarms: tuple[AlarmRow, ...]
    used_bytes: int | None
    free_bytes: int
    root: str

    @property
    def new(self) -> int:
        return sum(one.new for one in self.sources)


def last_moment(now: datetime, at: time, zone: tzinfo) -> datetime:
    """The last moment, not after now, at which a clock of that zone showed `at`; where it was set forward over it, as if not."""
    day = now.astimezone(zone).date()
    moments = (datetime.combine(day - timedelta(days=back), at, zone).astimezone(UTC) for back in (0, 1, 2))
    return next(moment for moment in moments if moment <= now)


def since_when(last: datetime | None, until: datetime) -> datetime:
    """What a summary begins with: the end of the last one, but a week at most."""
    return max(last or until - timedelta(days=1), until - LONGEST)


def source_days(
    names: Iterable[str],
    changes: Mapping[str, Mapping[str, int]],
    runs: Mapping[str, Mapping[str, int]],
    last_success: Mapping[str, datetime],
) -> tuple[SourceDay, ...]:
    """A row a source: those named, and whatever else had news; most new articles first."""
    found = [
        SourceDay(
            source=name,
            new=changes.get(name, {}).get("archived", 0),
            refused={one: changes[name][one] for one in REFUSED if changes.get(name, {}).get(one)},
            runs=sum(runs.get(name, {}).values()),
            failed_runs=sum(count for state, count in runs.get(name, {}).items() if state != "ok"),
            last_success=last_success.get(name),
        )
        for name in {*names, *changes, *runs}
    ]
    return tuple(sorted(found, key=lambda one: (-one.new, one.source)))


def summary_subject(day: Day, zone: tzinfo) -> str:
    """One line: how much, and whether anything is wrong."""
    wrong = f", {counted(len(day.alarms), 'alarm')} open" if day.alarms else ""
    return f"Broadsheet {day.until.astimezone(zone):%Y-%m-%d}: {_articles(day.new)}{wrong}"


def summary_text(day: Day, zone: tzinfo) -> str:
    """Plain text that reads well in a mail."""
    period = f"From {moment(day.since, zone)} to {moment(day.until, zone)}"
    came_from = counted(sum(1 for one in day.sources if one.new), "source")
    parts = [f"{period}: {_articles(day.new)}{f' from {came_from}' if came_from else ''}."]
    parts += ["", *_alarm_lines(day.alarms, zone), "", *_source_lines(day.sources, zone)]
    return "\n".join([*parts, "", _disk(day), f"Archive: {day.root}", ""])


def summary_json(day: Day) -> dict[str, Any]:
    """The same for a program."""
    return {
        "since": stamp(day.since),
        "until": stamp(day.until),
        "new": day.new,
        "sources": [
            {
                "source": one.source,
                "new": one.new,
                "refused": dict(one.refused),
                "runs": one.runs,
                "failed_runs": one.failed_runs,
                "last_success": stamp(one.last_success) if one.last_success else None,
            }
            for one in day.sources
        ],
        "open_alarms": [
            {
                "source": alarm.source or None,
                "kind": alarm.kind,
                "subject": alarm.subject or None,
                "cause": clean(alarm.cause),
                "since": stamp(alarm.since),
            }
            for alarm in day.alarms
        ],
        "used_bytes": day.used_bytes,
        "free_bytes": day.free_bytes,
    }


def _alarm_lines(alarms: Sequence[AlarmRow], zone: tzinfo) -> list[str]:
    if not alarms:
        return ["Nothing is known to be wrong."]
    return ["Wrong now:", "", *bounded([line_of(alarm, zone) for alarm in alarms])]


def _source_lines(sources: Sequence[SourceDay], zone: tzinfo) -> list[str]:
    told = [one for one in sources if one.new or one.refused or one.failed_runs]
    asleep = [one.source for one in sources if not one.runs and not one.new]
    quiet = [one.source for one in sources if one not in told and one.source not in asleep]
    lines = [_source_line(one, zone) for one in told[:_MOST_SOURCES]]
    rest = told[_MOST_SOURCES:]
    if rest:
        lines.append(f"{len(rest):,} more sources: {_articles(sum(one.new for one in rest))}")
    lines += [f"Nothing new: {listed(quiet)}"] if quiet else []
    return [*lines, *([f"Not crawled: {listed(asleep)}"] if asleep else [])]


def _source_line(one: SourceDay, zone: tzinfo) -> str:
    refused = ", ".join(f"{count:,} {state.replace('_', ' ')}" for state, count in one.refused.items())
    runs = counted(one.runs, "crawl")
    if one.failed_runs:
        well = (
            f", last went well {moment(one.last_success, zone)}" if one.last_success else ", never went well"
        )
        runs += f", {one.failed_runs:,} of them failed{well if one.failed_runs == one.runs else ''}"
    return "; ".join(filter(None, [f"{clean(one.source)}: {one.new:,} new", refused, runs]))


def _articles(count: int) -> str:
    return counted(count, "new article") or "no new articles"


def _disk(day: Day) -> str:
    used = "" if day.used_bytes is None else f"{_size(day.used_bytes)} used, "
    return f"Disk: {used}{_size(day.free_bytes)} free."


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 10 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:,.1f} TB"
