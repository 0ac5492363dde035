"""A real daemon in a bad month: forty played sites that fail in every way, a dead line, a clock that jumps, and kills.

    .venv/bin/python bench/newsroom.py [--sites 40] [--minutes 5] [--seed 1] [--keep FOLDER]

`broadsheet daemon` runs in a process of its own and asks each site every few seconds through the proxy of `stand.py`. While
sites go through the faults of `EXPECTED`, one each, the daemon is killed (SIGKILL) at random and started again, the proxy is
gone for half a minute, and the daemon's clock is put two hours forward and back (`clock_jump.c`, where there is a C
compiler). Then all is well again, and the clock goes a day ahead, so that what rests is tried again. What is asked in the end:

    is every article that was published there once, and nothing else?
    was each planted fault named by an alarm of its source while it lasted, or by the run after it?
    is there an alarm that nobody planted, or one that did not end?

Silence is not played: it takes hours of an own rhythm (tests/test_health.py has it in simulated time).
"""

import argparse
import mmap
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import tests.shut.sitecustomize  # noqa: F401  it shuts the network
from archive import AlarmRow, Archive, RunRow
from bench.stand import EVERY_HOST, Plan, name_of, order, played, recipe

ROOT = Path(__file__).parents[1]
# How a site fails → the kinds of alarm that name it.
EXPECTED = {
    "redesign": {"field"},
    "unsigned": {"field"},
    "down": {"unreachable"},
    "dropped": {"unreachable"},
    "storm": {"blocked"},
    "check": {"blocked"},
    "moved": {"moved"},
}
OF_PAGES = {"redesign", "unsigned", "check"}
LASTS = 100.0  # seconds, of a fault
LOOKS = 3  # runs that have to end within a fault, or pages that it has to spoil: one or two may pass
GRACE = (
    150.0  # seconds after a fault in which its alarm may still come: sources that fail are asked more seldom
)
INTERVAL = 5
DARK, JUMP, JUMP_LASTS = 30.0, 7200, 30.0
A_DAY = 26 * 3600
HARMLESS = {"late", "overflow", "flood"}  # of a machine that can't keep up with seconds for minutes


@dataclass
class Planted:
    """A fault of a site, by this process's clock."""

    host: str
    kind: str
    begin: float
    end: float
    is_over: bool = False


class Clock:
    """The daemon's, which can be put forward; only ours without a C compiler."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._file.write_bytes(struct.pack("l", 0))
        self._library = folder / "clock_jump.so"
        compiler = shutil.which("cc")
        self.can_jump = compiler is not None
        if compiler:
            source = Path(__file__).with_name("clock_jump.c")
            subprocess.run(
                (compiler, "-shared", "-fPIC", "-O1", "-o", self._library, source, "-ldl"), check=True
            )

    @property
    def variables(self) -> Mapping[str, str]:
        if not self.can_jump:
            return {}
        return {"LD_PRELOAD": str(self._library), "CLOCK_JUMP": str(self._file)}

    def put(self, seconds: int) -> None:
        with self._file.open("r+b") as file, mmap.mmap(file.fileno(), 8) as held:
            held[:] = struct.pack("l", seconds)


@dataclass
class Newsroom:
    folder: Path
    hosts: tuple[str, ...]
    clock: Clock
    chance: random.Random
    planted: list[Planted] = field(default_factory=list)
    kills: int = 0
    jumped: list[tuple[float, float]] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = dict(os.environ) | {
            "PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'shut'}",
            **self.clock.variables,
        }
        command = (sys.executable, "-c", "from cli.main import main; main()", "daemon")
        with (self.folder / "daemon.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, number: int = signal.SIGKILL) -> None:
        if self.process is None or self.process.poll() is not None:
            ended = None if self.process is None else self.process.returncode
            raise SystemExit(f"the daemon ended by itself with {ended}; see daemon.log")
        self.process.send_signal(number)
        self.process.wait(30)
        self.kills += number == signal.SIGKILL

    def held(self) -> Counter[str]:
        with Archive.read(self.folder / "archive-data") as archive:
            return Counter(row.url for row in archive.articles())

    def alarms(self) -> list[AlarmRow]:
        with Archive.read(self.folder / "archive-data") as archive:
            return archive.alarms.recent(limit=1000)

    def looks(self, one: Planted) -> int:
        """How many runs of its source ended while the fault lasted; of a fault of pages, how many pages they asked for."""
        with Archive.read(self.folder / "archive-data") as archive:
            runs = archive.runs.recent(limit=10_000, source=name_of(one.host))
        ended = [
            row
            for row in runs
            if row.finished_at
            and row.state != "abandoned"
            and one.begin + 1 <= _seconds(datetime.fromisoformat(row.finished_at)) <= one.end
        ]
        return sum(map(_pages, ended)) if one.kind in OF_PAGES else len(ended)

    def missing(self, published: Mapping[str, int]) -> set[str]:
        wanted = {
            f"http://{host}/article/{number}" for host, count in published.items() for number in range(count)
        }
        return wanted - self.held().keys()


def _pages(row: RunRow) -> int:
    """How many pages a run asked for."""
    return sum(count for state, count in row.report.get("counts", {}).items() if state != "known")


def wait_for_all(room: Newsroom, seconds: float) -> bool:
    """Until what is out now is archived."""
    published, end = order("published"), time.time() + seconds
    while time.time() < end:
        if not room.missing(published):
            return True
        time.sleep(3)
    return False


def fail(room: Newsroom, minutes: float) -> None:
    """The bad month."""
    begun, end = time.time(), time.time() + 60 * minutes
    waiting = room.chance.sample(room.hosts, k=len(room.hosts) * 3 // 4)
    every = (end - begun - LASTS) / len(waiting)
    kinds = list(EXPECTED) * len(waiting)
    events = [(begun + every * place, "plant") for place in range(len(waiting))]
    events += [(begun + at, "kill") for at in _moments(room.chance, end - begun)]
    events += [(begun + 0.35 * (end - begun), "dark")]
    if room.clock.can_jump:
        events += [(begun + 0.6 * (end - begun), "jump"), (begun + 0.6 * (end - begun) + JUMP_LASTS, "back")]
    for at, event in sorted([*events, (end, "end")]):
        while time.time() < at:
            heal(room)
            time.sleep(0.2)
        if event == "plant":
            host, kind = waiting.pop(), kinds.pop(0)
            order("fault", host, kind)
            room.planted.append(Planted(host, kind, time.time(), time.time() + LASTS))
        elif event == "kill":
            room.kill()
            room.start()
        elif event == "dark":
            order("dark", str(DARK))
            for one in room.planted:  # nobody can see a fault in the dark
                one.end += DARK * (one.end > time.time())
            time.sleep(DARK + 1)
        elif event in ("jump", "back"):
            room.clock.put(JUMP if event == "jump" else 0)
            room.jumped.append((time.time(), JUMP if event == "jump" else 0))
    order("fault", EVERY_HOST, "")


def _moments(chance: random.Random, seconds: float) -> list[float]:
    at, found = 10.0, []
    while at < seconds:
        found.append(at)
        at += chance.uniform(25, 60)
    return found


def heal(room: Newsroom) -> None:
    for one in room.planted:
        if not one.is_over and one.end <= time.time():
            order("fault", one.host, "")
            one.is_over = True


# --- what came of it ---


def judge(room: Newsroom, published: Mapping[str, int]) -> int:
    held, alarms = room.held(), room.alarms()
    twice = [url for url, count in held.items() if count > 1]
    known = {
        f"http://{host}/article/{number}"
        for host, count in order("published").items()
        for number in range(count)
    }
    missing, foreign = room.missing(published), set(held) - known
    redesigned = {one.host for one in room.planted if one.kind == "redesign"}
    excused = {url for url in missing if url.split("/")[2] in redesigned}
    unnamed = [one for one in room.planted if not named(one, alarms)]
    unseen = [one for one in unnamed if room.looks(one) < LOOKS]
    unnamed = [one for one in unnamed if one not in unseen]
    invented = [row for row in alarms if row.kind not in HARMLESS and not is_planted(room, row)]
    lasting = [row for row in alarms if row.cleared_at is None]
    print(
        f"{sum(published.values())} articles of {len(published)} sites, {len(room.planted)} faults, {room.kills} kills"
    )
    print(f"held {len(held)}, twice {len(twice)}, never published {len(foreign)}")
    print(f"missing {len(missing)}, of which read while their site was redesigned {len(excused)}")
    _list("missing", sorted(missing - excused))
    print(
        f"faults not named: {len(unnamed)}; looked at less than {LOOKS} times, and not named: {len(unseen)}"
    )
    _list("not named", [f"{one.kind} of {one.host}" for one in unnamed])
    print(f"alarms: {len(alarms)}, invented {len(invented)}, not over {len(lasting)}")
    _list("invented", [f"{row.source} {row.kind} {row.subject}: {row.cause}" for row in invented])
    _list("not over", [f"{row.source} {row.kind} {row.subject}: {row.cause}" for row in lasting])
    show_times(room, alarms)
    return 1 if twice or foreign or missing - excused or unnamed or invented or lasting else 0


def _list(name: str, lines: list[str]) -> None:
    for line in lines[:15]:
        print(f"    {name}: {line}")


def named(one: Planted, alarms: list[AlarmRow]) -> AlarmRow | None:
    of_it = (row for row in alarms if row.source == name_of(one.host) and row.kind in EXPECTED[one.kind])
    return next((row for row in of_it if one.begin - 1 <= _seconds(row.raised_at) <= one.end + GRACE), None)


def is_planted(room: Newsroom, row: AlarmRow) -> bool:
    if row.source == "":
        return row.kind == "clock" and bool(room.jumped)
    return any(
        name_of(one.host) == row.source
        and row.kind in EXPECTED[one.kind]
        and _seconds(row.raised_at) >= one.begin - 1
        for one in room.planted
    )


def _seconds(at: datetime) -> float:
    """By this process's clock: the daemon's may have been put forward."""
    stated, now = at.timestamp(), time.time()
    return stated - next((jump for jump in (A_DAY, JUMP) if stated > now + jump - 600), 0)


def show_times(room: Newsroom, alarms: list[AlarmRow]) -> None:
    for kind in EXPECTED:
        waits = [
            _seconds(row.raised_at) - one.begin
            for one in room.planted
            if one.kind == kind and (row := named(one, alarms)) is not None
        ]
        if waits:
            print(f"    {kind:10} {len(waits)} named, after {min(waits):.0f} to {max(waits):.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--a-day", type=float, default=8000.0, help="articles a day and site")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a new folder for archive and log, which stays")
    asked = parser.parse_args()
    hosts = tuple(f"paper{number}.example" for number in range(asked.sites))
    plan = Plan(hosts, time.time(), a_day=asked.a_day, items=15, seconds=3600, seed=asked.seed, listed=60)
    with played(plan), tempfile.TemporaryDirectory(prefix="broadsheet-newsroom-") as temporary:
        folder = asked.keep or Path(temporary)
        furnish(folder, hosts)
        room = Newsroom(folder, hosts, Clock(folder), random.Random(asked.seed))  # noqa: S311  plays, guards nothing
        raise SystemExit(month(room, asked.minutes))


def furnish(folder: Path, hosts: tuple[str, ...]) -> None:
    (folder / "sources").mkdir(parents=True)
    for host in hosts:
        (folder / "sources" / f"{name_of(host)}.toml").write_text(recipe(host))
    Archive.open(folder / "archive-data").close()
    names = ", ".join(f'"{name_of(host)}"' for host in hosts)
    (folder / "broadsheet.toml").write_text(
        f'sources = [{names}]\ninterval = "{INTERVAL}s"\nschedule = "fixed"\ncrawls_at_once = 8\ndelay = 0\n'
        "requests_per_day = 1000000\n"
    )


def month(room: Newsroom, minutes: float) -> int:
    room.start()
    try:
        _say("a quiet week", f"all there: {wait_for_all(room, 240)}")
        time.sleep(40)
        fail(room, minutes)
        _say("the bad month is over", f"{room.kills} kills")
        published = order("published")
        _say("and mended", f"all there: {wait_for_all(room, GRACE)}")
        if room.clock.can_jump:
            room.clock.put(A_DAY)
            room.jumped.append((time.time(), A_DAY))
            _say("a day later", f"all there: {wait_for_all(room, 60)}")
            time.sleep(20)
            room.clock.put(0)
        time.sleep(30)
        room.kill(signal.SIGTERM)
        return judge(room, published)
    finally:
        if room.process is not None and room.process.poll() is None:
            room.process.kill()


def _say(*words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {': '.join(words)}", flush=True)


if __name__ == "__main__":
    main()
