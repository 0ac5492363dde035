"""How soon health names a fault, and how often it names one that is not there.

    .venv/bin/python bench/health.py                      # 7 kinds of sources, 90 days, 12 seeds: some minutes
    .venv/bin/python bench/health.py --days 60 --seeds 4 --json

Quiet lives first: each source has a week at a tenth of its rate and the small troubles of every day (1 % of crawls get
no answer, 0.5 % a 429; 1 % of pages are refused, 5 % are no articles, 3 % state no author). Every alarm is false. Then
faults: each is planted on day 40, for six days (a silence for 19), into a life of each kind, and is named if the first alarm after that is
of its kind and subject. Delays are from the moment the fault began, which a crawl every 40 minutes on the mean cannot
know before it comes, and pages only where something new was published.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import life
from bench.life import FEED, Planted, Spoil, Told, lived
from bench.posting import BEGIN, PATTERNS, Pattern, played
from scheduler.health.health import Fault

EVERY = timedelta(minutes=40)
PLANTED, LASTS, MUTES = timedelta(days=40, hours=9), timedelta(days=6), timedelta(days=19)
_HOLIDAY = (24, 31)  # days
_KINDS = ("steady", "office hours", "busy", "bursts", "weekly", "night owl")


@dataclass(frozen=True, slots=True)
class Kind:
    """A fault: what it does to a crawl, and the alarm that it should be."""

    name: str
    key: str
    spoil: Spoil = lambda report: report
    mutes: bool = False
    others: bool = False


KINDS = (
    Kind("author gone", "field author", life.without("author")),
    Kind("time gone", "field time", life.without("time")),
    Kind("body gone", "field body", life.without("body")),
    Kind("body cut", "field body", life.shortened),
    Kind("list gone", "field links", life.unlisted),
    Kind("403", "blocked ", life.answered_with(403)),
    Kind("check pages", "blocked pages", life.checked_at_pages),
    Kind("no answer", "unreachable ", life.unanswered),
    Kind("certificate", "certificate ", life.untrusted),
    Kind("feed moved", f"moved {FEED}", life.moved),
    Kind("validator lies", f"validator lies {FEED}", life.lying),
    Kind("clock ahead", "clock ", life.off_by(3600)),
    Kind("flood", "flood ", life.flooded),
    Kind("silence, alone", "silence ", mutes=True),
    Kind("silence, others publish", "silence ", mutes=True, others=True),
)


@dataclass(frozen=True, slots=True)
class Task:
    pattern: int
    seed: int
    days: int
    kind: int | None  # of KINDS; None: a quiet life


@dataclass(frozen=True, slots=True)
class Score:
    """One life. Delays in hours; `said`: every alarm but the one that was due."""

    task: Task
    crawls: int
    said: tuple[str, ...] = ()
    named: float | None = None
    over: float | None = None


def patterns() -> list[Pattern]:
    """With a holiday each, and one that was dead long since."""
    known = {pattern.name: pattern for pattern in PATTERNS}
    return [
        *(_with_holiday(known[name]) for name in _KINDS),
        Pattern("dead", "Asia/Tokyo", lambda _at, _day: 0.001),
    ]


def _with_holiday(pattern: Pattern) -> Pattern:
    def rate(at: datetime, day: int) -> float:
        return pattern.rate(at, day) * (0.1 if _HOLIDAY[0] <= day < _HOLIDAY[1] else 1.0)

    return Pattern(pattern.name, pattern.zone, rate, pattern.bursts)


def score(task: Task) -> Score:
    run = played(patterns()[task.pattern], task.days, task.seed)
    if task.kind is None:
        told = lived(run, task.days, EVERY, seed=task.seed)
        return Score(task, told.crawls, tuple(_key(fault) for _, fault in told.raised))
    kind, begin = KINDS[task.kind], BEGIN + PLANTED
    lasts = MUTES if kind.mutes else LASTS
    fault = Planted(begin, begin + lasts, kind.spoil, kind.mutes)
    told = lived(run, task.days, EVERY, faults=(fault,), seed=task.seed, others_publish=kind.others)
    return _of_fault(task, kind, told, begin)


def _of_fault(task: Task, kind: Kind, told: Told, begin: datetime) -> Score:
    named = next((at for at, fault in told.raised if _key(fault) == kind.key and at >= begin), None)
    over = next((at for at, key in told.cleared if key == kind.key.strip() and named and at > named), None)
    other = tuple(_key(fault) for _, fault in told.raised if _key(fault) != kind.key)
    hours: Callable[[datetime | None, datetime], float | None] = lambda at, since: (  # noqa: E731
        (at - since) / timedelta(hours=1) if at else None
    )
    return Score(
        task, told.crawls, other, hours(named, begin), hours(over, begin + (MUTES if kind.mutes else LASTS))
    )


def _key(fault: Fault) -> str:
    return f"{fault.kind} {fault.subject}"


def tasks(days: int, seeds: int) -> Iterator[Task]:
    lively = range(len(patterns()))
    for seed in range(seeds):
        yield from (Task(pattern, seed, days, None) for pattern in lively)
    # What is seen on pages needs pages: a dead source has none.
    for seed in range(max(1, seeds // 4)):
        for kind in range(len(KINDS)):
            yield from (Task(pattern, 100 + seed, 60, kind) for pattern in lively[:-1])


def rows(scores: list[Score]) -> Iterator[Mapping[str, object]]:
    """A row for each kind of source that lived quietly, then one for each fault."""
    names = [pattern.name for pattern in patterns()]
    for place, name in enumerate(names):
        quiet = [one for one in scores if one.task.kind is None and one.task.pattern == place]
        years = sum(one.task.days for one in quiet) / 365
        said = [key for one in quiet for key in one.said]
        yield {"quiet": name, "source_years": round(years, 1), "false": len(said), "said": sorted(set(said))}
    for number, kind in enumerate(KINDS):
        told = [one for one in scores if one.task.kind == number]
        named = sorted(one.named for one in told if one.named is not None)
        over = [one.over for one in told if one.over is not None and one.over > 0]
        yield {
            "fault": kind.name,
            "planted": len(told),
            "named": len(named),
            "median_hours": round(statistics.median(named), 1) if named else None,
            "worst_hours": round(named[-1], 1) if named else None,
            "over_hours": round(statistics.median(over), 1) if over else None,
            "besides": sum(len(one.said) for one in told),
        }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with ProcessPoolExecutor(2) as pool:
        scores = list(pool.map(score, tasks(asked.days, asked.seeds), chunksize=4))
    found = list(rows(scores))
    if asked.json:
        print(json.dumps({"rows": found, "lives": [asdict(one) for one in scores]}, default=str))
        return
    for row in found:
        print("  ".join(f"{name} {value}" for name, value in row.items()))


if __name__ == "__main__":
    main()
