"""What each source's schedule has learned, and how long an answer of discovery is good."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "habits",
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("learned", sa.Text, nullable=False),
    )
    op.add_column("polls", sa.Column("fresh_seconds", sa.Integer))


def downgrade() -> None:
    op.drop_column("polls", "fresh_seconds")
    op.drop_table("habits")
