"""Alembic's entry point. The connection comes from `sfd.db.migrate`, which sets the pragmas a migration needs."""

from alembic import context

from sfd.db.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, include_name=None)
with context.begin_transaction():
    context.run_migrations()
