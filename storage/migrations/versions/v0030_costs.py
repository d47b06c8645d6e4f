"""Keeps what messages cost, and which flow said a message."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Adds the table, and a column of the outbox."""
    op.add_column("outbox", sa.Column("flow", sa.String(length=64), nullable=True))
    op.create_table(
        "costs",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("provider_id", sa.String(length=255), nullable=False),
        sa.Column("part_id", sa.String(length=24), nullable=False),
        sa.Column("outbox_id", sa.String(length=24), nullable=False),
        sa.Column("notice_id", sa.String(length=24), nullable=True),
        sa.Column("campaign_id", sa.String(length=64), nullable=True),
        sa.Column("case_id", sa.String(length=24), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("flow", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_costs")),
        sa.UniqueConstraint("channel", "provider_id", name=op.f("uq_costs_channel_provider_id")),
    )
    for column in ("outbox_id", "notice_id", "campaign_id", "case_id", "at"):
        op.create_index(op.f(f"ix_costs_{column}"), "costs", [column], unique=False)
