"""`broadsheet status SOURCE`: how one source has been."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from archive import AlarmRow, Archive, DomainRow, PollRow, RunRow
from cli.errors import BadInput
from cli.opening import named, read_archive, recipes_of, settings_of
from cli.saying import say_json, say_table
from cli.sparkline import ago, by_day, by_hour, lasting, spark, until
from cli.status import Standing, say_alarms, say_runs, standings_of
from crawler.source import Source
from crawler.urls import registrable
from crawler.vitals import FIELDS
from scheduler.health.norm import Norm, norm_from
from scheduler.health.symptoms import PAGES

_DAYS, _HOURS, _ALARMS = 30, 24, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A source's last weeks. `usual` is what the norm expects for the same days and hours."""

    standing: Standing
    norm: Norm
    days: list[int]
    usual_days: list[float]
    hours: list[int]
    usual_hours: list[float]
    ways: list[PollRow]
    runs: list[RunRow]
    alarms: list[AlarmRow]
    rests: list[DomainRow]
    paused_since: datetime | None

    def as_json(self) -> dict[str, Any]:
        norm = self.norm
        return self.standing.as_json(times=True) | {
            "days": self.days,
            "usual_days": [round(one, 2) for one in self.usual_days],
            "hours": self.hours,
            "usual_hours": [round(one, 2) for one in self.usual_hours],
            "norm": {
                "fields": {name: round(share.usual, 3) for name, share in norm.shares.items()},
                "letters": norm.usual_letters,
                "latency": round(norm.latency, 3),
                "named": round(norm.named, 1),
            },
            "ways": [_way_json(row) for row in self.ways],
            "runs": [run.as_json() for run in self.runs],
            "recent_alarms": [alarm.as_json() for alarm in self.alarms],
            "rests": [
                {"domain": row.domain, "until": row.rests_until.isoformat(), "reason": row.reason}
                for row in self.rests
                if row.rests_until
            ],
            "paused_since": self.paused_since.isoformat() if self.paused_since else None,
        }


def status_of(name: str, config: Path | None, runs: int, *, as_json: bool) -> int:
    """The source's history."""
    settings, now = settings_of(config), datetime.now().astimezone()
    recipes = recipes_of(settings)
    with read_archive(settings) as archive:
        source = recipes.get(name)
        if source is None and name not in archive.counts():
            source = named(name, recipes)
        past = past_of(archive, name, source, runs, now)
        root = archive.root
    if as_json:
        say_json([past.as_json()])
        return 0
    _say_head(past, source, now)
    _say_past(past)
    _say_norm(past.norm)
    _say_ways(past.ways, now)
    _say_alarms(past, now)
    say_runs(past.runs)
    print(f"\nArchive: {root}")
    return 0


def past_of(archive: Archive, name: str, source: Source | None, runs: int, now: datetime) -> Past:
    """What the archive knows of the source."""
    standing = next((one for one in standings_of(archive, [name], now) if one.name == name), None)
    if standing is None:
        raise BadInput(f"no source {name} in {archive.root}; `broadsheet status` names those it holds")
    norm = norm_from(archive.norms.get(name))
    kept = archive.arrivals.kept(name, now - timedelta(days=_DAYS))
    return Past(
        standing=standing,
        norm=norm,
        days=by_day(kept, now, _DAYS),
        usual_days=_usual_days(norm, now),
        hours=by_hour(kept, now, _HOURS),
        usual_hours=_usual_hours(norm, now),
        ways=archive.polls.of(name),
        runs=archive.runs.recent(runs, name),
        alarms=archive.alarms.recent(name, _ALARMS),
        rests=_rests(archive, source, now),
        paused_since=archive.orders.paused().get(name),
    )


def _rests(archive: Archive, source: Source | None, now: datetime) -> list[DomainRow]:
    if source is None:
        return []
    urls = [source.home, *(step.url for step in source.discovery)]
    domains = sorted({domain for url in urls for domain in [registrable(url)] if domain})
    rows = [archive.domains.get(domain) for domain in domains]
    return [row for row in rows if row is not None and row.rests_until is not None and row.rests_until > now]


def _usual_hours(norm: Norm, now: datetime) -> list[float]:
    begin = now.replace(minute=0, second=0, microsecond=0)
    return [_usual(norm, begin - timedelta(hours=age)) for age in reversed(range(_HOURS))]


def _usual_days(norm: Norm, now: datetime) -> list[float]:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    week = [
        sum(_usual(norm, midnight - timedelta(days=age) + timedelta(hours=hour)) for hour in range(24))
        for age in range(7)
    ]
    return [week[age % 7] for age in reversed(range(_DAYS))]


def _usual(norm: Norm, hour: datetime) -> float:
    """Articles in the hour that begins then."""
    quiet = norm.quiet
    if not quiet.week:
        return 0.0
    local = hour.astimezone(ZoneInfo(quiet.zone))
    return quiet.week[local.weekday() * 24 + local.hour]


# --- saying ---


def _say_head(past: Past, source: Source | None, now: datetime) -> None:
    one = past.standing
    what = f"{source.title} ({one.name})" if source and source.title != one.name else one.name
    print(what + (f", {source.home}" if source else "") + f": {one.state}")
    if one.last is not None:
        began = datetime.fromisoformat(one.last.started_at)
        print(f"Last crawl {ago(began, now)}: {one.last.state}", end="")
        print(f"; next {until(one.due.next_at, now)}" if one.due and not past.paused_since else "")
    if past.paused_since:
        print(f"Paused {ago(past.paused_since, now)}; `broadsheet resume {one.name}` goes on")
    if one.due and one.due.failures:
        print(f"{one.due.failures} crawls in a row were not answered: it is asked less often")
    for row in past.rests:
        if row.rests_until:
            print(
                f"{row.domain} is left alone for {lasting((row.rests_until - now).total_seconds())}: {row.reason}"
            )


def _say_past(past: Past) -> None:
    print()
    for name, values, usual in (
        (f"{_DAYS} days", past.days, past.usual_days),
        (f"{_HOURS} hours", past.hours, past.usual_hours),
    ):
        top = max([*values, *usual], default=0.0)
        print(f"{name:<9} {spark(values, top):<{_DAYS}}  {sum(values)} new, at most {max(values)}")
        if any(usual):
            print(f"{'usual':<9} {spark(usual, top):<{_DAYS}}  {sum(usual):.0f}")


def _say_norm(norm: Norm) -> None:
    known = {name: share.usual for name, share in norm.shares.items() if share.of >= 1}
    fields = [f"{name} {known[name]:.0%}" for name in FIELDS if name in known]
    others = [f"{1 - known[name]:.1%} {name}" for name in PAGES if known.get(name, 1.0) < 0.9995]
    if not norm.runs:
        print("\nNothing is known yet of what is usual: the daemon learns it")
        return
    print()
    if fields:
        print(f"Fields    {', '.join(fields)}")
    if others:
        print(f"Pages     {', '.join(others)}")
    if norm.usual_letters:
        print(f"Texts     {norm.usual_letters} letters")
    print(f"Answers   in {norm.latency:.2f} s, naming {norm.named:.0f} articles")


def _say_ways(ways: list[PollRow], now: datetime) -> None:
    if ways:
        print()
        say_table(
            ("way", "asked", "answer", "articles", "validators"), (_way_cells(row, now) for row in ways)
        )


def _way_cells(row: PollRow, now: datetime) -> tuple[object, ...]:
    status = row.answers[-1].split()[1] if row.answers else ""
    asked = ago(datetime.fromisoformat(row.asked_at), now)
    return (row.address, asked, status, len(row.items), _validators(row))


def _validators(row: PollRow) -> str:
    if row.lies:
        return "lie"
    return (
        " ".join(name for name, value in (("ETag", row.etag), ("date", row.last_modified)) if value) or "none"
    )


def _way_json(row: PollRow) -> dict[str, Any]:
    return {
        "url": row.address,
        "asked_at": row.asked_at,
        "changed_at": row.changed_at,
        "articles": len(row.items),
        "etag": row.etag,
        "last_modified": row.last_modified,
        "lies": row.lies,
        "answers": list(row.answers[-5:]),
    }


def _say_alarms(past: Past, now: datetime) -> None:
    say_alarms(list(past.standing.alarms), now)
    over = [alarm for alarm in past.alarms if not alarm.is_open]
    if over:
        print()
        say_table(
            ("was wrong", "since", "until", "why"),
            (
                (f"{one.kind} {one.subject}".strip(), _day(one.since), _day(one.cleared_at), one.cause)
                for one in over
            ),
        )


def _day(at: datetime | None) -> str:
    return f"{at.astimezone():%m-%d %H:%M}" if at else ""
