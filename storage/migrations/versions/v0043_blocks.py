"""Keeps until when a customer is blocked."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("customers", sa.Column("blocked_until", sa.BigInteger(), nullable=True))
