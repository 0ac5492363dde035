"""What it costs to keep a page as it was received, and to find it again.

    python bench/snapshots.py [--pages 1000] [--kilobytes 60]

Each `put` is durable when it returns; every tenth page comes a second time and is kept as a `revisit`. The last
figures are for the same bytes written and synced with nothing around, and for the pages packed by themselves.
"""

import argparse
import gzip
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from archive import Archive, Exchange

NOW = datetime(2026, 11, 24, tzinfo=UTC)
WORDS = [f"词{number}" for number in range(5000)]


def page(number: int, kilobytes: int) -> bytes:
    """An invented page, packed as a site sends it: to about a third."""
    chance = random.Random(number)  # noqa: S311
    text = "".join(f"<p>{chance.choice(WORDS)}</p>" for _ in range(kilobytes * 1024 // 14))
    return gzip.compress(text.encode(), mtime=0)


def exchange(number: int, body: bytes, at: datetime) -> Exchange:
    return Exchange(
        url=f"https://www.huxiu.com/article/{number}",
        method="GET",
        request_headers=(("Host", "www.huxiu.com"), ("User-Agent", "Broadsheet")),
        status=200,
        reason="OK",
        headers=(("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip")),
        body=body,
        at=at,
    )


def seconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def write_bare(folder: Path, bodies: list[bytes]) -> None:
    with (folder / "bare").open("ab", buffering=0) as file:
        for body in bodies:
            file.write(body)
            os.fsync(file.fileno())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--kilobytes", type=int, default=60)
    given = parser.parse_args()
    bodies = [page(number, given.kilobytes) for number in range(given.pages)]
    with tempfile.TemporaryDirectory() as place, Archive.open(Path(place)) as archive:
        snapshots = archive.snapshots

        def put(numbers: range, hours: int) -> list[str]:
            at = NOW + timedelta(hours=hours)
            return [snapshots.put(exchange(number, bodies[number], at)) for number in numbers]

        def size() -> int:
            return sum(file.stat().st_size for file in Path(place).glob("snapshots/*/*"))

        def say(what: str, taken: float, count: int) -> None:
            print(f"{what:<22}{taken / count * 1000:8.2f} ms a page")

        packed = sum(map(len, bodies))
        say("put", seconds(lambda: put(range(given.pages), 0)), given.pages)
        once, again = size(), range(0, given.pages, 10)
        say("put, identical", seconds(lambda: put(again, 1)), len(again))
        twice = size()
        ids = [snapshots.of(f"https://www.huxiu.com/article/{number}")[-1] for number in range(given.pages)]
        say("get", seconds(lambda: [snapshots.get(one) for one in ids]), given.pages)
        say("check, nothing wrong", seconds(snapshots.check), 1)
        say("rebuild of the index", seconds(snapshots.rebuild), given.pages)
        say("bare write and sync", seconds(lambda: write_bare(Path(place), bodies)), given.pages)
        print(f"{'bytes a page':<22}{once / given.pages:8.0f}, of which {packed / given.pages:.0f} as sent")
        print(f"{'bytes a revisit':<22}{(twice - once) / len(again):8.0f}")


if __name__ == "__main__":
    main()
