"""The table of what hooks are asked."""

from sqlalchemy import Column, Index, Integer, SmallInteger, String, Table, Text, UniqueConstraint, text

from storage.engine.schema import Moment, id_column, metadata

# One thing asked of a hook. kind: translation (of a post's words), reply (of an agent's), transcript (of a file in a
# post). `post_id` is the row of the outbox whose post shows the customer's words, of a reply its own id; `shown_id` the
# row that shows what came. state: due, asking, done; `not_before` of a row that is asked about is the end of its lease.
# `language` is the one to translate into, or in which the file is likely spoken; `spoken` the one it turned out to be
# in. `pressed` is what an agent filled in, as JSON, until it is answered; no other words are kept here.
hook_asks = Table(
    "hook_asks",
    metadata,
    id_column(primary_key=True),
    Column("kind", String(16), nullable=False),
    id_column("case_id", nullable=False),
    id_column("post_id", nullable=False, index=True),
    Column("media_id", String(24), nullable=False, server_default=""),
    Column("pressed", Text, nullable=False, server_default=""),
    Column("language", String(16), nullable=False, server_default=""),
    Column("spoken", String(16), nullable=False, server_default=""),
    Column("state", String(8), nullable=False, server_default="due"),
    Column("not_before", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("calls", SmallInteger, nullable=False, server_default="0"),
    Column("result", String(16), nullable=False, server_default=""),
    Column("ms", Integer),
    id_column("shown_id"),
    UniqueConstraint("kind", "post_id", "media_id"),
    Index("ix_hook_asks_case", "case_id", "id"),
    Index(
        "ix_hook_asks_open",
        "not_before",
        sqlite_where=text("state IN ('due', 'asking')"),
        postgresql_where=text("state IN ('due', 'asking')"),
    ),
)
