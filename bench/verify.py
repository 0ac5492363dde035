"""How fast everything is verified, and an archive copied.

    python bench/verify.py [--articles 5000]

One byte is flipped in one of the files, and has to be found.
"""

import argparse
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from archive import Archive, backup, verify
from bench.keeping import article

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def fill(root: Path, count: int) -> None:
    fsync, os.fsync = os.fsync, lambda _descriptor: None  # setting up need not outlive a power cut
    with Archive.open(root) as archive:
        for start in range(0, count, 100):
            archive.add_many([article(number) for number in range(start, min(start + 100, count))])
    os.fsync = fsync


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=5000)
    count = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "archive")
        fill(root, count)
        begin = time.perf_counter()
        proof = verify(root)
        print(
            f"verify, sound     {time.perf_counter() - begin:8.2f} s, {proof.articles} articles, {proof.rows} rows"
        )
        file = sorted(root.rglob("*.md"))[count // 2]
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
        begin = time.perf_counter()
        found = [one.path for one in verify(root).findings]
        print(f"verify, one byte  {time.perf_counter() - begin:8.2f} s, found {', '.join(found)}")
        for which in ("backup, new", "backup, again"):
            begin = time.perf_counter()
            copy = backup(root, None, Path(folder, "copy"), datetime.now(UTC))
            print(
                f"{which:17} {time.perf_counter() - begin:8.2f} s, {copy.copied} of {copy.files} files copied"
            )


if __name__ == "__main__":
    main()
