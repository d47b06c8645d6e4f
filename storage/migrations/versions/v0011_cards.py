"""Keeps beside a file the contact cards in it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("media", sa.Column("cards", sa.Text(), nullable=True))
