"""The table of what the store's rules did."""

from sqlalchemy import Column, Index, SmallInteger, String, Table, Text, UniqueConstraint, text

from storage.engine.schema import Moment, id_column, metadata

_OF_CASE = text("case_id IS NOT NULL")

# What a rule did for a subject, once; or (state `held`, with the reason) what a guard kept it from doing so far.
rule_firings = Table(
    "rule_firings",
    metadata,
    id_column(primary_key=True),
    Column("rule", String(64), nullable=False),
    Column("subject", String(16), nullable=False),  # order, parcel, return, customer, case
    Column("subject_id", String(600), nullable=False),
    Column("state", String(8), nullable=False),  # fired, held
    Column("reason", String(32), nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
    Column("event", String(32), nullable=False),  # the type of what it was asked about
    Column("facts", Text, nullable=False),  # JSON: what its condition read
    Column("did", Text, nullable=False, server_default="[]"),  # JSON: what came of each deed
    Column("digest", String(16), nullable=False),  # of the rule, as it was written then
    Column("depth", SmallInteger, nullable=False),  # 1: not by what a rule did; 2: by what one did; …
    id_column("customer_id", nullable=False),
    Column("order_number", String(255), index=True),
    id_column("case_id"),  # that it opened, or added to
    UniqueConstraint("rule", "subject", "subject_id"),
    Index("ix_rule_firings_customer", "customer_id", "rule", "at"),
    Index("ix_rule_firings_case", "case_id", sqlite_where=_OF_CASE, postgresql_where=_OF_CASE),
)
