"""Versions, links between articles, pictures, the index of snapshots, and when an article is read again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_NEW = ("versions", "links", "assets", "snapshots", "snapshot_files", "rereads")


def upgrade() -> None:
    for name in ("reader", "revised_at"):
        op.add_column("articles", _string(name, required=False))
    op.create_table(
        "versions",
        _string("url_key", key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        _text("path"),
        _string("sha256"),
        _string("text_key", required=False),
        _text("title"),
        *map(_string, ("fetched_at", "replaced_at", "change")),
        _number("flips"),
    )
    op.create_table("links", _string("url_key", key=True), _string("of_key", key=True), _string("kind"))
    op.create_table(
        "assets",
        _string("url_key", key=True),
        sa.Column("image_url", sa.Text, primary_key=True),
        _text("path"),
        _string("sha256"),
    )
    _snapshots()
    op.create_table(
        "rereads",
        _string("url_key", key=True),
        *map(_string, ("source", "next_at")),
        *map(_number, ("step", "unchanged")),
        *(_text(name, required=False) for name in ("etag", "last_modified")),
    )
    op.create_index("rereads_due", "rereads", ["source", "next_at"])


def downgrade() -> None:
    for name in _NEW:
        op.drop_table(name)
    for name in ("reader", "revised_at"):
        op.drop_column("articles", name)


def _snapshots() -> None:
    op.create_table(
        "snapshots",
        _string("record_id", key=True),
        _string("url_key"),
        *map(_text, ("url", "file")),
        *map(_number, ("offset", "length")),
        _string("at"),
        _number("status"),
        *map(_string, ("digest", "kind")),
    )
    op.create_index("snapshots_url_key", "snapshots", ["url_key", "at"])
    op.create_index("snapshots_digest", "snapshots", ["digest"])
    op.create_index("snapshots_at", "snapshots", ["at", "file", "offset"])
    op.create_index("snapshots_file", "snapshots", ["file", "offset"])
    op.create_table(
        "snapshot_files",
        sa.Column("file", sa.String, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
    )


def _text(name: str, *, required: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=not required)


def _string(name: str, *, required: bool = True, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=not required, primary_key=key)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)
