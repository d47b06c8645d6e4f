"""Counts how often each part was called, and how often again because a worker died."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds the counts."""
    for name in ("tries", "crashes"):
        op.add_column("outbox_parts", sa.Column(name, sa.SmallInteger(), server_default="0", nullable=False))
