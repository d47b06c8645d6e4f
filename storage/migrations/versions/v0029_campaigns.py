"""Keeps campaigns and their recipients; which notices belong to one."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

_QUEUED = sa.text("state = 'queued'")
_OF_CAMPAIGN = sa.text("campaign_id IS NOT NULL")


def _text(name: str, length: int) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length=length), nullable=False, server_default="")


def _moments(*names: str) -> "list[sa.Column[int]]":
    return [sa.Column(name, sa.BigInteger(), nullable=True) for name in names]


def upgrade() -> None:
    """Adds both tables, and the column with its index."""
    op.create_table(
        "campaigns",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        _text("template", 64),
        sa.Column("state", sa.String(length=16), nullable=False),
        _text("reason", 64),
        sa.Column("hold_out", sa.SmallInteger(), nullable=False, server_default="0"),
        *_moments("at", "latest_start"),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        _text("approved_by", 64),
        *_moments("approved_at", "started_at", "ended_at"),
        sa.Column("frozen_to", sa.String(length=24), nullable=True),
        *_moments("frozen_at"),
        sa.Column("preview", sa.Text(), nullable=True),
        *_moments("previewed_at"),
        sa.Column("card", sa.String(length=64), nullable=True),
        *_moments("pressed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    op.create_table(
        "campaign_recipients",
        sa.Column("campaign_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("notice_id", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "customer_id", name=op.f("pk_campaign_recipients")),
    )
    op.create_index(
        "ix_campaign_recipients_queued",
        "campaign_recipients",
        ["campaign_id", "customer_id"],
        sqlite_where=_QUEUED,
        postgresql_where=_QUEUED,
    )
    op.create_index("ix_campaign_recipients_customer", "campaign_recipients", ["customer_id"])
    op.add_column("notifications", sa.Column("campaign_id", sa.String(length=64), nullable=True))
    op.create_index(
        "ix_notifications_campaign",
        "notifications",
        ["campaign_id", "state", "decided_at"],
        sqlite_where=_OF_CAMPAIGN,
        postgresql_where=_OF_CAMPAIGN,
    )
