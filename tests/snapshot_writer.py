"""A process that stores responses until it is killed, and says of each that it was acknowledged.

Usage: python -m tests.snapshot_writer ARCHIVE FIRST
"""

import random
import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

from archive import Archive, Exchange
from tests.builders import NOW, article


def main() -> None:
    root, first = Path(sys.argv[1]), int(sys.argv[2])
    with Archive.open(root) as archive:
        for number in count(first):
            record_id = archive.snapshots.put(response(number))
            print(record_id, flush=True)
            if number % 5 == 4:
                archive.snapshots.put(response(-number))
                archive.snapshots.forget([article(-number).url])


def response(number: int) -> Exchange:
    """Every third has the text of the two before."""
    return Exchange(
        url=article(number).url,
        method="GET",
        request_headers=(("Host", "www.huxiu.com"),),
        status=200,
        reason="OK",
        headers=(("Content-Type", "text/html"),),
        body=random.Random(number // 3).randbytes(20_000),
        at=NOW + timedelta(seconds=abs(number)),
    )


if __name__ == "__main__":
    main()
