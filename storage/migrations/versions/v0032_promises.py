"""Keeps what customers were promised."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "promises",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("customer_id", sa.String(length=24), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("matter", sa.String(length=16), nullable=False),
        sa.Column("order_number", sa.String(length=255), server_default="", nullable=False),
        sa.Column("matter_id", sa.String(length=255), server_default="", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=128), nullable=False),
        sa.Column("message_id", sa.String(length=24), nullable=False),
        sa.Column("notice_id", sa.String(length=24), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=128), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
    )
    for column in ("customer_id", "order_number", "message_id"):
        op.create_index(op.f(f"ix_promises_{column}"), "promises", [column], unique=False)
    op.create_index("ix_promises_due", "promises", ["state", "due_at"], unique=False)
    op.create_index(
        "uq_promises_open",
        "promises",
        ["purpose", "order_number", "matter_id", "due_at"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
