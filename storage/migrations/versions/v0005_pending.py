"""Orders the index of what is pending as it is handed out: the oldest of a lane, whatever their shards."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_PENDING = sa.text("state = 0")


def upgrade() -> None:
    """Makes it anew."""
    op.drop_index("ix_inbox_pending", table_name="inbox")
    op.create_index(
        "ix_inbox_pending", "inbox", ["lane", "id", "shard"], sqlite_where=_PENDING, postgresql_where=_PENDING
    )
