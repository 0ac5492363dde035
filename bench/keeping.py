"""How fast the archive keeps, opens, lists and rebuilds.

    python bench/keeping.py [--articles 2000] [--database-url postgresql://…]

Each `add` is durable when it returns (file, ledger line and their folders synced), so the first figure
is the disk's as much as ours: the second line writes and syncs the same files with nothing around.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from archive import Archive, Article

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TEXT = "某公司今日发布了一款新产品，并称它将改变行业的格局。" * 60


def article(number: int) -> Article:
    return Article(
        url=f"https://www.huxiu.com/article/{number}",
        source="huxiu",
        title=f"第{number}篇",
        body=f"{TEXT}\n\n第{number}段。",
        fetched_at=NOW,
        published_at=NOW,
        authors=("小明",),
        identifier=str(number),
        zone="Asia/Shanghai",
    )


def seconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def write_bare(folder: Path, count: int) -> None:
    """What any archiver that survives a power cut has to do for each file."""
    for number in range(count):
        with (folder / f"{number}.tmp").open("wb") as file:
            file.write(article(number).body.encode())
            file.flush()
            os.fsync(file.fileno())
        (folder / f"{number}.tmp").rename(folder / f"{number}.md")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--database-url", default=None)
    options = parser.parse_args()
    count, url = options.articles, options.database_url
    with tempfile.TemporaryDirectory() as folder:
        root, bare = Path(folder, "archive"), Path(folder, "bare")
        bare.mkdir()
        print(
            f"bare write + fsync   {1000 * seconds(lambda: write_bare(bare, count)) / count:8.2f} ms an article"
        )
        with Archive.open(root, url) as archive:
            add = seconds(lambda: [archive.add(article(number)) for number in range(count)])
            again = seconds(lambda: [archive.add(article(number)) for number in range(count)])
        print(f"add, new             {1000 * add / count:8.2f} ms an article")
        print(f"add, known           {1000 * again / count:8.2f} ms an article")
        print(f"open                 {1000 * seconds(lambda: Archive.open(root, url).close()):8.2f} ms")
        with Archive.read(root, url) as archive:
            print(f"list 100             {1000 * seconds(lambda: archive.articles(limit=100)):8.2f} ms")
        print(
            f"reindex              {1000 * seconds(lambda: Archive.rebuild(root, url)) / count:8.2f} ms an article"
        )


if __name__ == "__main__":
    main()
