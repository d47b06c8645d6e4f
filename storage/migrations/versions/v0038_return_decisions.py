"""Adds to a return where and by whom it is decided, what the warehouse counted, its refunds, and the teams' posts."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Adds them; returns from before are decided where their state says so."""
    op.add_column("returns", sa.Column("case_id", sa.String(24)))
    op.add_column("returns", sa.Column("decided_by", sa.String(64)))
    op.add_column("returns", sa.Column("request", sa.String(64)))
    op.add_column("returns", sa.Column("counts", sa.Text()))
    op.create_index("ix_returns_case_id", "returns", ["case_id"])
    op.create_table(
        "return_refunds",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("return_id", sa.String(24), nullable=False),
        sa.Column("order_number", sa.String(255), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("amount", sa.String(32), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("method", sa.String(32), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("approved_by", sa.String(64)),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
        sa.Column("told", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_refunds")),
    )
    op.create_index("ix_return_refunds_return_id", "return_refunds", ["return_id"])
    op.create_index("ix_return_refunds_order_number", "return_refunds", ["order_number"])
    op.create_table(
        "return_posts",
        sa.Column("return_id", sa.String(24), nullable=False),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("place", sa.String(255), nullable=False),
        sa.Column("message", sa.String(255)),
        sa.PrimaryKeyConstraint("return_id", "team", name=op.f("pk_return_posts")),
    )
