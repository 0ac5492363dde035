"""The first catalog: articles, aliases, URL states, the ledger position, retries, runs, due times."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _articles()
    _urls()
    _operational()


def downgrade() -> None:
    for name in ("due", "runs", "retries", "ledger_position", "urls", "aliases", "articles"):
        op.drop_table(name)


def _text(name: str, *, required: bool = True, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=not required, primary_key=key)


def _string(name: str, *, required: bool = True, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=not required, primary_key=key)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _articles() -> None:
    op.create_table(
        "articles",
        _string("url_key", key=True),
        _text("url"),
        _string("source"),
        _text("path"),
        sa.Column("path_key", sa.String, nullable=False, unique=True),
        _string("sha256"),
        _string("text_key", required=False),
        _text("title"),
        _text("name"),
        *map(_string, ("time", "shown_at", "time_from", "title_from")),
        _string("published_at", required=False),
        _string("modified_at", required=False),
        _text("authors"),
        _text("tags"),
        _string("language", required=False),
        *(_text(name, required=False) for name in ("summary", "image", "snapshot", "licence")),
        *(_text(name, required=False) for name in ("identifier", "publisher")),
        *map(_string, ("zone", "read_from", "fetched_at")),
        _number("by_hand"),
        _number("removed"),
    )
    op.create_index("articles_text_key", "articles", ["text_key"])
    op.create_index("articles_source", "articles", ["source", "shown_at"])
    op.create_table(
        "aliases",
        _string("kind", key=True),
        _string("key", key=True),
        _text("spelling"),
        _string("url_key"),
    )
    op.create_index("ix_aliases_url_key", "aliases", ["url_key"])


def _urls() -> None:
    op.create_table(
        "urls",
        _string("url_key", key=True),
        _text("url"),
        _string("source"),
        _string("state"),
        _text("reason"),
        _text("found_by"),
        _text("title", required=False),
        _string("published_at", required=False),
        _string("discovered_at"),
        _string("changed_at"),
    )
    op.create_index("urls_source_state", "urls", ["source", "state", "changed_at"])
    op.create_table(
        "ledger_position",
        _string("archive_id", key=True),
        _string("day"),
        _number("offset"),
        _string("digest"),
        _string("event_id"),
    )


def _operational() -> None:
    op.create_table("retries", _string("url_key", key=True), _number("tries"), _string("next_try_at"))
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        *map(_string, ("source", "by", "started_at")),
        _string("finished_at", required=False),
        _string("state"),
        _text("report"),
    )
    op.create_index("runs_source", "runs", ["source", "id"])
    op.create_table("due", _string("source", key=True), _string("next_at"), _number("failures"))
