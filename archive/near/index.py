"""The index of sketches: which articles share fingerprints with a text. SQL, inside the caller's transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.database import portions
from archive.near.folding import VERSION
from archive.near.sketch import Sketch
from archive.tables import fingerprints, sketches, unsketched

# A passage that so many articles share is a template's: looking further would cost more and say less.
MOST_POSTINGS = 64
MOST_CANDIDATES = 8
# Of what the likeliest shares; who shares less is no more than a quotation beside it.
_LEAST_SHARE = 0.15

# Made once: to build a condition of a hundred values takes longer than to answer it.
_SOME = fingerprints.c.hash.in_(sa.bindparam("some", expanding=True))
_POSTINGS = sa.select(fingerprints.c.sketch).where(_SOME)
_MANY = (
    sa.select(fingerprints.c.hash, sa.func.count())
    .where(_SOME)
    .group_by(fingerprints.c.hash)
    .having(sa.func.count() >= sa.bindparam("least"))
)
_OWN = fingerprints.delete().where(_SOME, fingerprints.c.sketch == sa.bindparam("own"))

# PostgreSQL takes an array where SQLite takes a list of values: one statement for what else are three, and each way to
# the server and back costs this process half a millisecond.
_TAKE_NOTE = sa.text(
    "WITH seen AS (DELETE FROM unsketched WHERE url_key = ANY(CAST(:keys AS text[])))"
    " SELECT url_key FROM sketches WHERE url_key = ANY(CAST(:keys AS text[]))"
)
_ADD = sa.text(
    "WITH own AS (INSERT INTO sketches (url_key, version, gram, fingerprints)"
    " VALUES (:url_key, :version, :gram, :fingerprints) RETURNING id)"
    " INSERT INTO fingerprints (hash, sketch)"
    " SELECT one, own.id FROM own, unnest(CAST(:hashes AS bigint[])) AS one"
    " WHERE (SELECT count(*) FROM fingerprints WHERE hash = one) < :most"
).bindparams(most=MOST_POSTINGS)
_SHARED = sa.text(
    "SELECT sketch, count(*) FROM fingerprints WHERE hash = ANY(CAST(:some AS bigint[]))"
    " GROUP BY sketch ORDER BY count(*) DESC, sketch LIMIT :most"
).bindparams(most=MOST_CANDIDATES)


def put(connection: Connection, url_key: str, sketch: Sketch) -> None:
    """Takes the place of what the article's sketch was."""
    put_all(connection, {url_key: sketch})


def put_all(connection: Connection, by_key: Mapping[str, Sketch]) -> None:
    """The same for several articles, by URL key."""
    for keys in portions(by_key):
        for key in _noted(connection, keys):
            take_out(connection, key)
    if _is_postgresql(connection):
        for key, sketch in by_key.items():
            connection.execute(_ADD, _row(key, sketch) | {"hashes": list(sketch.fingerprints)})
    elif by_key:
        _add_all(connection, by_key)


def _noted(connection: Connection, keys: Sequence[str]) -> list[str]:
    """Those of the articles that have a sketch; none of them is left to be sketched."""
    if _is_postgresql(connection):
        return list(connection.scalars(_TAKE_NOTE, {"keys": list(keys)}))
    connection.execute(unsketched.delete().where(unsketched.c.url_key.in_(keys)))
    return list(connection.scalars(sa.select(sketches.c.url_key).where(sketches.c.url_key.in_(keys))))


def _row(url_key: str, sketch: Sketch) -> dict[str, object]:
    packed = _packed(sketch.fingerprints)
    return {"url_key": url_key, "version": VERSION, "gram": sketch.gram, "fingerprints": packed}


def _add_all(connection: Connection, by_key: Mapping[str, Sketch]) -> None:
    rows = [_row(key, sketch) for key, sketch in by_key.items()]
    added = connection.execute(sketches.insert().returning(sketches.c.url_key, sketches.c.id), rows)
    numbers = {row.url_key: row.id for row in added}
    hashes = dict.fromkeys(one for sketch in by_key.values() for one in sketch.fingerprints)
    held = _postings(connection, hashes, least=MOST_POSTINGS - len(by_key) + 1)
    postings = list[dict[str, int]]()
    for key, sketch in by_key.items():
        for one in sketch.fingerprints:
            held[one] += 1
            if held[one] <= MOST_POSTINGS:
                postings.append({"hash": one, "sketch": numbers[key]})
    if postings:
        connection.execute(fingerprints.insert(), postings)


def take_out(connection: Connection, url_key: str) -> None:
    """Leaves nothing of the article's text in the index."""
    found = connection.execute(sa.select(sketches).where(sketches.c.url_key == url_key)).mappings().first()
    connection.execute(unsketched.delete().where(unsketched.c.url_key == url_key))
    if found is None:
        return
    for some in portions(_unpacked(found["fingerprints"])):
        connection.execute(_OWN, {"some": some, "own": found["id"]})
    connection.execute(sketches.delete().where(sketches.c.id == found["id"]))


def candidates(connection: Connection, sketch: Sketch) -> list[str]:
    """The URL keys of the articles that share most fingerprints with the text, the most first, at most eight."""
    shared = _shared(connection, sketch.fingerprints)
    if not shared:
        return []
    # The lower number breaks a tie: the same answer whatever order the database gives.
    least = _LEAST_SHARE * max(shared.values())
    likely = [number for number in shared if shared[number] >= least]
    best = sorted(likely, key=lambda number: (-shared[number], number))[:MOST_CANDIDATES]
    query = sa.select(sketches.c.id, sketches.c.url_key).where(
        sketches.c.id.in_(best), sketches.c.gram == sketch.gram, sketches.c.version == VERSION
    )
    keys = {row.id: row.url_key for row in connection.execute(query)}
    return [keys[number] for number in best if number in keys]


def _shared(connection: Connection, hashes: Sequence[int]) -> dict[int, int]:
    """Number of an article's sketch → how many of the hashes it has; of PostgreSQL the most only."""
    if _is_postgresql(connection):
        found = connection.execute(_SHARED, {"some": list(hashes)})
        return {int(row[0]): int(row[1]) for row in found}
    shared: dict[int, int] = {}
    for some in portions(hashes):
        for number in connection.scalars(_POSTINGS, {"some": some}):
            shared[number] = shared.get(number, 0) + 1
    return shared


def _postings(connection: Connection, hashes: Iterable[int], least: int) -> Counter[int]:
    """How many postings each of the hashes has; those with less than `least` count as none."""
    found = Counter[int]()
    for some in portions(hashes):
        rows = connection.execute(_MANY, {"some": some, "least": least})
        found.update({int(row[0]): int(row[1]) for row in rows})
    return found


def _is_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _packed(hashes: Sequence[int]) -> bytes:
    return np.array(hashes, dtype="<i8").tobytes()


def _unpacked(packed: bytes) -> list[int]:
    numbers: list[int] = np.frombuffer(packed, dtype="<i8").tolist()
    return numbers
