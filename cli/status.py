"""`broadsheet status`: how every source is, at a glance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archive import AlarmRow, Archive, Due, RunRow
from cli.errors import BadInput
from cli.opening import read_archive, recipes_of, settings_of, sources_named
from cli.saying import say_json, say_table
from cli.sparkline import ago, by_day, until
from crawler.config import Settings
from scheduler.health.norm import norm_from
from scheduler.health.quiet import is_quiet

# The worst first: what one line says of a source that has several.
_KINDS = (
    *(
        "archive",
        "disk",
        "broken",
        "certificate",
        "unreachable",
        "blocked",
        "field",
        "walled",
        "silence",
        "flood",
    ),
    *("moved", "way", "overflow", "clock", "late", "line", "validator lies"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A source as it stands. `new` are articles found today and within seven days, the calendar's of this machine."""

    name: str
    state: str  # well | quiet | paused | never crawled | the kind of its worst alarm
    urls: Mapping[str, int]
    last: RunRow | None
    due: Due | None
    alarms: tuple[AlarmRow, ...]
    new_today: int
    new_this_week: int

    def as_json(self, *, times: bool) -> dict[str, Any]:
        last = {"by": self.last.by, "state": self.last.state} if self.last else None
        row: dict[str, Any] = {
            "source": self.name,
            "state": self.state,
            "states": dict(self.urls),
            "last": last,
            "failures": self.due.failures if self.due else 0,
            "alarms": [{"kind": one.kind, "subject": one.subject, "cause": one.cause} for one in self.alarms],
        }
        if times:
            row["due"] = self.due.next_at.isoformat() if self.due else None
            row["last"] = self.last.as_json() if self.last else None
            row["alarms"] = [one.as_json() for one in self.alarms]
            row |= {"new_today": self.new_today, "new_this_week": self.new_this_week}
        return row


def status(config: Path | None, runs: int, *, as_json: bool, times: bool) -> int:
    """How every source is, what is wrong, and the last crawls."""
    settings, now = settings_of(config), datetime.now().astimezone()
    with read_archive(settings) as archive:
        standings = standings_of(archive, _chosen(settings), now)
        ours, recent, root = archive.alarms.open(""), archive.runs.recent(runs), archive.root
        daemon = archive.leases.holder("daemon", now.astimezone(UTC))
    if as_json:
        say_json(one.as_json(times=times) for one in standings)
        return 0
    say_table(
        ("source", "state", "last crawl", "today", "7 days", "archived", "next crawl"),
        (_cells(one, now) for one in standings),
    )
    say_alarms([*ours, *(alarm for one in standings for alarm in one.alarms)], now)
    say_runs(recent)
    print(f"\nArchive: {root}")
    print(f"Crawling: {daemon}" if daemon else "Nobody crawls: `broadsheet daemon` does, for good")
    return 0


def standings_of(archive: Archive, chosen: list[str], now: datetime) -> list[Standing]:
    """All sources that are chosen, or of which there is anything; by name."""
    counts, due, paused = archive.counts(), archive.runs.due(), archive.orders.paused()
    last = {run.source: run for run in archive.runs.latest()}
    alarms: dict[str, list[AlarmRow]] = {}
    for alarm in archive.alarms.open():
        alarms.setdefault(alarm.source, []).append(alarm)
    names = sorted({*chosen, *counts, *due, *last})
    found = []
    for name in names:
        week = by_day(archive.arrivals.kept(name, now - timedelta(days=7)), now, 7)
        held = sorted(alarms.get(name, ()), key=lambda alarm: _gravity(alarm.kind))
        found.append(
            Standing(
                name=name,
                state=_state(archive, name, held, is_paused=name in paused, is_new=name not in last),
                urls=counts.get(name, {}),
                last=last.get(name),
                due=due.get(name),
                alarms=tuple(held),
                new_today=week[-1],
                new_this_week=sum(week),
            )
        )
    return found


def say_alarms(alarms: list[AlarmRow], now: datetime) -> None:
    """What is wrong, a line each; nothing where nothing is."""
    if alarms:
        print()
        say_table(
            ("wrong", "source", "since", "why"),
            ((one.kind, one.source or "all", ago(one.since, now), one.cause) for one in alarms),
        )


def say_runs(runs: list[RunRow]) -> None:
    """The last crawls."""
    if runs:
        print()
        say_table(("last crawls", "source", "by", "ended", "what came of it"), map(_run_cells, runs))


def _chosen(settings: Settings) -> list[str]:
    """The sources that the settings name, bundles opened; one that is none is shown as it was written."""
    if not settings.sources:
        return []
    try:
        return [source.name for source in sources_named(settings.sources, recipes_of(settings))]
    except BadInput:
        return list(settings.sources)


def _state(archive: Archive, name: str, alarms: list[AlarmRow], *, is_paused: bool, is_new: bool) -> str:
    if is_paused:
        return "paused"
    if alarms:
        return alarms[0].kind
    if is_new:
        return "never crawled"
    return "quiet" if is_quiet(norm_from(archive.norms.get(name)).quiet) else "well"


def _gravity(kind: str) -> int:
    return _KINDS.index(kind) if kind in _KINDS else len(_KINDS)


def _cells(one: Standing, now: datetime) -> tuple[object, ...]:
    last = one.last
    began = "" if last is None else "now" if last.state == "running" else ago(_at(last), now)
    due = "" if one.due is None or one.state == "paused" else until(one.due.next_at, now)
    archived = one.urls.get("archived", 0)
    return (one.name, one.state, began, one.new_today, one.new_this_week, archived, due)


def _at(run: RunRow) -> datetime:
    return datetime.fromisoformat(run.started_at)


def _run_cells(run: RunRow) -> tuple[object, ...]:
    counts = ", ".join(f"{count} {state}" for state, count in run.report.get("counts", {}).items())
    began = f"{_at(run).astimezone():%m-%d %H:%M}"
    return (began, run.source, run.by, run.state, run.report.get("problem") or counts or "nothing new")
