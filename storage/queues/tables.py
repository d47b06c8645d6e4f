"""Tables of what came in, what is to go out, who works on what, and what is due again."""

from sqlalchemy import BigInteger, Boolean, Column, Index, SmallInteger, String, Table, Text, UniqueConstraint, text

from storage.engine.schema import Moment, id_column, metadata

# What came in, one row per item. lane: conversation, receipt, desk, store, account.
# state: 0 pending, 1 handled, 2 dead letter, 3 held (after a restore, until an operator says), 4 waiting (for an order
# or a parcel that is not known yet).
inbox = Table(
    "inbox",
    metadata,
    id_column(primary_key=True),
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
        "ix_inbox_pending", "lane", "id", "shard", sqlite_where=text("state = 0"), postgresql_where=text("state = 0")
    ),
    Index("ix_inbox_dead", "id", sqlite_where=text("state = 2"), postgresql_where=text("state = 2")),
    Index("ix_inbox_waiting", "key", sqlite_where=text("state = 4"), postgresql_where=text("state = 4")),
)

# Which worker lives, which shards it has, and which ordering keys rest, until when. Taken by one conditional upsert.
leases = Table(
    "leases",
    metadata,
    Column("key", String(255), primary_key=True),
    id_column("owner", nullable=False),
    Column("until", Moment, nullable=False),
)

# To be sent. lane: message, desk. state: pending, sending, unknown (ambiguous), sent, failed, cancelled, held (after a
# restore, until an operator says).
outbox = Table(
    "outbox",
    metadata,
    id_column(primary_key=True),
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
    id_column("case_id"),
    Column("origin", String(64)),  # the agent's message at the desk
    id_column("notification_id"),
    id_column("cause_id"),  # the inbox row that made it
    Column("flow", String(64)),  # that said it
    Column("response", String(64)),  # what it says, by its key; of several joined in one message the last
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
    Index(
        "ix_outbox_failed",
        "finished_at",
        sqlite_where=text("state = 'failed'"),
        postgresql_where=text("state = 'failed'"),
    ),
    Index("ix_outbox_cause", "cause_id"),
)

# One provider call each; the id is the correlation that comes back in receipts.
outbox_parts = Table(
    "outbox_parts",
    metadata,
    id_column(primary_key=True),
    id_column("outbox_id", nullable=False, index=True),
    Column("n", SmallInteger, nullable=False),
    Column("key", String(255), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("call", String(32), nullable=False),
    Column("payload", Text, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("state", String(16), nullable=False),  # pending, sending, unknown, sent, failed
    Column("tries", SmallInteger, nullable=False, server_default="0"),  # calls begun
    Column("repeats", SmallInteger, nullable=False, server_default="0"),  # of these, after an unknown outcome
    Column("crashes", SmallInteger, nullable=False, server_default="0"),  # of these, after the death of a worker
    Column("started_at", Moment),
    Column("provider_id", String(255)),
    Column("other_id", String(255)),  # the provider's id of another call of this part that it took
    Column("status", String(16)),  # what receipts said
    Column("status_at", Moment),
    Column("code", String(64)),
    Index("ix_outbox_parts_provider", "provider_id"),
    Index(
        "ix_outbox_parts_other",
        "other_id",
        sqlite_where=text("other_id IS NOT NULL"),
        postgresql_where=text("other_id IS NOT NULL"),
    ),
    Index(
        "ix_outbox_parts_unread",
        "key",
        "id",
        sqlite_where=text("status IN ('sent', 'delivered')"),
        postgresql_where=text("status IN ('sent', 'delivered')"),
    ),
)

# Receipts that came before the answer to the call they are about. `provider_id` is the id by which the call will be
# known: the provider's, or that of our part where it is known already.
parked_receipts = Table(
    "parked_receipts",
    metadata,
    id_column(primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("provider_id", String(255), nullable=False),
    Column("payload", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_parked_receipts_provider", "provider_id"),
)

# What comes due again and again: one row for each subject of a kind (hub.timers).
# What a flow waits for: `due_at` at the latest, when `name` and `key` come back to its conversation; `event` about
# `about` may come before.
waits = Table(
    "waits",
    metadata,
    id_column(primary_key=True),
    id_column("conversation_id", nullable=False),
    Column("name", String(32), nullable=False),
    Column("key", String(64), nullable=False),
    Column("event", String(64)),
    Column("about", String(255), nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
    UniqueConstraint("conversation_id", "key"),
    Index("ix_waits_awaited", "event", "about"),
)

timers = Table(
    "timers",
    metadata,
    id_column(primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
    Column("done_until", Moment),  # for kinds that make up for what they missed
    UniqueConstraint("kind", "subject"),
)

# E-mails to be sent, each by a timer of the kind "mails" with its id. What it says is made when it leaves; `about`
# what it is about, of a one-time code its id. state: pending, sent, failed; then `address` is empty.
mails = Table(
    "mails",
    metadata,
    id_column(primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("about", String(255), nullable=False),
    Column("address", String(320), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("state", String(16), nullable=False, server_default="pending"),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False, index=True),
    Column("expires_at", Moment, nullable=False),
    Column("code", String(64)),  # why it failed
    Column("text", Text, nullable=False, server_default=""),  # of an alarm, until it is sent; no customer's
)
