"""Keeps what a language model was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "advice",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("inbox_id", sa.String(length=24), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("calls", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("result", sa.String(length=16), server_default="asked", nullable=False),
        sa.Column("chosen", sa.String(length=255), server_default="", nullable=False),
        sa.Column("ms", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice")),
    )
    op.create_index(op.f("ix_advice_inbox_id"), "advice", ["inbox_id"], unique=False)
