"""Adds one-time codes, e-mails to be sent, and the postcode by which an order is found with a name."""

import json

import sqlalchemy as sa
from alembic import op

from core.people.postcodes import postcode_form

revision = "0018"
down_revision = "0017"

_GROUP = 1000


def upgrade() -> None:
    """Makes the tables, and fills the column for the orders that are kept."""
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("conversation_id", sa.String(length=24), nullable=False),
        sa.Column("order_number", sa.String(length=255), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("used", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("failed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_codes")),
    )
    op.create_index("ix_one_time_codes_conversation", "one_time_codes", ["conversation_id", "sent_at"], unique=False)
    op.create_index("ix_one_time_codes_order", "one_time_codes", ["order_number", "sent_at"], unique=False)
    op.create_table(
        "mails",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=255), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="pending", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
    )
    op.create_index(op.f("ix_mails_created_at"), "mails", ["created_at"], unique=False)
    op.add_column("orders", sa.Column("postcode_form", sa.String(length=32), nullable=True))
    _fill()
    op.create_index(op.f("ix_orders_postcode_form"), "orders", ["postcode_form"], unique=False)


def _fill() -> None:
    table = sa.table("orders", *(sa.column(name, sa.String) for name in ("number", "shipping", "postcode_form")))
    conn = op.get_bind()
    rows = conn.execute(sa.select(table.c.number, table.c.shipping)).all()
    write = sa.update(table).where(table.c.number == sa.bindparam("row")).values(postcode_form=sa.bindparam("form"))
    for first in range(0, len(rows), _GROUP):
        some = [{"row": row.number, "form": _form(row.shipping)} for row in rows[first : first + _GROUP]]
        conn.execute(write, some)


def _form(shipping: str) -> str | None:
    told = json.loads(shipping)
    return postcode_form(told.get("postcode", ""), told.get("country", ""))[:32] or None
