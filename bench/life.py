"""A source's life as health sees it: made up, by seed, with the small troubles of every day, and faults that are planted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median

import numpy as np

from bench.posting import BEGIN, Run
from crawler.report import Answer, CrawlReport
from crawler.vitals import FIELDS, Vitals
from scheduler.health.health import Fault, judge
from scheduler.health.norm import Norm
from scheduler.health.symptoms import Seen
from scheduler.planning import rates
from scheduler.planning.rates import Habits, learn

FEED = "https://news.example/feed"
LENGTH = 30  # of the feed
# What a crawl gives is turned into what it would have given with the fault.
Spoil = Callable[[CrawlReport], CrawlReport]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a source's pages are like on an ordinary day; each a chance."""

    author: float = 0.97
    summary: float = 0.8
    blocked: float = 0.01
    no_article: float = 0.05
    silent: float = 0.01  # crawls that get no answer
    refused: float = 0.005  # crawls that are answered with 429
    letters: float = 2500.0


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault from one moment to another. `mutes`: nothing is published meanwhile."""

    begin: datetime
    end: datetime
    spoil: Spoil = lambda report: report
    mutes: bool = False

    def holds(self, at: datetime) -> bool:
        return self.begin <= at < self.end


@dataclass(slots=True)
class Told:
    """What was said, in order: when, whether it was raised or over, and the fault."""

    raised: list[tuple[datetime, Fault]] = field(default_factory=list)
    cleared: list[tuple[datetime, str]] = field(default_factory=list)
    norm: Norm = field(default_factory=Norm)
    crawls: int = 0


def lived(
    run: Run,
    days: int,
    every: timedelta,
    *,
    traits: Traits | None = None,
    faults: tuple[Planted, ...] = (),
    seed: int = 0,
    others_publish: bool = False,
) -> Told:
    """What health says of the source over so many days of crawls."""
    life = _Life(run, traits or Traits(), faults, np.random.default_rng([seed, 7]))
    told, open_alarms = Told(), dict[str, datetime]()
    habits, at = Habits(zone=run.pattern.zone), BEGIN
    while at < BEGIN + timedelta(days=days):
        report, found = life.crawl(at)
        if report.discovery_answered:
            habits = learn(habits, rates.Seen(at=at, published=found, listed=LENGTH))
        seen = Seen(at=at, report=report, news=len(found), habits=habits, others_publish=others_publish)
        judgement = judge(told.norm, seen, open_alarms)
        told.norm, told.crawls = judgement.norm, told.crawls + 1
        for fault in judgement.raised:
            open_alarms[f"{fault.kind} {fault.subject}"] = fault.since
            told.raised.append((at, fault))
        for kind, subject in judgement.cleared:
            open_alarms.pop(f"{kind} {subject}", None)
            told.cleared.append((at, f"{kind} {subject}".strip()))
        at += every * float(life.chance.uniform(0.8, 1.2))
    return told


class _Life:
    def __init__(
        self, run: Run, traits: Traits, faults: tuple[Planted, ...], chance: np.random.Generator
    ) -> None:
        self._times = [BEGIN + timedelta(seconds=one) for one in run.times]
        self._times = [one for one in self._times if not any(f.mutes and f.holds(one) for f in faults)]
        self._traits, self._faults, self.chance = traits, faults, chance
        self._met = 0  # of the times

    def crawl(self, at: datetime) -> tuple[CrawlReport, tuple[datetime, ...]]:
        traits, chance = self._traits, self.chance
        report = CrawlReport(source="news", started_at=at, requests=1)
        luck = chance.random()
        if luck < traits.silent:
            report = unanswered(report)
        elif luck < traits.silent + traits.refused:
            report = answered_with(429)(report)
        else:
            report = self._answer(report, at)
        for fault in self._faults:
            report = fault.spoil(report) if fault.holds(at) else report
        if not report.discovery_answered:
            return report, ()
        upto = self._upto(at)
        new = self._times[max(self._met, upto - LENGTH) : upto] if self._met or upto else []
        self._met = upto
        return report, tuple(new)

    def _upto(self, at: datetime) -> int:
        return next(
            (place for place in range(self._met, len(self._times)) if self._times[place] > at),
            len(self._times),
        )

    def _answer(self, report: CrawlReport, at: datetime) -> CrawlReport:
        upto = self._upto(at)
        met = min(upto - self._met, LENGTH)
        traits, chance = self._traits, self.chance
        unread = int(chance.binomial(met, traits.no_article))
        blocked = int(chance.binomial(met - unread, traits.blocked))
        read = met - unread - blocked
        named = min(LENGTH, upto)
        filled = dict.fromkeys(FIELDS, read)
        filled |= {"author": int(chance.binomial(read, traits.author))}
        filled |= {"summary": int(chance.binomial(read, traits.summary))}
        letters = [float(one) for one in chance.lognormal(np.log(traits.letters), 0.7, read)]
        refused = {"not_an_article": unread, "blocked": blocked}
        vitals = Vitals(
            read=read,
            filled=filled,
            letters=round(median(letters)) if letters else None,
            refused={state: count for state, count in refused.items() if count},
            reasons={"not_an_article": "no text"} if unread else {},
            named=named,
            met=met,
            statuses={200: read + 1},
            latency=float(chance.uniform(0.1, 0.6)),
            ahead=float(chance.uniform(-40, 3)),
        )
        return replace(report, discovery=(Answer(FEED, named),), vitals=vitals, requests=met + 1)


# --- faults ---


def unanswered(report: CrawlReport) -> CrawlReport:
    vitals = Vitals(missed={"unreachable": 1})
    return replace(report, discovery=(Answer(FEED, problem="no answer in time"),), vitals=vitals)


def untrusted(report: CrawlReport) -> CrawlReport:
    problem = "TLS: the certificate is not to be trusted"
    return replace(
        report, discovery=(Answer(FEED, problem=problem),), vitals=Vitals(missed={"certificate": 1})
    )


def answered_with(status: int) -> Spoil:
    def spoil(report: CrawlReport) -> CrawlReport:
        answer = Answer(FEED, problem=f"it answers {status}")
        return replace(report, discovery=(answer,), vitals=Vitals(statuses={status: 1}))

    return spoil


def unlisted(report: CrawlReport) -> CrawlReport:
    answer = Answer(FEED, problem="it has no items")
    return replace(report, discovery=(answer,), vitals=Vitals(statuses={200: 1}))


def without(name: str) -> Spoil:
    """No page states the field; without a body it is no article."""

    def spoil(report: CrawlReport) -> CrawlReport:
        vitals = report.vitals
        if name == "body":
            refused = {
                **vitals.refused,
                "not_an_article": vitals.read + vitals.refused.get("not_an_article", 0),
            }
            vitals = replace(
                vitals, read=0, filled={}, letters=None, refused=refused if vitals.read else vitals.refused
            )
        else:
            vitals = replace(vitals, filled={**vitals.filled, name: 0})
        return replace(report, vitals=vitals)

    return spoil


def shortened(report: CrawlReport) -> CrawlReport:
    letters = report.vitals.letters
    return _with(report, letters=None if letters is None else letters // 25)


def checked_at_pages(report: CrawlReport) -> CrawlReport:
    vitals = report.vitals
    tried = vitals.read + sum(vitals.refused.values())
    blocked: Mapping[str, int] = {"blocked": tried} if tried else {}
    return _with(
        report, read=0, filled={}, letters=None, refused=blocked, reasons={"blocked": "the check page"}
    )


def moved(report: CrawlReport) -> CrawlReport:
    return _with(report, moved={FEED: "https://news.example/rss"}) if report.discovery_answered else report


def off_by(seconds: float) -> Spoil:
    return lambda report: _with(report, ahead=seconds)


def flooded(report: CrawlReport) -> CrawlReport:
    return _with(report, met=300, named=300) if report.discovery_answered else report


def lying(report: CrawlReport) -> CrawlReport:
    answers = tuple(replace(answer, notes=("validator lies",)) for answer in report.discovery)
    return replace(report, discovery=answers)


def _with(report: CrawlReport, **changes: object) -> CrawlReport:
    return replace(report, vitals=replace(report.vitals, **changes))  # type: ignore[arg-type]
