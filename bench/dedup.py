"""What it costs to add an article to the index of near-duplicates and to judge one, as the archive grows.

    python bench/dedup.py [--articles 10000,1000000] [--database-url postgresql://…] [--json]

An article has 3,500 characters of Chinese. The archive is made of synthetic signatures: as many fingerprints an article
as such a text has, of which one in twenty is shared with others. CPU is this process's; PostgreSQL's own is not in it,
so that its look-up is told by the clock, too. The files of the eight likeliest candidates are compared exactly, as the
archive does: half of the judged texts are reposts with notes and edits, half have no neighbour.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from archive import tables
from archive.database import writable
from archive.near import index
from archive.near.compare import compare
from archive.near.folding import VERSION
from archive.near.judge import Kind, facts, judge
from archive.near.sketch import sketch

REAL = 60  # texts that are really there, to be found again
ROUNDS = 120


@dataclass(frozen=True)
class Figures:
    """Milliseconds of CPU an article of 3,500 characters; look-ups by the clock too."""

    database: str
    articles: int
    add: float
    judge_p50: float
    judge_p95: float
    lookup_p50: float
    lookup_clock_p50: float
    reposts_found: float


def text(seed: int) -> str:
    chance = random.Random(seed)  # noqa: S311  makes texts, guards nothing
    return "\n".join(
        "".join(chr(chance.randrange(0x4E00, 0x8FFF)) for _ in range(98)) + "。" for _ in range(35)
    )


def repost(original: str, seed: int) -> str:
    lines = original.split("\n")
    del lines[seed % 30 : seed % 30 + 3]
    return "来源：某网 作者：某人\n" + "\n".join(lines) + "\n未经授权不得转载。"


def fill(connection: Connection, count: int) -> None:
    """Synthetic signatures of so many articles, in the order of the index, which is how a database likes it best."""
    each = len(sketch(text(0)).fingerprints)
    made = np.random.default_rng(1)
    hashes = made.integers(-(2**63), 2**63 - 1, count * each, dtype=np.int64)
    common = made.integers(-(2**63), 2**63 - 1, max(1, count * each // 400), dtype=np.int64)
    shared = made.random(count * each) < 0.05
    hashes[shared] = made.choice(common, int(shared.sum()))
    numbers = np.repeat(np.arange(1, count + 1, dtype=np.int64), each)
    order = np.lexsort((numbers, hashes))
    hashes, numbers = hashes[order], numbers[order]
    fresh = np.ones(len(hashes), bool)
    fresh[1:] = (hashes[1:] != hashes[:-1]) | (numbers[1:] != numbers[:-1])
    insert_all(
        connection, tables.fingerprints, zip(hashes[fresh].tolist(), numbers[fresh].tolist(), strict=True)
    )
    packed = b"\0" * 8 * each
    rows = ((number, f"filler.example/{number}", VERSION, 5, packed) for number in range(1, count + 1))
    insert_all(connection, tables.sketches, rows)


def insert_all(connection: Connection, table: sa.Table, rows: Iterator[tuple[object, ...]]) -> None:
    names = ", ".join(column.name for column in table.columns)
    raw = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:  # type: ignore[union-attr]
            for row in rows:
                copy.write_row(row)
        if table is tables.sketches:
            connection.execute(sa.text("SELECT setval('sketches_id_seq', (SELECT max(id) FROM sketches))"))
        return
    marks = ", ".join("?" for _ in table.columns)
    raw.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)  # type: ignore[union-attr]  # noqa: S608


def timed(act: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    begin = clock()
    act()
    return 1000 * (clock() - begin)


def measured(engine: Engine, count: int) -> Figures:
    texts = {f"real.example/{number}": text(number) for number in range(REAL)}
    with engine.begin() as connection:
        for name in ("fingerprints", "sketches", "unsketched"):
            connection.execute(sa.delete(tables.metadata.tables[name]))
        fill(connection, count)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("VACUUM ANALYZE"))  # as its own cleaner does in time
    adds = []
    for key, own in texts.items():
        with engine.begin() as connection:
            adds.append(timed(partial(sketched, connection, key, own)))
    judged, lookups, clocks, found = [], [], [], 0
    for number in range(ROUNDS):
        is_repost = number % 2 == 0
        new = repost(texts[f"real.example/{number % REAL}"], number) if is_repost else text(10_000 + number)
        with engine.connect() as connection:
            own = sketch(new)
            lookups.append(timed(partial(index.candidates, connection, own)))
            clocks.append(timed(partial(index.candidates, connection, own), time.perf_counter))
            begin = time.process_time()
            kind = judged_as(connection, new, texts)
            judged.append(1000 * (time.process_time() - begin))
            found += is_repost and kind is Kind.SAME
    return Figures(
        engine.dialect.name,
        count,
        float(np.median(adds)),
        float(np.median(judged)),
        float(np.percentile(judged, 95)),
        float(np.median(lookups)),
        float(np.median(clocks)),
        2 * found / ROUNDS,
    )


def sketched(connection: Connection, key: str, own: str) -> None:
    index.put(connection, key, sketch(own))


def judged_as(connection: Connection, new: str, texts: dict[str, str]) -> Kind:
    own, about = sketch(new), facts("new.example", "title", new)
    held = []
    for key in index.candidates(connection, own):
        theirs = texts.get(key) or text(hash(key) % 1000)  # of a filler, any text of that length
        held.append((key, facts("real.example", "title", theirs), compare(own, sketch(theirs))))
    return judge(about, held)[0]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", default="10000,1000000")
    parser.add_argument("--database-url", help="PostgreSQL instead of SQLite; an empty database")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = []
    for count in map(int, arguments.articles.split(",")):
        with tempfile.TemporaryDirectory(prefix="broadsheet-dedup-") as folder:
            engine = writable(Path(folder), arguments.database_url)
            figures.append(measured(engine, count))
            engine.dispose()
    if arguments.json:
        for one in figures:
            print(json.dumps(asdict(one)))
        return
    print(
        "| database | articles | add | judge p50 | p95 | of which look-up | look-up by the clock | reposts found |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for one in figures:
        times = (one.add, one.judge_p50, one.judge_p95, one.lookup_p50, one.lookup_clock_p50)
        cells = " | ".join(f"{value:.2f}" for value in times)
        print(f"| {one.database} | {one.articles:,} | {cells} | {one.reposts_found:.0%} |")


if __name__ == "__main__":
    main()
