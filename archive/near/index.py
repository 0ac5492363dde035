"""The index of sketches: which articles share fingerprints with a text. SQL, inside the caller's transaction."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.near.folding import VERSION
from archive.near.sketch import Sketch
from archive.tables import fingerprints, sketches, unsketched

T = TypeVar("T")

# A passage that so many articles share is a template's: looking further would cost more and say less.
MOST_POSTINGS = 64
MOST_CANDIDATES = 8
# Of what the likeliest shares; who shares less is no more than a quotation beside it.
_LEAST_SHARE = 0.15
_AT_ONCE = 500  # SQLite's bound on variables

# Made once: to build a condition of a hundred values takes longer than to answer it.
_SOME = fingerprints.c.hash.in_(sa.bindparam("some", expanding=True))
_POSTINGS = sa.select(fingerprints.c.sketch).where(_SOME)
_FULL = (
    sa.select(fingerprints.c.hash)
    .where(_SOME)
    .group_by(fingerprints.c.hash)
    .having(sa.func.count() >= MOST_POSTINGS)
)
_OWN = fingerprints.delete().where(_SOME, fingerprints.c.sketch == sa.bindparam("own"))
_INSERT = sa.text(
    "INSERT INTO fingerprints (hash, sketch) SELECT one, :own FROM unnest(CAST(:hashes AS bigint[])) AS one"
)


def put(connection: Connection, url_key: str, sketch: Sketch) -> None:
    """Takes the place of what the article's sketch was."""
    put_all(connection, {url_key: sketch})


def put_all(connection: Connection, by_key: Mapping[str, Sketch]) -> None:
    """The same for several articles, by URL key."""
    for keys in _parts(list(by_key)):
        held = sa.select(sketches.c.url_key).where(sketches.c.url_key.in_(keys))
        for key in list(connection.scalars(held)):
            take_out(connection, key)
        connection.execute(unsketched.delete().where(unsketched.c.url_key.in_(keys)))
    for key, sketch in by_key.items():
        _add(connection, key, sketch)


def _add(connection: Connection, url_key: str, sketch: Sketch) -> None:
    hashes = sketch.fingerprints
    row = {"url_key": url_key, "version": VERSION, "gram": sketch.gram, "fingerprints": _packed(hashes)}
    number = connection.execute(sketches.insert().values(row).returning(sketches.c.id)).scalar_one()
    full = _full(connection, hashes)
    _insert(connection, [one for one in hashes if one not in full], number)


def take_out(connection: Connection, url_key: str) -> None:
    """Leaves nothing of the article's text in the index."""
    found = connection.execute(sa.select(sketches).where(sketches.c.url_key == url_key)).mappings().first()
    connection.execute(unsketched.delete().where(unsketched.c.url_key == url_key))
    if found is None:
        return
    for some in _parts(_unpacked(found["fingerprints"])):
        connection.execute(_OWN, {"some": some, "own": found["id"]})
    connection.execute(sketches.delete().where(sketches.c.id == found["id"]))


def candidates(connection: Connection, sketch: Sketch) -> list[str]:
    """The URL keys of the articles that share most fingerprints with the text, the most first, at most eight."""
    shared: dict[int, int] = {}
    for some in _parts(sketch.fingerprints):
        for number in connection.scalars(_POSTINGS, {"some": some}):
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
        full |= set(connection.scalars(_FULL, {"some": some}))
    return full


def _insert(connection: Connection, hashes: Sequence[int], own: int) -> None:
    if connection.dialect.name == "postgresql":  # one statement: a hundred take it 2 ms
        connection.execute(_INSERT, {"hashes": list(hashes), "own": own})
    elif hashes:
        connection.execute(fingerprints.insert(), [{"hash": one, "sketch": own} for one in hashes])


def _parts(values: Sequence[T]) -> list[Sequence[T]]:
    return [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]


def _packed(hashes: Sequence[int]) -> bytes:
    return np.array(hashes, dtype="<i8").tobytes()


def _unpacked(packed: bytes) -> list[int]:
    numbers: list[int] = np.frombuffer(packed, dtype="<i8").tolist()
    return numbers
