"""kill -9 of daemons, for as long as one likes: is every due run made once it can be, and none twice at once?

    .venv/bin/python bench/kills_daemon.py [--simulated 1000] [--real 30] [--seed 1]

`--simulated` kills at any statement a daemon sends to its database, with played crawls and a played clock; `--real` kills
of the real process, which crawls a site on loopback every second. It ends at the first run that was lost or doubled.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--simulated", type=int, default=1000)
    parser.add_argument("--real", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    wished = parser.parse_args()
    if wished.simulated:
        simulate(wished.simulated, wished.seed)
    if wished.real:
        kill(wished.real, wished.seed)


def simulate(kills: int, seed: int) -> None:
    from tests.test_simulated_kills import simulated  # noqa: PLC0415  its room is named only now

    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="broadsheet-kills-") as folder:
        world = simulated(Path(folder) / "archive", kills, seed)
    print(
        f"simulated: {world.kills} kills, {len(world.begun)} crawls begun, {world.late} of them late;"
        f" none lost, none doubled; {time.monotonic() - begun:.0f} s",
        flush=True,
    )


def kill(kills: int, seed: int) -> None:
    begun = time.monotonic()
    status = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "tests/test_killed_daemon.py"],
        cwd=ROOT,
        env={**os.environ, "KILLS": str(kills), "SEED": str(seed)},
        check=False,
    ).returncode
    print(f"real: {kills} kills: status {status}, {time.monotonic() - begun:.0f} s", flush=True)
    if status:
        sys.exit(status)


if __name__ == "__main__":
    main()
