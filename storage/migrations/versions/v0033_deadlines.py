"""Keeps until when a notice's first way may stay without a receipt, and how customers want to hear of things."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Adds the columns, and finds the deadlines that have come."""
    op.add_column("notifications", sa.Column("deadline_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_notifications_deadline",
        "notifications",
        ["deadline_at"],
        sqlite_where=sa.text("deadline_at IS NOT NULL"),
        postgresql_where=sa.text("deadline_at IS NOT NULL"),
    )
    op.add_column("customers", sa.Column("prefers", sa.Text(), nullable=True))
