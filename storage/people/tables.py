"""Customers, where they are reached, what was said, and what they allowed."""

from sqlalchemy import Boolean, Column, Index, Integer, SmallInteger, String, Table, Text, false, text

from core.content.terms import LONGEST
from storage.engine.schema import Moment, id_column, metadata

customers = Table(
    "customers",
    metadata,
    id_column(primary_key=True),
    Column("store_id", String(1000), unique=True),
    Column("name", String(255), nullable=False, server_default=""),
    Column("email", String(1000), index=True),
    Column("phone", String(32), index=True),
    Column("locale", String(1000), nullable=False, server_default=""),  # by the store's or a channel's word
    Column("language", String(1000), nullable=False, server_default=""),  # that they wrote last, or asked for
    Column("timezone", String(1000), nullable=False, server_default=""),
    Column("tier", String(1000), nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("points", Integer),
    Column("points_at", Moment),  # when the store told of them last
    Column("account", Text),  # JSON: birthday, addresses, … (storage.people.accounts)
    Column("told_at", Moment),  # the newest customer.updated applied
    Column("prefers", Text),  # JSON: how they want to hear of things (core.people.preferences.Wish)
    Column("closed_told_at", Moment),  # when they heard last that the desk is closed
    Column("blocked_until", Moment),  # until when nothing they write is answered
    id_column("merged_into"),  # the customer this one turned out to be
    Column("named", String(255), nullable=False, server_default=""),  # the name that `customer_terms` find them by
    Index("ix_customers_renamed", "id", sqlite_where=text("name != named"), postgresql_where=text("name != named")),
)

# What customers are found by: the words of their names (core.content.terms). Looked for by how they begin, so they are
# ordered byte by byte in both databases.
customer_terms = Table(
    "customer_terms",
    metadata,
    Column("term", String(LONGEST).with_variant(String(LONGEST, collation="C"), "postgresql"), primary_key=True),
    id_column("customer_id", primary_key=True, index=True),
    sqlite_with_rowid=False,
)

# Where a customer is reached; `key` is channel:account:value. `home` is the key of the conversation that this address
# belongs to when that is not its own; `phone` the number that the address proves, its own or one that was proved there;
# `ask_name_at` when the provider is to be asked who it is (only where no message says it, and until it is known).
addresses = Table(
    "addresses",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("value", String(160), nullable=False),
    id_column("customer_id", nullable=False, index=True),
    Column("dead_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("home", String(255)),
    Column("phone", String(32), index=True),
    Column("ask_name_at", Moment),
    Index(
        "ix_addresses_nameless",
        "ask_name_at",
        sqlite_where=text("ask_name_at IS NOT NULL"),
        postgresql_where=text("ask_name_at IS NOT NULL"),
    ),
)

# One customer on one account. `session` is the flow engine's, `grants` the proofs given.
conversations = Table(
    "conversations",
    metadata,
    id_column(primary_key=True),
    Column("key", String(255), nullable=False, unique=True),
    id_column("customer_id", nullable=False, index=True),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("value", String(160), nullable=False),
    Column("owner", String(16), nullable=False, server_default="bot"),
    id_column("case_id"),
    Column("session", Text, nullable=False, server_default=""),
    Column("grants", Text, nullable=False, server_default="[]"),
    Column("last_inbound_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("route", String(64)),  # where in the chat they wrote last (a topic)
    id_column("left_case"),  # resolved lately: words bring it back to its agent, until then
    Column("left_until", Moment),
)

# The timeline. An outgoing message has the id of its outbox row.
messages = Table(
    "messages",
    metadata,
    id_column(primary_key=True),
    id_column("conversation_id", nullable=False),
    id_column("customer_id", nullable=False),
    Column("direction", String(3), nullable=False),
    Column("author", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("attachments", Text),
    Column("external_id", String(255)),
    Column("shared", Text),  # JSON: cards, places, ads … in full, of which `text` tells in a line
    Column("at", Moment, nullable=False),
    Column("edited_at", Moment),
    Column("deleted_at", Moment),
    Column("reply_to", String(255)),  # what it answers or reacts to: the provider's id, or that of its line here
    Column("quoted", Text),  # what the payload itself showed of that (core.messages.pieces.Quote)
    Column("answers", Text),  # ids of the store's answers that may fit it (storage.conversations.suggestions)
    Index("ix_messages_conversation", "conversation_id", "id"),
    *(
        Index(
            f"ix_messages_{changed}",
            changed,
            sqlite_where=text(f"{changed} IS NOT NULL"),
            postgresql_where=text(f"{changed} IS NOT NULL"),
        )
        for changed in ("edited_at", "deleted_at")
    ),
)

# Two customers who turned out to be one: what moved from the one that is gone, so that it can be taken back.
merges = Table(
    "merges",
    metadata,
    id_column(primary_key=True),
    id_column("kept_id", nullable=False, index=True),
    id_column("gone_id", nullable=False, index=True),
    Column("reason", String(64), nullable=False),
    Column("moved", Text, nullable=False),  # {table: [keys]}
    Column("at", Moment, nullable=False),
    Column("undone_at", Moment),
)

proof_attempts = Table(
    "guesses",  # the name this table was made with
    metadata,
    id_column(primary_key=True),
    id_column("conversation_id", nullable=False),
    Column("order_number", String(255), nullable=False),
    Column("ok", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_guesses_conversation", "conversation_id", "at"),
    Index("ix_guesses_order", "order_number", "at"),
)

# Codes that were sent to prove who somebody is. The code itself is in no row: it follows from the id and our secret.
one_time_codes = Table(
    "one_time_codes",
    metadata,
    id_column(primary_key=True),
    id_column("conversation_id", nullable=False),
    Column("order_number", String(255), nullable=False),
    Column("way", String(16), nullable=False),  # sms, email
    Column("sent_at", Moment, nullable=False),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    Column("used", Boolean, nullable=False, server_default=false()),
    Column("failed", Boolean, nullable=False, server_default=false()),
    Index("ix_one_time_codes_conversation", "conversation_id", "sent_at"),
    Index("ix_one_time_codes_order", "order_number", "sent_at"),
)

# The ledger: appended to, never changed. `subject` is an address value, so that it survives a change of account.
consents = Table(
    "consents",
    metadata,
    id_column(primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("subject", String(160), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("source", String(64), nullable=False),
    Column("proof", Text),
    Column("at", Moment, nullable=False),
    Index("ix_consents_subject", "subject", "id"),
)
