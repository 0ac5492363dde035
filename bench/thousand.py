"""What a daemon with a thousand sources costs: the share of one core that its process takes, idle and at work.

    .venv/bin/python bench/thousand.py [--sources 1000] [--minutes 4] [--a-day 20]

A real `broadsheet daemon` in a process of its own, over sites that are played on loopback (`stand.py`), in real time:
each source has a mean interval of 15 to 60 minutes of its own and publishes so many articles a day. Before it begins
all were crawled once, what their feeds hold is settled and their next crawls are spread over their intervals: as after days.
First nothing is due (idle), then they are. CPU is that of the daemon's process, by the kernel's count.
"""

import argparse
import logging
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import tests.shut.sitecustomize  # noqa: F401  it shuts the network
from archive import Archive, Found
from bench.stand import Plan, name_of, order, played, recipe
from crawler.config import Settings
from crawler.crawl import Crawls
from crawler.job import Job
from crawler.source import Source, parse_source
from scheduler.loop import run

ROOT = Path(__file__).parents[1]
LEAST, MOST = 15 * 60, 60 * 60
WARM, IDLE, STEP = 20.0, 30.0, 10.0  # seconds
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Load:
    """Of the daemon's process, over one step."""

    share: float  # of one core
    rss: float  # MB


def recipes(hosts: tuple[str, ...]) -> dict[str, tuple[str, float]]:
    """Source → its recipe and its mean interval in seconds."""
    chance = random.Random(1)  # noqa: S311  plays, guards nothing
    made = {}
    for host in hosts:
        mean = chance.randint(LEAST, MOST)
        poll = f'default = "{mean}s"\nmin = "{LEAST}s"\nmax = "6h"'
        made[name_of(host)] = recipe(host, poll), float(mean)
    return made


def settle(sources: Mapping[str, Source], settings: Settings, items: int) -> None:
    """What the feeds hold at first is known to the archive."""
    now = datetime.now(UTC)
    with Archive.open(settings.archive) as archive:
        for one in sources.values():
            urls = [f"{one.home}article/{number}" for number in range(items)]
            archive.discover([Found(url, one.name, found_by="feed") for url in urls], now)
            for url in urls:
                archive.refuse(url, one.name, "gone", "settled by the benchmark", now)


async def crawl_once(sources: Mapping[str, Source], settings: Settings) -> None:
    with Crawls(settings) as crawls:
        for one in sources.values():
            await crawls.crawl(Job(one, by="daemon"))


def spread(made: Mapping[str, tuple[str, float]], folder: Path, begin: datetime) -> None:
    """Each source's next crawl at some time within its interval."""
    chance = random.Random(2)  # noqa: S311  as above
    with Archive.open(folder) as archive:
        for name, (_, mean) in made.items():
            archive.runs.set_due(name, begin + timedelta(seconds=mean * chance.random()), 0)


@contextmanager
def daemon(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = dict(os.environ) | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'shut'}"}
    command = (sys.executable, "-c", "from cli.main import main; main()", "daemon")
    with (folder / "daemon.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(20)


def watched(process: subprocess.Popen[bytes], seconds: float) -> list[Load]:
    """One for every step."""
    loads, before, at = [], _cpu(process.pid), time.perf_counter()
    for _ in range(int(seconds / STEP)):
        time.sleep(STEP)
        if process.poll() is not None:
            raise SystemExit(f"the daemon ended with {process.returncode}")
        cpu, now = _cpu(process.pid), time.perf_counter()
        loads.append(Load((cpu - before) / (now - at), _rss(process.pid)))
        before, at = cpu, now
    return loads


def _cpu(pid: int) -> float:
    """Seconds, its ended children included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def _rss(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def crawled(folder: Path, since: datetime) -> int:
    with sqlite3.connect(f"file:{folder / 'archive-data' / 'catalog.sqlite3'}?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT count(*) FROM runs WHERE started_at >= ?", (f"{since:%Y-%m-%dT%H:%M:%S}",)
        )
        return int(rows.fetchone()[0])


def show(name: str, loads: list[Load], crawls: int) -> None:
    shares = [100 * load.share for load in loads]
    seconds = STEP * len(loads)
    print(
        f"| {name} | {seconds:.0f} | {crawls} | {60 * crawls / seconds:.1f} | {statistics.fmean(shares):.1f} |"
        f" {max(shares):.1f} | {loads[-1].rss:.0f} |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--a-day", type=float, default=20.0, help="articles a day and site")
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    hosts = tuple(f"site{number}.example" for number in range(asked.sources))
    ago = (LEAST + MOST) / 2  # what was published meanwhile is found by the first crawls that are measured
    plan = Plan(hosts, time.time() - ago, a_day=asked.a_day, seconds=4 * 3600)
    made = recipes(hosts)
    with played(plan), tempfile.TemporaryDirectory(prefix="broadsheet-thousand-") as root:
        folder = Path(root)
        order("early")
        prepare(folder, made, plan.items)
        order("now")
        begin = datetime.now(UTC) + timedelta(seconds=WARM + IDLE)
        spread(made, folder / "archive-data", begin)
        print(
            "| what | s | crawls | a minute | % of one core | at most | RSS MB |\n|---|---|---|---|---|---|---|"
        )
        with daemon(folder) as process:
            time.sleep(WARM)
            show("idle", watched(process, IDLE), 0)
            order("count")
            since = datetime.now(UTC)
            loads = watched(process, 60 * asked.minutes)
            show("at work", loads, crawled(folder, since))
            print("played sites were asked for:", order("count"))


def prepare(folder: Path, made: Mapping[str, tuple[str, float]], items: int) -> None:
    """A person's folder: settings, recipes, and an archive that knows them."""
    (folder / "sources").mkdir()
    for name, (text, _) in made.items():
        (folder / "sources" / f"{name}.toml").write_text(text)
    names = ", ".join(f'"{name}"' for name in made)
    (folder / "broadsheet.toml").write_text(f"sources = [{names}]\ncrawls_at_once = 4\n")
    sources = {name: parse_source(text, name) for name, (text, _) in made.items()}
    settings = Settings(archive=folder / "archive-data", delay=0.0)
    settle(sources, settings, items)
    run(lambda: crawl_once(sources, settings))


if __name__ == "__main__":
    main()
