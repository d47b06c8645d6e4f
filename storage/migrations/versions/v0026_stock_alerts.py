"""Keeps who waits for a product to be in stock again."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "stock_alerts",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("customer_id", sa.String(length=24), nullable=False),
        sa.Column("conversation_id", sa.String(length=24), nullable=False),
        sa.Column("product_id", sa.String(length=255), nullable=False),
        sa.Column("variant_ids", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_alerts")),
    )
    op.create_index(op.f("ix_stock_alerts_customer_id"), "stock_alerts", ["customer_id"], unique=False)
    op.create_index(op.f("ix_stock_alerts_conversation_id"), "stock_alerts", ["conversation_id"], unique=False)
    op.create_index(
        "ix_stock_alerts_waiting",
        "stock_alerts",
        ["product_id"],
        unique=False,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
