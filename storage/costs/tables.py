"""Table of costs: what a provider charges for one message of ours."""

from sqlalchemy import BigInteger, Column, Index, String, Table, UniqueConstraint

from storage.engine.schema import Moment, id_column, metadata

# One row for each call that costs something; what is free has none. `source`: provider (it said the sum) or table (it
# said the category, and the price is the store's). `micros`: millionths of the currency.
costs = Table(
    "costs",
    metadata,
    id_column(primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("provider_id", String(255), nullable=False),
    id_column("part_id", nullable=False),
    id_column("outbox_id", nullable=False, index=True),
    id_column("notice_id", index=True),
    Column("campaign_id", String(64), index=True),
    id_column("case_id", index=True),
    Column("kind", String(32), nullable=False),  # of the notice, or ""
    Column("flow", String(64), nullable=False),  # that said it, or ""
    Column("category", String(32), nullable=False),  # marketing, utility, authentication, service, or "" (an SMS)
    Column("currency", String(3), nullable=False),
    Column("micros", BigInteger, nullable=False),
    Column("source", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("channel", "provider_id"),
    Index("ix_costs_at", "at"),
)
