"""Adds what flows wait for."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "waits",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("conversation_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=True),
        sa.Column("about", sa.String(length=255), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waits")),
        sa.UniqueConstraint("conversation_id", "key", name=op.f("uq_waits_conversation_id_key")),
    )
    op.create_index("ix_waits_awaited", "waits", ["event", "about"], unique=False)
    op.create_index(op.f("ix_waits_due_at"), "waits", ["due_at"], unique=False)
