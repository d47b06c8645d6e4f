"""Keeps order and tracking numbers in the form that is compared with what customers write."""

import sqlalchemy as sa
from alembic import op

from core.shop.order_numbers import normal_form

revision = "0014"
down_revision = "0013"

_GROUP = 1000


def upgrade() -> None:
    """Adds the columns with their indexes, and fills them for what is kept."""
    op.add_column("orders", sa.Column("number_form", sa.String(length=255), nullable=True))
    op.add_column("shipments", sa.Column("tracking_form", sa.String(length=255), nullable=True))
    _fill("orders", ("number",), "number", "number_form")
    _fill("shipments", ("order_number", "id"), "tracking_number", "tracking_form")
    op.create_index(op.f("ix_orders_number_form"), "orders", ["number_form"], unique=False)
    op.create_index(op.f("ix_shipments_tracking_form"), "shipments", ["tracking_form"], unique=False)
    op.drop_index(op.f("ix_shipments_tracking_number"), "shipments")


def _fill(name: str, keys: tuple[str, ...], number: str, form: str) -> None:
    table = sa.table(name, *(sa.column(each, sa.String) for each in {*keys, number, form}))
    conn = op.get_bind()
    own = [table.c[key] for key in keys]
    rows = conn.execute(sa.select(*own, table.c[number].label("said")).where(table.c[number].is_not(None))).all()
    write = sa.update(table).where(*(column == sa.bindparam(f"row_{column.name}") for column in own))
    write = write.values({form: sa.bindparam("form")})
    for first in range(0, len(rows), _GROUP):
        some = [
            {**{f"row_{key}": row._mapping[key] for key in keys}, "form": normal_form(row.said)[:255] or None}
            for row in rows[first : first + _GROUP]
        ]
        conn.execute(write, some)
