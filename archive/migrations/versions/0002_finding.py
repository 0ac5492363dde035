"""Every way a URL was found; what is remembered of discovery URLs, of robots.txt and of domains. New URL keys."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NEW = ("ways", "polls", "robots", "domains")
_REBUILT = ("ledger_position", "urls", "aliases", "articles", "retries")


def upgrade() -> None:
    op.create_table(
        "ways",
        sa.Column("url_key", sa.String, primary_key=True),
        sa.Column("way", sa.String, primary_key=True),
        _string("found_at"),
    )
    op.create_table(
        "polls",
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("address", sa.String, primary_key=True),
        *(_text(name, required=False) for name in ("etag", "last_modified")),
        _string("body_hash", required=False),
        _text("items"),
        _string("lastmod", required=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("conditional", "caught", "lies")),
        _string("asked_at"),
        *(_string(name, required=False) for name in ("changed_at", "overflowed_at")),
        *(_text(name, required=False) for name in ("own_url", "hub")),
        _text("answers"),
    )
    op.create_table(
        "robots",
        sa.Column("origin", sa.String, primary_key=True),
        _string("fetched_at", required=False),
        sa.Column("status", sa.Integer, nullable=False),
        _text("body"),
        sa.Column("failures", sa.Integer, nullable=False),
        _string("next_try_at", required=False),
        _text("reason"),
    )
    op.create_table(
        "domains",
        sa.Column("domain", sa.String, primary_key=True),
        _string("rests_until", required=False),
        _text("reason"),
        sa.Column("refusals", sa.Integer, nullable=False),
        _string("day"),
        sa.Column("requests", sa.Integer, nullable=False),
    )
    # The rows' keys are spelled by older rules: the ledger is replayed under today's when the archive is opened.
    for name in _REBUILT:
        op.execute(sa.delete(sa.table(name)))


def downgrade() -> None:
    for name in _NEW:
        op.drop_table(name)


def _text(name: str, *, required: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=not required)


def _string(name: str, *, required: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=not required)
