"""Watch: after each run, what it showed of its source is judged; and now and then, whether all goes its way. The shell of `health`."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from archive import Due
from crawler.report import CrawlReport
from scheduler.desk import Desk
from scheduler.health.health import Fault, Judgement, judge
from scheduler.health.machine import Machine
from scheduler.health.norm import Norm, as_text, norm_from
from scheduler.health.quiet import publishes
from scheduler.health.symptoms import Seen
from scheduler.planning.rates import habits_from
from scheduler.runner import Outcome
from scheduler.watching.logs import alarm_line

LOOK_SECONDS = 300.0  # between two looks round
_LATE = timedelta(hours=1)
_NEWS_ARE_FRESH = timedelta(days=2)
_OTHERS = 3  # sources that have to publish, for a silence not to be a holiday


class Watch:
    """One for a desk. Raises ArchiveError."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._archive = desk.archive
        self._machine = Machine(desk.archive, desk.say)
        self._published: dict[str, tuple[datetime, bool]] = {}  # source → did it publish as ever, and when
        self._late: set[str] = set()

    @property
    def faults(self) -> list[Fault]:
        """What is wrong with the archive or the machine, even where the archive can't remember it."""
        return self._machine.faults

    def after(self, outcome: Outcome, started_at: datetime, now: datetime) -> None:
        """The run that began then is over."""
        trouble = _of_the_archive(outcome)
        if trouble is not None:
            self._machine.raise_(Fault("archive", "", trouble, started_at), now)
        elif outcome.is_offline:
            self._machine.is_offline(started_at, now)
        elif not _was_stopped(outcome.report):
            self._machine.clear("archive", now)
            self._judge(outcome, started_at, now)

    async def look_round(self, now: datetime) -> None:
        """What no run can show: a disk that fills, sources that are not crawled, alarms of those no longer chosen."""
        self._machine.has_room(shutil.disk_usage(self._archive.root).free, now)
        for row in self._archive.alarms.open():
            if row.source and row.source not in self._desk.sources:
                self._archive.alarms.clear(row.source, row.kind, row.subject, now)
        awake = self._desk.sources.keys() - self._archive.orders.paused().keys()
        late = late_ones(self._archive.runs.due(), awake, now)
        # Once may be a machine that slept.
        if late & self._late:
            cause = (
                f"{len(late)} sources are not crawled in time, {min(late)} first: set crawls_at_once higher"
            )
            self._machine.raise_(Fault("late", "", cause, now), now)
        elif not late:
            self._machine.clear("late", now)
        self._late = late

    def _judge(self, outcome: Outcome, started_at: datetime, now: datetime) -> None:
        name = outcome.source
        norm = norm_from(self._archive.norms.get(name))
        held = {f"{row.kind} {row.subject}": row.since for row in self._archive.alarms.open(name)}
        judgement = judge(norm, self._seen(outcome, norm, started_at, now), held)
        self._keep(name, judgement, now)
        if outcome.answered:
            self._machine.answers(now)
        quiet = judgement.norm.quiet
        is_fresh = quiet.news_at is not None and now - quiet.news_at < _NEWS_ARE_FRESH
        self._published[name] = now, publishes(quiet) and is_fresh

    def _seen(self, outcome: Outcome, norm: Norm, started_at: datetime, now: datetime) -> Seen:
        name, arrivals = outcome.source, self._archive.arrivals
        ahead = outcome.report.vitals.ahead if outcome.report else None
        news = len(arrivals.since(name, norm.noted_at or started_at))
        is_new = news > 0 or not norm.quiet.week
        zone = self._desk.sources[name].zone
        return Seen(
            at=started_at,
            report=outcome.report,
            problem=outcome.problem,
            news=news,
            habits=habits_from(arrivals.learned(name), zone) if is_new else None,
            others_publish=self._others_publish(name, now),
            is_clock_ours=self._machine.is_clock_ours(name, ahead, now),
        )

    def _others_publish(self, name: str, now: datetime) -> bool:
        """Do most other sources have news as ever? One alone that has none has no holiday, then."""
        told = [
            one
            for other, (at, one) in self._published.items()
            if other != name and now - at < _NEWS_ARE_FRESH
        ]
        return sum(told) >= _OTHERS and sum(told) * 4 >= len(told) * 3

    def _keep(self, name: str, judgement: Judgement, now: datetime) -> None:
        """The alarms first: after a crash they are judged again, and are the same."""
        alarms = self._archive.alarms
        for fault in judgement.raised:
            alarms.raise_(name, fault.kind, fault.subject, fault.cause, fault.since, now)
            self._desk.say(alarm_line(name, fault.kind, fault.subject, fault.cause))
        for kind, subject in judgement.cleared:
            alarms.clear(name, kind, subject, now)
            self._desk.say(alarm_line(name, kind, subject))
        self._archive.norms.put(name, as_text(replace(judgement.norm, noted_at=now)))


def late_ones(due: Mapping[str, Due], sources: Iterable[str], now: datetime) -> set[str]:
    """The sources whose time came long ago. Pure."""
    return {name for name in sources if name in due and now - due[name].next_at > _LATE}


def _of_the_archive(outcome: Outcome) -> str | None:
    """What the archive, its disk or its database said, if it is that which failed."""
    if not outcome.is_ours:
        return None
    told = outcome.problem or (outcome.report.problem if outcome.report else None)
    return told or "the archive can't be written to"


def _was_stopped(report: CrawlReport | None) -> bool:
    return report is not None and report.problem is not None
