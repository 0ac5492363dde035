"""How long `broadsheet coverage` takes as the archive grows.

    python bench/coverage.py [--urls 200000] [--sources 1] [--database-url postgresql://…]

The rows are put into the catalog directly: writing that many ledger lines is not what is measured.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1]))

from archive import Archive
from archive.database import writable
from archive.tables import urls, ways

BEGUN = datetime(2025, 1, 1, tzinfo=UTC)
STATES = ("archived",) * 90 + ("duplicate",) * 4 + ("gone",) * 3 + ("failed", "discovered", "not_an_article")
CATCH = {"feed": 0.97, "sitemap": 0.95, "listing": 0.8}  # what share of the articles each way names
AT_ONCE = 10_000

Rows = list[dict[str, Any]]


def fill(database: sa.Engine, count: int, sources: int) -> None:
    for rows, named in batches(count, sources):
        with database.begin() as connection:
            connection.execute(urls.insert(), rows)
            connection.execute(ways.insert(), named)


def batches(count: int, sources: int) -> Iterator[tuple[Rows, Rows]]:
    """An article every two minutes, found ten minutes after it was published."""
    chance = random.Random(4)  # noqa: S311 - any numbers do
    for start in range(0, count, AT_ONCE):
        rows: Rows = []
        named: Rows = []
        for number in range(start, min(start + AT_ONCE, count)):
            published = BEGUN + timedelta(minutes=2 * number)
            at = (published + timedelta(minutes=10)).isoformat()
            row = {"url_key": f"news.example/article/{number}", "source": f"source{number % sources}"}
            row |= {"url": f"https://news.example/article/{number}", "state": chance.choice(STATES)}
            row |= {"reason": "", "found_by": "feed", "title": None, "published_at": published.isoformat()}
            rows.append(row | {"discovered_at": at, "changed_at": at})
            seen = [way for way, share in CATCH.items() if chance.random() < share]
            named += [{"url_key": row["url_key"], "way": way, "found_at": at} for way in seen]
        yield rows, named


def seconds(act: Callable[[], object]) -> str:
    """By the clock, and of this process's own processor time: a busy machine weighs on the first alone."""
    begin, busy = time.perf_counter(), time.process_time()
    act()
    return f"{time.perf_counter() - begin:8.2f} s {time.process_time() - busy:8.2f} s CPU"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--urls", type=int, default=200_000)
    parser.add_argument("--sources", type=int, default=1)
    parser.add_argument("--database-url", default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "archive")
        Archive.open(root, options.database_url).close()
        database = writable(root, options.database_url)
        fill(database, options.urls, options.sources)
        database.dispose()
        with Archive.read(root, options.database_url) as archive:
            ask = archive.coverage
            overview = seconds(lambda: [ask.of(source).tally for source in ask.sources()])
            wanted = seconds(lambda: ask.open_urls("source0", 20))
            one = ask.of("source0")
            missed = seconds(lambda: [ask.missed(one, gap) for gap in one.gaps()])
    print(f"every source         {overview}")
    print(f"what is open, 20     {wanted}")
    print(f"what was missed, all {missed}")
    print(f"most memory          {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MiB")


if __name__ == "__main__":
    main()
