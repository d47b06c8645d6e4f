"""Declares the table of what flows counted."""

from sqlalchemy import Column, Index, String, Table

from storage.engine.schema import Moment, id_column, metadata

# What happened to flows in conversations, without a word of them: `name` like "asked", "answered", "handed_off"; `flow`
# and `step` where, "" while nothing ran; `version` of the flow; `detail` a reason, where there is one.
flow_events = Table(
    "flow_events",
    metadata,
    id_column(primary_key=True),
    id_column("conversation_id", nullable=False),
    Column("name", String(32), nullable=False),
    Column("flow", String(64), nullable=False),
    Column("step", String(64), nullable=False),
    Column("version", String(24), nullable=False),
    Column("detail", String(64), nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Index("ix_flow_events_flow", "flow", "name", "at"),
    Index("ix_flow_events_conversation", "conversation_id", "id"),
    Index("ix_flow_events_where", "flow", "conversation_id"),
)
