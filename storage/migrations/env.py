"""Alembic's entry: runs the versions on the engine that `storage.migrate` hands over."""

from alembic import context

from storage.tables import metadata

with context.config.attributes["engine"].begin() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
