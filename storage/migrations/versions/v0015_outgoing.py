"""Keeps what the store is told and asked."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_OPEN = sa.text("state IN ('pending', 'asked')")
_NOT_DONE = sa.text("state IN ('pending', 'asked', 'failed', 'held')")
_OPEN_REQUEST = sa.text("kind = 'request' AND state IN ('pending', 'asked')")


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "outgoing",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("order_number", sa.String(length=255), nullable=True),
        sa.Column("customer_id", sa.String(length=24), nullable=True),
        sa.Column("conversation_id", sa.String(length=24), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False, server_default="pending"),
        sa.Column("attempts", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("remote_id", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
        sa.UniqueConstraint("key", name=op.f("uq_outgoing_key")),
    )
    op.create_index(op.f("ix_outgoing_customer_id"), "outgoing", ["customer_id"], unique=False)
    op.create_index(
        "ix_outgoing_due", "outgoing", ["kind", "not_before", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index("ix_outgoing_not_done", "outgoing", ["state"], sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE)
    op.create_index(
        "ix_outgoing_open_requests",
        "outgoing",
        ["order_number"],
        sqlite_where=_OPEN_REQUEST,
        postgresql_where=_OPEN_REQUEST,
    )
