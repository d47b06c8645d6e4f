"""Finds what the store told of orders and parcels that are not known yet by what it waits for."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
WAITING = sa.text("state = 4")


def upgrade() -> None:
    """Adds the index."""
    op.create_index("ix_inbox_waiting", "inbox", ["key"], sqlite_where=WAITING, postgresql_where=WAITING)
