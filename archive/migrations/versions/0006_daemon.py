"""What the daemon needs to be the only one, to be told things, and to tell what is wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("runs", sa.Column("due_at", sa.String))
    op.create_table(
        "leases",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("since", sa.String, nullable=False),
        sa.Column("until", sa.String, nullable=False),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("verb", sa.String, nullable=False),
        sa.Column("source", sa.String),
        sa.Column("given_at", sa.String, nullable=False),
        sa.Column("done_at", sa.String),
        sa.Column("answer", sa.Text),
        sa.Index("orders_open", "done_at", "id"),
    )
    op.create_table(
        "pauses",
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("since", sa.String, nullable=False),
    )
    _watching()


def _watching() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("since", sa.String, nullable=False),
        sa.Column("raised_at", sa.String, nullable=False),
        sa.Column("told_at", sa.String),
        sa.Column("cleared_at", sa.String),
        sa.Column("clear_told_at", sa.String),
        sa.Index("alarms_source", "source", "id"),
        sa.Index("alarms_open", "cleared_at", "id"),
    )
    op.create_table(
        "norms",
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("learned", sa.Text, nullable=False),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for name in ("marks", "norms", "alarms", "pauses", "orders", "leases"):
        op.drop_table(name)
    op.drop_column("runs", "due_at")
