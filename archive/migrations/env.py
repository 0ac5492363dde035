"""Runs the migrations on the connection that `archive.database` hands over."""

import logging

from alembic import context

from archive.tables import metadata

# A person who crawls need not read how tables are made.
logging.getLogger("alembic").setLevel(logging.WARNING)

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
