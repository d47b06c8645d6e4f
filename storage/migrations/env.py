"""Runs Alembic's versions on the engine that `storage.engine.migrate` hands over."""

from alembic import context

from storage.engine.schema import metadata

with context.config.attributes["engine"].begin() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
