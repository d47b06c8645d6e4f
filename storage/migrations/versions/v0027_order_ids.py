"""Keeps by what the store's own system names an order, where that is not its number."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Adds the column, and finds orders by it."""
    op.add_column("orders", sa.Column("store_id", sa.String(length=255), nullable=True))
    op.create_index(op.f("ix_orders_store_id"), "orders", ["store_id"], unique=False)
