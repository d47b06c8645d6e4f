"""Adds media, merged customers, proved numbers, templates and incidents; edits and deletions on the timeline."""

import sqlalchemy as sa
from alembic import op

from core.people.addresses import canonical

revision = "0002"
down_revision = "0001"

_IN_WORK = sa.text("state IN ('pending', 'fetching')")
_KEPT = sa.text("state = 'kept'")
_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """Creates them."""
    op.add_column("addresses", sa.Column("home", sa.String(length=255), nullable=True))
    op.add_column("addresses", sa.Column("phone", sa.String(length=32), nullable=True))
    op.create_index(op.f("ix_addresses_phone"), "addresses", ["phone"], unique=False)
    op.execute("UPDATE addresses SET phone = value WHERE channel IN ('whatsapp', 'sms') AND value LIKE '+%'")
    _canonical("addresses", "key")
    _canonical("customers", "id")
    _canonical("orders", "number")
    for table in ("cases", "returns", "notifications"):
        op.create_index(op.f(f"ix_{table}_customer_id"), table, ["customer_id"], unique=False)
    op.add_column("customers", sa.Column("merged_into", sa.String(length=24), nullable=True))
    op.add_column("messages", sa.Column("edited_at", sa.BigInteger(), nullable=True))
    op.add_column("messages", sa.Column("deleted_at", sa.BigInteger(), nullable=True))
    _media()
    _others()


def _canonical(name: str, key: str) -> None:
    """Rewrites numbers of countries that write them in two ways to the one by which they are compared."""
    table = sa.table(name, sa.column(key, sa.String), sa.column("phone", sa.String))
    prefixes = sa.or_(*(table.c.phone.startswith(prefix) for prefix in ("+521", "+54", "+55")))
    conn = op.get_bind()
    told = conn.execute(sa.select(table.c[key], table.c.phone).where(prefixes)).all()
    other = [{"row": id_, "one": canonical(phone)} for id_, phone in told if canonical(phone) != phone]
    if other:
        conn.execute(
            sa.update(table).where(table.c[key] == sa.bindparam("row")).values(phone=sa.bindparam("one")), other
        )


def _media() -> None:
    op.create_table(
        "media",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("customer_id", sa.String(length=24), nullable=True),
        sa.Column("conversation_id", sa.String(length=24), nullable=True),
        sa.Column("message_id", sa.String(length=24), nullable=True),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("mime", sa.String(length=255), server_default="", nullable=False),
        sa.Column("filename", sa.String(length=255), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("blob", sa.String(length=255), nullable=True),
        sa.Column("state", sa.String(length=16), server_default="pending", nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    op.create_index(op.f("ix_media_customer_id"), "media", ["customer_id"], unique=False)
    op.create_index("ix_media_pending", "media", ["not_before"], sqlite_where=_IN_WORK, postgresql_where=_IN_WORK)
    op.create_index("ix_media_expiring", "media", ["expires_at"], sqlite_where=_KEPT, postgresql_where=_KEPT)


def _others() -> None:
    op.create_table(
        "merges",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("kept_id", sa.String(length=24), nullable=False),
        sa.Column("gone_id", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("moved", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index(op.f("ix_merges_gone_id"), "merges", ["gone_id"], unique=False)
    op.create_index(op.f("ix_merges_kept_id"), "merges", ["kept_id"], unique=False)
    op.create_table(
        "templates",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "account", "name", "language", name=op.f("pk_templates")),
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index(
        "ix_incidents_open",
        "incidents",
        ["channel", "account"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
