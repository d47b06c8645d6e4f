"""Tables of campaigns: one notice to many customers, and who these are."""

from sqlalchemy import Column, Index, SmallInteger, String, Table, Text, text

from storage.engine.schema import Moment, id_column, metadata

_QUEUED = text("state = 'queued'")

# state: draft, approved, scheduled (approved, for a time), running, paused, done, cancelled, late (never begun).
campaigns = Table(
    "campaigns",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("segment", Text, nullable=False),
    Column("template", String(64), nullable=False, server_default=""),
    Column("state", String(16), nullable=False),
    Column("reason", String(64), nullable=False, server_default=""),  # why it is paused
    Column("hold_out", SmallInteger, nullable=False, server_default="0"),  # percent who are told nothing
    Column("at", Moment),
    Column("latest_start", Moment),
    Column("created_by", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("approved_by", String(64), nullable=False, server_default=""),
    Column("approved_at", Moment),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    id_column("frozen_to"),  # the last customer looked at, while the recipients are being written down
    Column("frozen_at", Moment),  # from then on nobody joins them
    Column("preview", Text),  # what it would do, as JSON, when somebody looked last
    Column("previewed_at", Moment),
    Column("card", String(64)),  # the message at the desk that shows how far it is
    Column("pressed_at", Moment),  # since then the share of failures is watched: it was begun or resumed
)

# Whom a campaign goes to. state: queued, told (there is a notice), held_out, merged (told as another customer).
recipients = Table(
    "campaign_recipients",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    id_column("customer_id", primary_key=True),
    Column("state", String(16), nullable=False),
    id_column("notice_id"),
    Index(
        "ix_campaign_recipients_queued",
        "campaign_id",
        "customer_id",
        sqlite_where=_QUEUED,
        postgresql_where=_QUEUED,
    ),
    Index("ix_campaign_recipients_customer", "customer_id"),
)
