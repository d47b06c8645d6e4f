"""Files of customers and agents."""

from sqlalchemy import BigInteger, Column, Index, SmallInteger, String, Table, Text, text

from storage.engine.schema import Moment, id_column, metadata

# Files of customers and agents. state: pending, fetching, kept, refused (too large, not what it says), gone.
# `ref` is the provider's handle, `source` who has it (a channel, or the desk); `blob` is the name in the media store.
media = Table(
    "media",
    metadata,
    id_column(primary_key=True),
    id_column("customer_id", index=True),
    id_column("conversation_id"),
    id_column("message_id"),  # the timeline's
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
    Column("cards", Text),  # JSON: the contact cards in it (core.content.cards)
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
