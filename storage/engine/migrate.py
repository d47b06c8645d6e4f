"""Brings the database to the schema of this version, once, however many processes start together."""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import inspect, text

from core.errors import ConfigurationError
from storage.engine.store import Store

FOLDER = Path(__file__).parents[1] / "migrations"
HEAD = "0065"
ADVISORY_LOCK = 7_263_351


def version(store: Store) -> str | None:
    """Reads the schema version in the database; None for an empty one."""
    with store.read() as conn:
        if not inspect(conn).has_table("alembic_version"):
            return None
        found: str | None = conn.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def upgrade(store: Store, to: str = HEAD) -> None:
    """Runs the migrations that are missing, up to this one. Alembic is loaded only when there are any.

    Raises ConfigurationError for a database of a newer version.
    """
    if store.is_sqlite:
        store.path.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(store):
        found = version(store)
        if found == to:
            return
        if found is not None and found > HEAD:
            raise ConfigurationError(
                f"the database belongs to a newer Doorstep (schema {found}, this one knows {HEAD}); "
                "run that one, or restore a backup made with this one"
            )
        logging.getLogger("alembic").setLevel(logging.WARNING)  # before the import, which logs already
        from alembic import command  # noqa: PLC0415 - 100 ms that a start on a current schema need not pay
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["engine"] = store.engine
        command.upgrade(config, to)


@contextmanager
def _only_one(store: Store) -> Iterator[None]:
    if store.is_sqlite:
        with store.path.with_name(store.path.name + ".migrate").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    with store.engine.connect() as conn:
        conn.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
        try:
            yield
        finally:
            conn.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})
