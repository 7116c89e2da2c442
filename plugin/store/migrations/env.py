"""What Alembic runs: the revisions, on the connection that `plugin.store.migrate` holds."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
