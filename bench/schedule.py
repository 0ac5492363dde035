"""How long articles wait until they are found: our schedule beside others', at the same number of requests.

    .venv/bin/python bench/schedule.py                        # 9 kinds of sources, 84 days, 3 seeds: some minutes
    .venv/bin/python bench/schedule.py --days 120 --seeds 5 --bounds 20,15,360 --json

Each source is crawled by a feed of 20 articles; the bounds (the mean, least and most minutes between two crawls) hold for
every rule. Ours runs first, with the functions the daemon calls and nothing known at first. What it spends is what
every other rule is given, by turning its one free constant (`peer_rules.py`). One that cannot be made to spend as
much keeps what comes nearest; so there is a second figure: its median delay through that of a fixed interval
with as many requests as it spent. The optimum knows the rates, those of the bursts too, and is found by dynamic programming.
"""

import argparse
import json
import math
import random
import statistics
import sys
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.peer_rules import PEERS, Rule, fixed
from bench.posting import BEGIN, PATTERNS, SLOT, Rates, Run, played
from scheduler.plan import Floors, Spread, next_poll
from scheduler.planning.pace import Bounds
from scheduler.planning.rates import Habits, Seen, learn

LENGTH = 20  # of the feed
JITTER = 0.1
TURNS = 14


@dataclass(frozen=True, slots=True)
class Score:
    """What a rule came to on one source. Delays in minutes, requests a day."""

    median: float
    p95: float
    requests: float
    missed: int


@dataclass(frozen=True, slots=True)
class Task:
    pattern: int
    seed: int
    days: int
    bounds: Bounds


def crawl(run: Run, rule: Rule, days: int, jitter: float = JITTER) -> Score:
    """Polls the feed for so many days as the rule says."""
    chance = random.Random(1)  # noqa: S311  spreads polls, guards nothing
    at, end, seen, polls, missed, delays = 0.0, days * 86400.0, 0, 0, 0, list[float]()
    while at < end:
        upto = bisect_right(run.times, at)
        oldest = max(0, upto - LENGTH)
        new = run.times[max(seen, oldest) : upto]
        if polls:  # what the first answer holds was there before
            missed += max(0, oldest - seen)
            delays += [at - one for one in new]
        seen, polls = upto, polls + 1
        at += rule(at, new, upto - oldest) * (1 + jitter * (2 * chance.random() - 1))
    minutes = sorted(one / 60 for one in delays) or [math.nan]
    return Score(statistics.median(minutes), minutes[int(len(minutes) * 0.95)], polls / days, missed)


def ours(zone: str, bounds: Bounds) -> Rule:
    """What the daemon calls, with what it remembers between two crawls."""
    habits, chance = Habits(zone=zone), random.Random(1)  # noqa: S311  as above

    def rule(at: float, new: Sequence[float], listed: int) -> float:
        nonlocal habits
        now = BEGIN + timedelta(seconds=at)
        published = tuple(BEGIN + timedelta(seconds=one) for one in new)
        habits = learn(habits, Seen(at=now, published=published, listed=listed))
        spread = Spread(JITTER, chance.random())
        return (next_poll(habits, Floors(), bounds, now, spread) - now).total_seconds()

    return rule


def nearest(attempt: Callable[[float], Score], requests: float, least: float, most: float) -> Score:
    """The score at the constant that spends so many requests; the larger it is the fewer they are."""
    best = attempt(1.0)
    for _ in range(TURNS):
        middle = math.sqrt(least * most)
        score = attempt(middle)
        best = min(best, score, key=lambda one: abs(one.requests - requests))
        least, most = (middle, most) if score.requests > requests else (least, middle)
    return best


def at_best(run: Run, bounds: Bounds, days: int, cost: float) -> Score:
    """The polls that wait least for these rates, where each costs so much."""
    times = _best_polls(run.rates, cost, bounds)
    waits = iter(np.diff([0.0, *times, days * 86400.0]).tolist())
    return crawl(run, lambda _at, _new, _listed: next(waits), days, jitter=0.0)


def _best_polls(rates: Rates, cost: float, bounds: Bounds) -> list[float]:
    """Backwards from the end: from each slot on, the next poll that costs least, with all that follow it."""
    count, least, most = len(rates), max(1, round(bounds.least / SLOT)), round(bounds.most / SLOT)
    places = np.arange(count + 1)
    articles = np.concatenate([[0.0], np.cumsum(rates)])
    moments = np.concatenate([[0.0], np.cumsum(rates * (places[:-1] + 0.5))])
    ahead, choice = np.zeros(count + 1), np.zeros(count + 1, dtype=int)
    # Of the waiting until a poll, what does not hang on the one before.
    upto = places * articles - moments + cost
    for place in range(count - 1, -1, -1):
        window = slice(min(place + least, count), min(place + most, count) + 1)
        costs = upto[window] - places[window] * articles[place] + ahead[window]
        found = int(costs.argmin())
        choice[place] = window.start + found
        ahead[place] = costs[found] + moments[place]
    polls, place = [], int(choice[0])
    while place < count:
        polls.append(place * SLOT)
        place = int(choice[place])
    return polls


def compare(task: Task) -> dict[str, tuple[Score, Score]]:
    """Rule → its score, and that of a fixed interval with as many requests."""
    pattern, bounds, days = PATTERNS[task.pattern], task.bounds, task.days
    run = played(pattern, days, task.seed)
    scores = {"ours": crawl(run, ours(pattern.zone, bounds), days, jitter=0.0)}
    given = scores["ours"].requests
    for name, make in PEERS.items():
        attempt = partial(_attempt, run, make, bounds, days)
        scores[name] = nearest(attempt, given, 1e-4, 1e4)
    scores["optimum"] = nearest(partial(at_best, run, bounds, days), given, 1e-3, 1e5)
    return {name: (score, _evenly(run, days, score.requests)) for name, score in scores.items()}


def _attempt(run: Run, make: Callable[..., Rule], bounds: Bounds, days: int, scale: float) -> Score:
    return crawl(run, make(scale, bounds.default, bounds.least, bounds.most), days)


def _evenly(run: Run, days: int, requests: float) -> Score:
    return crawl(run, fixed(1.0, 86400 / requests, 0, 0), days)


# --- what came of it ---

Row = dict[str, float]


def row(results: Sequence[Mapping[str, tuple[Score, Score]]], name: str) -> Row:
    """A rule on one kind of source: means over the seeds, and beside a fixed interval."""
    pairs = [result[name] for result in results]
    given = [result["fixed"][0] for result in results]
    mean = statistics.fmean
    return {
        "median": mean(score.median for score, _ in pairs),
        "p95": mean(score.p95 for score, _ in pairs),
        "requests": mean(score.requests for score, _ in pairs),
        "missed": sum(score.missed for score, _ in pairs),
        "of_fixed": mean(score.median / one.median for (score, _), one in zip(pairs, given, strict=True)),
        "of_even": mean(score.median / even.median for score, even in pairs),
        "p95_of_fixed": mean(score.p95 / one.p95 for (score, _), one in zip(pairs, given, strict=True)),
    }


def show(rows: Mapping[str, Mapping[str, Row]]) -> None:
    names = list(next(iter(rows.values())))
    for kind, of_kind in rows.items():
        print(f"\n{kind:15} median min   p95 min  requests/day  missed  × fixed  × even")
        for name in names:
            one = of_kind[name]
            print(
                f"  {name:15} {one['median']:8.1f} {one['p95']:9.1f} {one['requests']:13.1f} {one['missed']:7.0f}"
                f" {one['of_fixed']:8.2f} {one['of_even']:7.2f}"
            )
    print(f"\n{'mean':15} median × fixed   × even   p95 × fixed   missed in all")
    for name, one in means(rows).items():
        print(
            f"  {name:15} {one['of_fixed']:12.3f} {one['of_even']:8.3f} {one['p95_of_fixed']:13.2f} {one['missed']:15.0f}"
        )


def means(rows: Mapping[str, Mapping[str, Row]]) -> dict[str, Row]:
    """Over all kinds."""
    names = next(iter(rows.values()))
    keys = ("of_fixed", "of_even", "p95_of_fixed")
    return {
        name: {key: statistics.fmean(kind[name][key] for kind in rows.values()) for key in keys}
        | {"missed": sum(kind[name]["missed"] for kind in rows.values())}
        for name in names
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--days", type=int, default=84)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--bounds", default="30,5,360", help="minutes: the mean, the least, the most")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    bounds = Bounds(*(60 * float(minutes) for minutes in asked.bounds.split(",")))
    tasks = [
        Task(pattern, seed, asked.days, bounds)
        for pattern in range(len(PATTERNS))
        for seed in range(asked.seeds)
    ]
    with ProcessPoolExecutor(asked.jobs) as pool:
        results = list(pool.map(compare, tasks))
    rows = {}
    for number, pattern in enumerate(PATTERNS):
        of_kind = results[number * asked.seeds : (number + 1) * asked.seeds]
        rows[pattern.name] = {name: row(of_kind, name) for name in of_kind[0]}
    if asked.json:
        print(json.dumps({"kinds": rows, "mean": means(rows)}, ensure_ascii=False, indent=1))
    else:
        show(rows)


if __name__ == "__main__":
    main()
