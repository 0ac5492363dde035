"""What the near-duplicate scorer calls: the archive's own way, from sketch to verdict, over SQLite in memory.

python ../shared/dedup/ndeval.py ../shared/dedup/eval_open bench.dedup_adapter:make
"""

from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa

from archive import tables
from archive.near import index
from archive.near.compare import compare
from archive.near.judge import Facts, facts, judge
from archive.near.sketch import Sketch, sketch


class Adapter:
    """Texts are kept in memory, where the archive reads its files."""

    def __init__(self) -> None:
        self._engine = sa.create_engine("sqlite://")
        tables.metadata.create_all(self._engine, tables.DERIVED_TABLES)
        self._connection = self._engine.connect()
        self._texts: dict[str, tuple[Facts, Sketch]] = {}
        self.stat: Counter[str] = Counter()

    def add(self, doc: Mapping[str, str]) -> None:
        held = facts(doc["site"], doc["title"], doc["text"]), sketch(doc["text"])
        self._texts[doc["id"]] = held
        index.put(self._connection, doc["id"], held[1])

    def query(self, doc: Mapping[str, str]) -> dict[str, str | None]:
        new, own = facts(doc["site"], doc["title"], doc["text"]), sketch(doc["text"])
        found = index.candidates(self._connection, own)
        self.stat["candidates"] += len(found)
        held = [(key, self._texts[key]) for key in found]
        kind, key = judge(new, [(key, about, compare(own, theirs)) for key, (about, theirs) in held])
        return {"kind": kind.value, "of": key}


def make() -> Adapter:
    return Adapter()
