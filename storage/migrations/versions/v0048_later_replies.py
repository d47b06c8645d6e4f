"""Keeps when an agent's message goes, or went, to the customer, and since when it is put off."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    """Adds the columns; what went out did so when it was written, as far as we know."""
    op.add_column("desk_messages", sa.Column("leaves_at", sa.BigInteger()))
    op.add_column("desk_messages", sa.Column("put_off_at", sa.BigInteger()))
    op.execute("UPDATE desk_messages SET leaves_at = at WHERE state = 'sent'")
