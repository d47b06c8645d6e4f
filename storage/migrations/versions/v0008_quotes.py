"""Keeps what a message points at, and where in the chat the customer wrote last."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Adds the columns."""
    op.add_column("messages", sa.Column("reply_to", sa.String(255)))
    op.add_column("messages", sa.Column("quoted", sa.Text()))
    op.add_column("conversations", sa.Column("route", sa.String(64)))
