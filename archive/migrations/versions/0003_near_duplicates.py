"""Sketches of texts, and the fingerprints they are looked up by."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table("unsketched", sa.Column("url_key", sa.String, primary_key=True))
    op.create_table(
        "sketches",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("url_key", sa.String, nullable=False, unique=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("gram", sa.Integer, nullable=False),
        sa.Column("fingerprints", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "fingerprints",
        sa.Column("hash", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("sketch", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO unsketched SELECT url_key FROM articles WHERE removed = 0")


def downgrade() -> None:
    for name in ("fingerprints", "sketches", "unsketched"):
        op.drop_table(name)
