"""What SQLAlchemy compiled for one engine serves every other of the same database: tests open thousands of archives.

A process of ours opens one and compiles each statement once; here that would be half of what an archive costs.
"""

import functools
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

_compiled: LRUCache[Any, Any] = LRUCache(4000)
_make_engine = sa.Engine.__init__


def _is_same(one: Any, other: object) -> bool:
    """Do both dialects say a statement with the same words? What is compiled is kept under its dialect, among others."""
    return type(one) is type(other) and one.server_version_info == other.server_version_info  # type: ignore[attr-defined]


def _hash(dialect: object) -> int:
    return hash(type(dialect))


@functools.wraps(_make_engine)
def _make_sharing(self: sa.Engine, *arguments: Any, **named: Any) -> None:
    _make_engine(self, *arguments, **named)
    self._compiled_cache = _compiled


for _dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
    _dialect.__eq__ = _is_same  # type: ignore[assignment]
    _dialect.__hash__ = _hash  # type: ignore[assignment]
sa.Engine.__init__ = _make_sharing  # type: ignore[method-assign]
