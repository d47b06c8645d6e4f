"""The table of what the store is told and asked."""

from sqlalchemy import Column, Index, SmallInteger, String, Table, Text, text

from storage.engine.schema import Moment, id_column, metadata

# One event that leaves for the store. kind: request, fact. `key` makes it one: a request's idempotency id, or what the
# fact is about. state: pending (to be sent, or sent again), asked (the store took it and tells later), done, refused,
# failed (kept; `doorstep outgoing repeat`), held (after a restore, until an operator says).
# `not_before` of a row that is being sent is the end of a lease.
outgoing = Table(
    "outgoing",
    metadata,
    id_column(primary_key=True),
    Column("key", String(255), nullable=False, unique=True),
    Column("kind", String(8), nullable=False),
    Column("type", String(64), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("order_number", String(255)),
    id_column("customer_id", index=True),
    id_column("conversation_id"),
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False, server_default="pending"),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("not_before", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("code", String(64)),
    Column("reason", Text),
    Column("remote_id", String(255)),
    Index(
        "ix_outgoing_due",
        "kind",
        "not_before",
        "id",
        sqlite_where=text("state IN ('pending', 'asked')"),
        postgresql_where=text("state IN ('pending', 'asked')"),
    ),
    Index(
        "ix_outgoing_not_done",
        "state",
        sqlite_where=text("state IN ('pending', 'asked', 'failed', 'held')"),
        postgresql_where=text("state IN ('pending', 'asked', 'failed', 'held')"),
    ),
    Index(
        "ix_outgoing_open_requests",
        "order_number",
        sqlite_where=text("kind = 'request' AND state IN ('pending', 'asked')"),
        postgresql_where=text("kind = 'request' AND state IN ('pending', 'asked')"),
    ),
)
