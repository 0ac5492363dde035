"""How fast pages of a WARC file become articles, beside the reader alone on the same pages.

    python bench/importing.py [--pages 300] [--rounds 3] [--database-url postgresql://…]

The pages are the fixtures' in their own mark-up, each with Chinese letters of its own, so that none is like another.
The reader alone runs in one process and in as many as there are processors; the import reads, judges and writes,
each article durable before the next position is noted. They take turns, each round into an archive of its own, and
the medians are compared; with a server's database, which holds one archive, there is one round.
"""

import argparse
import json
import random
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from archive import Archive
from crawler.past.importing.inputs import Input, input_of, items
from crawler.past.importing.item import Item, weight
from crawler.past.importing.keeping import Keeper, Span
from crawler.past.importing.reading import Brought, Reader
from crawler.past.pool import Readers
from crawler.source import load_sources

ROOT = Path(__file__).parents[1]
ALONE = "reader alone, one process"
LETTERS = [chr(point) for point in range(0x4E00, 0x9000)]


def pages() -> Iterator[tuple[str, str]]:
    """URL and text of every Chinese article page among the fixtures."""
    for meta in sorted(ROOT.glob("fixtures/*/*/meta.json")):
        facts = json.loads(meta.read_text("utf-8"))
        page = meta.with_name("input.html")
        if facts.get("state") == "article" and page.exists() and "step" not in facts:
            text = page.read_bytes().decode("utf-8", "replace")
            if sum("\u4e00" <= letter <= "\u9fff" for letter in text) > 800:
                yield facts["url"], text


def varied(text: str, number: int) -> str:
    """The page with other letters: each Chinese one becomes another of the same kind."""
    chance = random.Random(number)  # noqa: S311  no secret
    table = {ord(letter): chance.choice(LETTERS) for letter in set(text) if "\u4e00" <= letter <= "\u9fff"}
    return "".join(chance.choice(LETTERS) if ord(letter) in table else letter for letter in text)


def warc(path: Path, count: int) -> None:
    kinds = list(pages())
    with path.open("wb") as file:
        for number in range(count):
            _, text = kinds[number % len(kinds)]
            body = varied(text, number).encode()
            url = f"https://news{number % 40}.example/2024/05/{number % 28 + 1:02}/{number}.html"
            block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
            head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-11-24T03:00:00Z\r\n"
            head += f"WARC-Record-ID: <urn:uuid:{number}>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
            pack = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
            file.write(pack.compress(head.encode() + block + b"\r\n\r\n") + pack.flush())


def read_all(source: Input, reader: Reader) -> float:
    taken = [one for one in items(source, None) if isinstance(one, Item)]
    begin = time.perf_counter()
    for item in taken:
        reader(item)
    return time.perf_counter() - begin


def read_in_parallel(source: Input, readers: Readers[Item, Brought]) -> float:
    begin = time.perf_counter()
    for _ in readers.each(one for one in items(source, None) if isinstance(one, Item)):
        pass
    return time.perf_counter() - begin


def import_all(source: Input, readers: Readers[Item, Brought], archive: Archive) -> tuple[float, Keeper]:
    keeper = Keeper(archive, Span(), writes=True, stores=True)
    begin = time.perf_counter()
    read = readers.each(one for one in items(source, None) if isinstance(one, Item))
    while some := list(islice(read, 50)):
        keeper.keep(some)
    return time.perf_counter() - begin, keeper


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database-url", default=None)
    options = parser.parse_args()
    count: int = options.pages
    speeds: dict[str, list[float]] = {}

    def note(title: str, seconds: float) -> None:
        speeds.setdefault(title, []).append(count / seconds)

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "pages.warc.gz")
        warc(file, count)
        source, reader = input_of(file), Reader(load_sources())
        print(f"{count} pages, {file.stat().st_size / 1e6:.1f} MB of WARC")
        with Readers[Item, Brought](reader, weigh=weight) as readers:
            read_in_parallel(source, readers)  # the processes begin
            for turn in range(1 if options.database_url else options.rounds):
                note(ALONE, read_all(source, reader))
                note("reader alone, all processors", read_in_parallel(source, readers))
                with Archive.open(Path(folder, str(turn)), options.database_url) as archive:
                    for title in ("import, new", "import, known"):
                        seconds, keeper = import_all(source, readers, archive)
                        note(title, seconds)
                        if turn == 0:
                            print(f"{title}: {dict(keeper.counts)}")
    least = median(speeds[ALONE])
    for title, rounds in speeds.items():
        print(
            f"{title:28} {median(rounds):6.1f} pages a second ({min(rounds):.0f} to {max(rounds):.0f}), {median(rounds) / least:.2f} x"
        )


if __name__ == "__main__":
    main()
