"""Lets what flows, notices and orders did be measured: a message knows which response it says, and rows are found."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"

DECIDED = sa.text("state IN ('sent', 'skipped', 'failed')")
DECIDED_NAME = op.f("ix_notifications_decided")


def upgrade() -> None:
    """Adds the column and the indexes."""
    op.add_column("outbox", sa.Column("response", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_flow_events_conversation"), "flow_events", ["conversation_id", "id"], unique=False)
    op.create_index(op.f("ix_orders_placed"), "orders", ["placed_at"], unique=False)
    op.drop_index(DECIDED_NAME, "notifications")
    op.create_index(
        DECIDED_NAME,
        "notifications",
        ["decided_at"],
        unique=False,
        sqlite_where=DECIDED,
        postgresql_where=DECIDED,
    )
