"""The index of sketches: which articles share fingerprints with a text. SQL, inside the caller's transaction."""

from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.near.folding import VERSION
from archive.near.sketch import Sketch
from archive.tables import fingerprints, sketches, unsketched

# A passage that so many articles share is a template's: looking further would cost more and say less.
MOST_POSTINGS = 64
MOST_CANDIDATES = 8
# Of what the likeliest shares; who shares less is no more than a quotation beside it.
_LEAST_SHARE = 0.15
_AT_ONCE = 500  # SQLite's bound on variables


def put(connection: Connection, url_key: str, sketch: Sketch) -> None:
    """Takes the place of what the article's sketch was."""
    take_out(connection, url_key)
    hashes = sketch.fingerprints
    row = {"url_key": url_key, "version": VERSION, "gram": sketch.gram, "fingerprints": _packed(hashes)}
    number = connection.execute(sketches.insert().values(row).returning(sketches.c.id)).scalar_one()
    full = _full(connection, hashes)
    rows = [{"hash": one, "sketch": number} for one in hashes if one not in full]
    if rows:
        connection.execute(fingerprints.insert(), rows)


def take_out(connection: Connection, url_key: str) -> None:
    """Leaves nothing of the article's text in the index."""
    found = connection.execute(sa.select(sketches).where(sketches.c.url_key == url_key)).mappings().first()
    connection.execute(unsketched.delete().where(unsketched.c.url_key == url_key))
    if found is None:
        return
    for some in _parts(_unpacked(found["fingerprints"])):
        own = sa.and_(fingerprints.c.hash.in_(some), fingerprints.c.sketch == found["id"])
        connection.execute(fingerprints.delete().where(own))
    connection.execute(sketches.delete().where(sketches.c.id == found["id"]))


def candidates(connection: Connection, sketch: Sketch) -> list[str]:
    """The URL keys of the articles that share most fingerprints with the text, the most first, at most eight."""
    shared: dict[int, int] = {}
    for some in _parts(sketch.fingerprints):
        query = sa.select(fingerprints.c.sketch).where(fingerprints.c.hash.in_(some))
        for number in connection.scalars(query):
            shared[number] = shared.get(number, 0) + 1
    # The lower number breaks a tie: the same answer whatever order the database gives.
    least = _LEAST_SHARE * max(shared.values(), default=0)
    likely = [number for number in shared if shared[number] >= least]
    best = sorted(likely, key=lambda number: (-shared[number], number))[:MOST_CANDIDATES]
    query = sa.select(sketches.c.id, sketches.c.url_key).where(
        sketches.c.id.in_(best), sketches.c.gram == sketch.gram, sketches.c.version == VERSION
    )
    keys = {row.id: row.url_key for row in connection.execute(query)}
    return [keys[number] for number in best if number in keys]


def _full(connection: Connection, hashes: Sequence[int]) -> set[int]:
    """Those of the hashes that have as many postings as they may."""
    full = set[int]()
    for some in _parts(hashes):
        query = (
            sa.select(fingerprints.c.hash).where(fingerprints.c.hash.in_(some)).group_by(fingerprints.c.hash)
        )
        full |= set(connection.scalars(query.having(sa.func.count() >= MOST_POSTINGS)))
    return full


def _parts(hashes: Sequence[int]) -> list[Sequence[int]]:
    return [hashes[start : start + _AT_ONCE] for start in range(0, len(hashes), _AT_ONCE)]


def _packed(hashes: Sequence[int]) -> bytes:
    return np.array(hashes, dtype="<i8").tobytes()


def _unpacked(packed: bytes) -> list[int]:
    numbers: list[int] = np.frombuffer(packed, dtype="<i8").tolist()
    return numbers
