"""kill -9 at random moments, for as long as one likes: the suite's own tests of it, with more rounds.

    .venv/bin/python bench/kills.py [--kills 50] [--turns 10] [--rounds 1]

`--kills` of real crawls and daemons on one archive, `--turns` of two processes that write to one archive; nothing that was
acknowledged may be lost, no file torn, and a rebuilt catalog must be the same. It ends at the first that is not.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHOSEN = "killed_at_random_moments"
MODULES = ("tests/test_kills.py", "tests/test_recovery.py")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=1)
    wished = parser.parse_args()
    for number in range(1, wished.rounds + 1):
        begun = time.monotonic()
        status = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "0", "-k", CHOSEN, *MODULES],
            cwd=ROOT,
            env={**os.environ, "KILLS": str(wished.kills), "TURNS": str(wished.turns)},
            check=False,
        ).returncode
        print(f"round {number}: status {status}, {time.monotonic() - begun:.0f} s", flush=True)
        if status:
            sys.exit(status)


if __name__ == "__main__":
    main()
