"""Tables of orders, as the store tells them, and of returns."""

from sqlalchemy import Column, Date, Index, SmallInteger, String, Table, Text

from storage.engine.schema import Moment, id_column, metadata

orders = Table(
    "orders",
    metadata,
    Column("number", String(255), primary_key=True),
    id_column("customer_id", index=True),
    Column("placed_at", Moment, nullable=False),
    Column("status", String(32), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("total", String(32), nullable=False),
    Column("phone", String(32)),
    Column("buyer", Text, nullable=False),
    Column("shipping", Text, nullable=False),
    Column("promised_by", Date),
    Column("extra", Text),
    Column("told_at", Moment, nullable=False),  # the newest event applied
    Column("number_form", String(255), index=True),  # by which what customers write is compared
    Index("ix_orders_phone", "phone", "placed_at"),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_number", String(255), primary_key=True),
    Column("id", String(255), primary_key=True),
    Column("n", SmallInteger, nullable=False),
    Column("data", Text, nullable=False),
)

shipments = Table(
    "shipments",
    metadata,
    Column("order_number", String(255), primary_key=True),
    Column("id", String(255), primary_key=True),
    Column("n", SmallInteger, nullable=False),
    Column("status", String(32), nullable=False),
    Column("tracking_number", String(1000)),
    Column("eta", Date),
    Column("data", Text, nullable=False),
    Column("tracking_form", String(255), index=True),
)

returns = Table(
    "returns",
    metadata,
    id_column(primary_key=True),
    Column("reference", String(64), nullable=False),
    Column("order_number", String(255), nullable=False, index=True),
    id_column("customer_id", nullable=False, index=True),
    id_column("conversation_id", nullable=False),
    Column("state", String(32), nullable=False),
    Column("resolution", String(32), nullable=False),
    Column("lines", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)
