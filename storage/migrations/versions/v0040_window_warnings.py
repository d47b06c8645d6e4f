"""Keeps when a case's owner was told that the customer's reply window closes."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("cases", sa.Column("window_warned_at", sa.BigInteger(), nullable=True))
