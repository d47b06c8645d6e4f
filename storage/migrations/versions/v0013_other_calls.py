"""Keeps the provider's id of another call of a part: a call that was made again may have got through twice."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_THERE = sa.text("other_id IS NOT NULL")


def upgrade() -> None:
    """Adds it, found by it."""
    op.add_column("outbox_parts", sa.Column("other_id", sa.String(length=255), nullable=True))
    op.create_index("ix_outbox_parts_other", "outbox_parts", ["other_id"], sqlite_where=_THERE, postgresql_where=_THERE)
