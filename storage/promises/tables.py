"""The table of promises: each date or time that a customer was told."""

from sqlalchemy import Column, Date, Index, String, Table, text

from storage.engine.schema import Moment, id_column, metadata

_OPEN = text("state = 'open'")

# state: open, kept, changed, void, broken (core.shop.promises). What was told again while it was open is one row.
promises = Table(
    "promises",
    metadata,
    id_column(primary_key=True),
    id_column("customer_id", nullable=False, index=True),
    Column("purpose", String(16), nullable=False),
    Column("matter", String(16), nullable=False),
    Column("order_number", String(255), nullable=False, server_default="", index=True),
    Column("matter_id", String(255), nullable=False, server_default=""),
    Column("due_on", Date),
    Column("zone", String(64), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("told_at", Moment, nullable=False),
    Column("source", String(128), nullable=False),
    id_column("message_id", nullable=False, index=True),
    id_column("notice_id", nullable=False, server_default=""),
    Column("state", String(16), nullable=False),
    Column("closed_at", Moment),
    Column("closed_by", String(128), nullable=False, server_default=""),
    Index("ix_promises_due", "state", "due_at"),
    Index(
        "uq_promises_open",
        "purpose",
        "order_number",
        "matter_id",
        "due_at",
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    ),
)
