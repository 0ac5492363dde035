"""A process that adds articles until it is killed, and says of each that it was acknowledged.

Usage: python -m tests.writer ARCHIVE DATABASE_URL FIRST
"""

import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

from archive import Archive
from tests.builders import LONG, NOW, article


def main() -> None:
    root, database_url, first = Path(sys.argv[1]), sys.argv[2] or None, int(sys.argv[3])
    with Archive.open(root, database_url) as archive:
        for number in count(first):
            archive.refuse(article(number + 1).url, "huxiu", "failed", "timeout", NOW)
            receipt = archive.add(article(number))
            print(receipt.url, flush=True)
            # Every other text comes again, stated earlier: the first file goes.
            if number % 2:
                archive.add(
                    article(number + 500, body=article(number).body, published_at=NOW - timedelta(days=9))
                )
                archive.add(article(number + 1000, body=LONG[: number % 7], read_from="feed"))
            if number % 5 == 0:
                archive.forget(article(number + 500).url, NOW)


if __name__ == "__main__":
    main()
