"""Tables of notices: one proactive message to one customer each."""

from sqlalchemy import Column, Index, String, Table, Text, literal_column, text

from storage.engine.schema import Moment, id_column, metadata

_DECIDED = text("state IN ('sent', 'skipped', 'failed')")

# One proactive message to one customer: why it was sent, held or skipped.
# state: held, queued, sent, failed, skipped.
notices = Table(
    "notifications",
    metadata,
    id_column(primary_key=True),
    Column("business_key", String(600), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("category", String(16), nullable=False),
    id_column("customer_id", nullable=False, index=True),
    Column("order_number", String(255)),
    Column("shipment_id", String(255)),
    Column("data", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(64), nullable=False, server_default=""),
    Column("not_before", Moment),
    Column("expires_at", Moment),
    Column("channel", String(32)),
    Column("tried", Text, nullable=False, server_default="[]"),
    Column("trace", Text, nullable=False, server_default="[]"),
    Column("created_at", Moment, nullable=False),
    Column("decided_at", Moment),  # when it came into its state
    Column("campaign_id", String(64)),
    Column("deadline_at", Moment),  # by then the way it took must have a receipt, else the next one follows
    Index(
        "ix_notifications_decided",
        "decided_at",
        sqlite_where=_DECIDED,
        postgresql_where=_DECIDED,
    ),
    Index("ix_notifications_order", "order_number"),
    Index(
        "ix_notifications_campaign",
        "campaign_id",
        "state",
        "decided_at",
        sqlite_where=text("campaign_id IS NOT NULL"),
        postgresql_where=text("campaign_id IS NOT NULL"),
    ),
    Index(
        "ix_notifications_deadline",
        "deadline_at",
        sqlite_where=text("deadline_at IS NOT NULL"),
        postgresql_where=text("deadline_at IS NOT NULL"),
    ),
    Index(
        "ix_notifications_held",
        "not_before",
        sqlite_where=text("state = 'held'"),
        postgresql_where=text("state = 'held'"),
    ),
)

# Written out, not bound: the partial index is used only when the statement itself says so.
IS_DECIDED = notices.c.state.in_([literal_column(f"'{state}'") for state in ("sent", "skipped", "failed")])
