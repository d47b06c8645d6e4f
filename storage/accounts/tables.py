"""Our accounts at the providers: templates, and what keeps one from sending."""

from sqlalchemy import Column, Index, String, Table, Text, text

from storage.engine.schema import Moment, id_column, metadata

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

# What keeps an account, or one template of it, from sending: from its first refusal until it works again. The desk is
# told of both. `form` is how the template was filled in (core.messages.outbound.TemplateCall.form).
incidents = Table(
    "incidents",
    metadata,
    id_column(primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("code", String(64), nullable=False),
    Column("detail", Text),
    Column("template", String(255), nullable=False, server_default=""),
    Column("language", String(16), nullable=False, server_default=""),
    Column("form", Text, nullable=False, server_default=""),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Index(
        "ix_incidents_open",
        "channel",
        "account",
        "template",
        "language",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)
