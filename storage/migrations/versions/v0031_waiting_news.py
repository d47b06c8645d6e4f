"""Finds what the store told of orders and parcels that are not known yet by what it waits for.

Parcels are found by their numbers without what parts their groups.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
WAITING = sa.text("state = 4")


def upgrade() -> None:
    """Adds the index, and writes the numbers of parcels in their new form."""
    op.create_index("ix_inbox_waiting", "inbox", ["key"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.execute("UPDATE shipments SET tracking_form = replace(tracking_form, '-', '') WHERE tracking_form LIKE '%-%'")
