"""Counts how often each saved reply was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "saved_reply_uses",
        sa.Column("reply_id", sa.String(length=64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_saved_reply_uses")),
    )
