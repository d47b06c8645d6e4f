"""Every table, once. Unique keys do the de-duplication, partial indexes keep pending work cheap to find."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def micros(moment: datetime) -> int:
    """Microseconds since 1970: how a moment is stored, the same in both databases, and never naive."""
    delta = moment - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def moment(value: int) -> datetime:
    """The aware UTC time that `micros` wrote."""
    return EPOCH + timedelta(microseconds=value)


class Moment(TypeDecorator[datetime]):
    """An aware datetime as an integer of microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> int | None:
        """To the database."""
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, _dialect: Any) -> datetime | None:
        """From the database."""
        return None if value is None else moment(value)


def _id(name: str = "id", **options: Any) -> Column[str]:
    return Column(name, String(24), **options)


# What came in, one row per item. lane: conversation, receipt, desk, store, account.
# state: 0 pending, 1 handled, 2 dead letter.
inbox = Table(
    "inbox",
    metadata,
    _id(primary_key=True),
    Column("source", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("external_id", String(255), nullable=False),
    Column("lane", String(16), nullable=False),
    Column("key", String(255), nullable=False),
    Column("shard", SmallInteger, nullable=False),
    Column("payload", Text, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("sequence", BigInteger, nullable=False, server_default="0"),
    Column("received_at", Moment, nullable=False),
    Column("state", SmallInteger, nullable=False, server_default="0"),
    Column("handled_at", Moment),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("error", Text),
    UniqueConstraint("source", "account", "external_id"),
    Index(
        "ix_inbox_pending", "lane", "shard", "id", sqlite_where=text("state = 0"), postgresql_where=text("state = 0")
    ),
    Index("ix_inbox_dead", "id", sqlite_where=text("state = 2"), postgresql_where=text("state = 2")),
)

# Who works on which ordering key, until when. Taken by one conditional upsert.
leases = Table(
    "leases",
    metadata,
    Column("key", String(255), primary_key=True),
    _id("owner", nullable=False),
    Column("until", Moment, nullable=False),
)

customers = Table(
    "customers",
    metadata,
    _id(primary_key=True),
    Column("store_id", String(1000), unique=True),
    Column("name", String(255), nullable=False, server_default=""),
    Column("email", String(1000), index=True),
    Column("phone", String(32), index=True),
    Column("locale", String(1000), nullable=False, server_default=""),
    Column("timezone", String(1000), nullable=False, server_default=""),
    Column("tier", String(1000), nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    _id("merged_into"),  # the customer this one turned out to be
)

# Where a customer is reached; `key` is channel:account:value. `home` is the key of the conversation that this address
# belongs to when that is not its own; `phone` the number that the address proves, its own or one she proved.
addresses = Table(
    "addresses",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("value", String(160), nullable=False),
    _id("customer_id", nullable=False, index=True),
    Column("dead_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("home", String(255)),
    Column("phone", String(32), index=True),
)

# One customer on one account. `session` is the flow engine's, `grants` the proofs given.
conversations = Table(
    "conversations",
    metadata,
    _id(primary_key=True),
    Column("key", String(255), nullable=False, unique=True),
    _id("customer_id", nullable=False, index=True),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("value", String(160), nullable=False),
    Column("owner", String(16), nullable=False, server_default="bot"),
    _id("case_id"),
    Column("session", Text, nullable=False, server_default=""),
    Column("grants", Text, nullable=False, server_default="[]"),
    Column("last_inbound_at", Moment),
    Column("created_at", Moment, nullable=False),
)

# The timeline. An outgoing message has the id of its outbox row.
messages = Table(
    "messages",
    metadata,
    _id(primary_key=True),
    _id("conversation_id", nullable=False),
    _id("customer_id", nullable=False),
    Column("direction", String(3), nullable=False),
    Column("author", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("attachments", Text),
    Column("external_id", String(255)),
    Column("at", Moment, nullable=False),
    Column("edited_at", Moment),
    Column("deleted_at", Moment),
    Index("ix_messages_conversation", "conversation_id", "id"),
)

# Files of customers and agents. state: pending, fetching, kept, refused (too large, not what it says), gone.
# `ref` is the provider's handle, `source` who has it (a channel, or the desk); `blob` is the name in the media store.
media = Table(
    "media",
    metadata,
    _id(primary_key=True),
    _id("customer_id", index=True),
    _id("conversation_id"),
    _id("message_id"),  # the timeline's
    Column("source", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("ref", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("mime", String(255), nullable=False, server_default=""),
    Column("filename", String(255), nullable=False, server_default=""),
    Column("size", BigInteger, nullable=False, server_default="0"),
    Column("sha256", String(64)),
    Column("blob", String(255)),
    Column("state", String(16), nullable=False, server_default="pending"),
    Column("code", String(64)),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("not_before", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("fetched_at", Moment),
    Column("expires_at", Moment),
    Index(
        "ix_media_pending",
        "not_before",
        sqlite_where=text("state IN ('pending', 'fetching')"),
        postgresql_where=text("state IN ('pending', 'fetching')"),
    ),
    Index(
        "ix_media_expiring", "expires_at", sqlite_where=text("state = 'kept'"), postgresql_where=text("state = 'kept'")
    ),
)

# Two customers who turned out to be one: what moved from the one that is gone, so that it can be taken back.
merges = Table(
    "merges",
    metadata,
    _id(primary_key=True),
    _id("kept_id", nullable=False, index=True),
    _id("gone_id", nullable=False, index=True),
    Column("reason", String(64), nullable=False),
    Column("moved", Text, nullable=False),  # {table: [keys]}
    Column("at", Moment, nullable=False),
    Column("undone_at", Moment),
)

# Our templates as the providers have them.
templates = Table(
    "templates",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("account", String(64), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("category", String(16), nullable=False),
    Column("status", String(32), nullable=False),
    Column("told_at", Moment, nullable=False),
)

# What keeps an account from sending, from its first refusal until it works again; the desk is told of both.
incidents = Table(
    "incidents",
    metadata,
    _id(primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("code", String(64), nullable=False),
    Column("detail", Text),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Index(
        "ix_incidents_open",
        "channel",
        "account",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

# To be sent. lane: message, desk. state: pending, sending, unknown (ambiguous), sent, failed, cancelled.
outbox = Table(
    "outbox",
    metadata,
    _id(primary_key=True),
    Column("lane", String(16), nullable=False),
    Column("key", String(255), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("value", String(160), nullable=False),
    Column("speaker", String(16), nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(16), nullable=False, server_default="pending"),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("rendered", SmallInteger, nullable=False, server_default="0"),  # number of parts made
    Column("not_before", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Column("code", String(64)),
    Column("detail", Text),
    Column("degradations", Text),
    _id("case_id"),
    Column("origin", String(64)),  # the agent's message at the desk
    _id("notification_id"),
    _id("cause_id"),  # the inbox row that made it
    Index(
        "ix_outbox_pending",
        "priority",
        "not_before",
        "id",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index(
        "ix_outbox_bulk",
        "channel",
        "account",
        "priority",
        "not_before",
        "id",
        sqlite_where=text("state = 'pending' AND priority > 0"),
        postgresql_where=text("state = 'pending' AND priority > 0"),
    ),
    Index(
        "ix_outbox_open",
        "key",
        "id",
        sqlite_where=text("state IN ('pending', 'sending', 'unknown')"),
        postgresql_where=text("state IN ('pending', 'sending', 'unknown')"),
    ),
    Index(
        "ix_outbox_in_doubt",
        "state",
        "id",
        sqlite_where=text("state IN ('sending', 'unknown')"),
        postgresql_where=text("state IN ('sending', 'unknown')"),
    ),
    Index("ix_outbox_notification", "notification_id"),
    Index("ix_outbox_cause", "cause_id"),
)

# One provider call each; the id is the correlation that comes back in receipts.
outbox_parts = Table(
    "outbox_parts",
    metadata,
    _id(primary_key=True),
    _id("outbox_id", nullable=False, index=True),
    Column("n", SmallInteger, nullable=False),
    Column("key", String(255), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("call", String(32), nullable=False),
    Column("payload", Text, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("state", String(16), nullable=False),  # pending, sending, unknown, sent, failed
    Column("repeats", SmallInteger, nullable=False, server_default="0"),
    Column("started_at", Moment),
    Column("provider_id", String(255)),
    Column("status", String(16)),  # the receipts' word
    Column("status_at", Moment),
    Column("code", String(64)),
    Index("ix_outbox_parts_provider", "provider_id"),
    Index(
        "ix_outbox_parts_unread",
        "key",
        "id",
        sqlite_where=text("status IN ('sent', 'delivered')"),
        postgresql_where=text("status IN ('sent', 'delivered')"),
    ),
)

# Receipts that came before the answer to the call they speak of.
parked_receipts = Table(
    "parked_receipts",
    metadata,
    _id(primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("provider_id", String(255), nullable=False),
    Column("payload", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_parked_receipts_provider", "provider_id"),
)

timers = Table(
    "timers",
    metadata,
    _id(primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
    UniqueConstraint("kind", "subject"),
)

cases = Table(
    "cases",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    _id(nullable=False, unique=True),
    _id("conversation_id", nullable=False, index=True),
    _id("customer_id", nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("summary", Text, nullable=False, server_default=""),
    Column("order_number", String(255)),
    Column("claimed_by", String(64)),
    Column("place", String(64), nullable=False),
    Column("thread", String(64)),
    Column("opened_at", Moment, nullable=False),
    Column("claimed_at", Moment),
    Column("resolved_at", Moment),
    UniqueConstraint("place", "thread"),
)

# Messages of agents: what became of each. state: sent, note, held, kept.
desk_messages = Table(
    "desk_messages",
    metadata,
    _id(primary_key=True),
    Column("place", String(64), nullable=False),
    Column("message", String(64), nullable=False),
    _id("case_id", nullable=False),
    Column("user", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(16), nullable=False),
    _id("outbox_id"),
    Column("at", Moment, nullable=False),
    UniqueConstraint("place", "message"),
)

orders = Table(
    "orders",
    metadata,
    Column("number", String(255), primary_key=True),
    _id("customer_id", index=True),
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
    Column("tracking_number", String(1000), index=True),
    Column("eta", Date),
    Column("data", Text, nullable=False),
)

returns = Table(
    "returns",
    metadata,
    _id(primary_key=True),
    Column("reference", String(64), nullable=False),
    Column("order_number", String(255), nullable=False, index=True),
    _id("customer_id", nullable=False, index=True),
    _id("conversation_id", nullable=False),
    Column("state", String(32), nullable=False),
    Column("resolution", String(32), nullable=False),
    Column("lines", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

guesses = Table(
    "guesses",
    metadata,
    _id(primary_key=True),
    _id("conversation_id", nullable=False),
    Column("order_number", String(255), nullable=False),
    Column("ok", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_guesses_conversation", "conversation_id", "at"),
    Index("ix_guesses_order", "order_number", "at"),
)

# The ledger: appended to, never changed. `subject` is an address value, so that it survives a change of account.
consents = Table(
    "consents",
    metadata,
    _id(primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("subject", String(160), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("source", String(64), nullable=False),
    Column("proof", Text),
    Column("at", Moment, nullable=False),
    Index("ix_consents_subject", "subject", "id"),
)

# One proactive message to one customer: why it was sent, held or skipped.
# state: held, queued, sent, failed, skipped.
notifications = Table(
    "notifications",
    metadata,
    _id(primary_key=True),
    Column("business_key", String(600), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("category", String(16), nullable=False),
    _id("customer_id", nullable=False, index=True),
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
    Index("ix_notifications_order", "order_number"),
    Index(
        "ix_notifications_held",
        "not_before",
        sqlite_where=text("state = 'held'"),
        postgresql_where=text("state = 'held'"),
    ),
)

audit = Table(
    "audit",
    metadata,
    _id(primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", String(255), nullable=False),
    Column("data", Text),
)
