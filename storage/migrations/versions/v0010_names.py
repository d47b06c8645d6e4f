"""Notes which customers' names are to be asked for: on Messenger no message says them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_ASKED = sa.text("ask_name_at IS NOT NULL")


def upgrade() -> None:
    """Adds the column and its index; those who have no name yet are asked for too."""
    op.add_column("addresses", sa.Column("ask_name_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_addresses_nameless", "addresses", ["ask_name_at"], sqlite_where=_ASKED, postgresql_where=_ASKED)
    op.execute(
        "UPDATE addresses SET ask_name_at = created_at WHERE channel = 'messenger' AND dead_at IS NULL "
        "AND customer_id IN (SELECT id FROM customers WHERE name = '')"
    )
