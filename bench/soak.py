"""What a daemon that lives long holds on to: memory, file handles, threads and tasks, as crawls go by.

    .venv/bin/python bench/soak.py [--crawls 2000] [--sources 40] [--trace]

The daemon's own `serve` runs in this process over played sites (`stand.py`), each asked every second or so. All publish
now and then; at any time some are down, answer 429, show a check page, drop the connection or were redesigned, so
that the paths of failure are walked as well. A row for every 100 crawls; at the end, the growth of the second half. With
`--trace`, which lines of code hold more than they did at half time (slower).
"""

import argparse
import asyncio
import gc
import logging
import os
import random
import re
import sys
import tempfile
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import tests.shut.sitecustomize  # noqa: F401  it shuts the network
from bench.stand import Plan, name_of, order, played, recipe
from crawler.config import Settings
from crawler.source import parse_source
from scheduler.daemon import serve
from scheduler.loop import run

EVERY = 100
FAILING = ("down", "dropped", "storm", "check", "redesign", "moved")
CRAWLED = re.compile(r"(\d\S+ \S+ )?soak\d+: (?!alarm|over)")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Held:
    """What this process holds."""

    crawls: int
    seconds: float
    cpu_ms: float  # a crawl, of the last hundred
    rss: float  # MB
    objects: int
    handles: int
    threads: int
    tasks: int


@dataclass
class Soak:
    crawls: int
    hosts: tuple[str, ...]
    trace: bool
    held: list[Held] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    half: tracemalloc.Snapshot | None = None
    _done: int = 0
    _begun: float = field(default_factory=time.perf_counter)
    _cpu: float = field(default_factory=time.process_time)
    _chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311  plays, guards nothing

    def say(self, line: str) -> None:
        """Hears what the daemon says: of each crawl a line, and others."""
        if not CRAWLED.match(line):
            return
        self._done += 1
        if self._done % EVERY == 0:
            self._take()
        if self._done >= self.crawls:
            self.stop.set()

    def _take(self) -> None:
        gc.collect()
        cpu = time.process_time()
        one = Held(
            self._done,
            time.perf_counter() - self._begun,
            1000 * (cpu - self._cpu) / EVERY,
            int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES / 1e6,
            len(gc.get_objects()),
            len(os.listdir("/proc/self/fd")),
            threading.active_count(),
            len(asyncio.all_tasks()),
        )
        self.held.append(one)
        show_row(one)
        if self.trace and self.half is None and self._done >= self.crawls / 2:
            self.half = tracemalloc.take_snapshot()
        self._cpu = time.process_time()

    async def faults(self) -> None:
        """Every few seconds another site fails, and the one that failed longest is well again."""
        failing: list[str] = []
        while True:
            await asyncio.sleep(3)
            host = self._chance.choice(self.hosts)
            await asyncio.to_thread(order, "fault", host, self._chance.choice(FAILING))
            failing.append(host)
            if len(failing) > len(self.hosts) // 8:
                await asyncio.to_thread(order, "fault", failing.pop(0), "")


HEAD = ("crawls", "s", "CPU ms", "RSS MB", "objects", "handles", "threads", "tasks")


def show_row(one: Held) -> None:
    cells = (
        one.crawls,
        f"{one.seconds:.0f}",
        f"{one.cpu_ms:.0f}",
        f"{one.rss:.1f}",
        one.objects,
        one.handles,
    )
    print("|", *(f"{cell} |" for cell in (*cells, one.threads, one.tasks)), flush=True)


async def soaked(soak: Soak, settings: Settings) -> None:
    sources = {name_of(host): parse_source(recipe(host), f"{name_of(host)}.toml") for host in soak.hosts}
    failing = asyncio.create_task(soak.faults())
    await serve(settings, sources, soak.say, soak.stop)
    failing.cancel()


def conclude(soak: Soak) -> None:
    second = [one for one in soak.held if one.crawls > soak.crawls / 2]
    if len(second) < 2:
        return
    first, last = second[0], second[-1]
    hundreds = (last.crawls - first.crawls) / EVERY
    print(
        f"\nsecond half, per {EVERY} crawls: {(last.rss - first.rss) / hundreds:+.2f} MB,"
        f" {(last.objects - first.objects) / hundreds:+.0f} objects,"
        f" {(last.handles - first.handles) / hundreds:+.2f} handles; at most {max(one.handles for one in soak.held)} handles,"
        f" {max(one.threads for one in soak.held)} threads, {max(one.tasks for one in soak.held)} tasks"
    )
    if soak.half is not None:
        now = tracemalloc.take_snapshot()
        for line in now.compare_to(soak.half, "lineno")[:25]:
            print(line)


@contextmanager
def tracing(wanted: bool) -> Iterator[None]:
    if wanted:
        tracemalloc.start(1)
    yield
    if wanted:
        tracemalloc.stop()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--crawls", type=int, default=2000)
    parser.add_argument("--sources", type=int, default=40)
    parser.add_argument("--a-day", type=float, default=1500.0, help="articles a day and site")
    parser.add_argument("--trace", action="store_true")
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    hosts = tuple(f"soak{number}.example" for number in range(asked.sources))
    plan = Plan(hosts, time.time(), a_day=asked.a_day, seconds=2 * 3600)
    print("|", *(f"{name} |" for name in HEAD))
    print("|", *("---|" for _ in HEAD))
    with played(plan), tempfile.TemporaryDirectory(prefix="broadsheet-soak-") as folder, tracing(asked.trace):
        settings = Settings(
            archive=Path(folder),
            sources=tuple(map(name_of, hosts)),
            interval=1.0,
            schedule="fixed",
            crawls_at_once=8,
            recycle_after=0,
            delay=0.0,
        )

        async def begin() -> None:
            soak = Soak(asked.crawls, hosts, asked.trace)
            await soaked(soak, settings)
            conclude(soak)

        run(begin)


if __name__ == "__main__":
    main()
