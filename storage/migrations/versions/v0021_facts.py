"""Lets what the store is told be found: when a notice was decided, a case claimed or resolved, a message failed."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_DECIDED = sa.text("state IN ('sent', 'skipped')")
_CLAIMED = sa.text("claimed_at IS NOT NULL")
_RESOLVED = sa.text("resolved_at IS NOT NULL")
_FAILED = sa.text("state = 'failed'")


def upgrade() -> None:
    """Adds the moment and the indexes."""
    op.add_column("notifications", sa.Column("decided_at", sa.BigInteger(), nullable=True))
    where = {"sqlite_where": _DECIDED, "postgresql_where": _DECIDED}
    op.create_index("ix_notifications_decided", "notifications", ["decided_at"], **where)
    where = {"sqlite_where": _CLAIMED, "postgresql_where": _CLAIMED}
    op.create_index("ix_cases_claimed", "cases", ["claimed_at"], **where)
    where = {"sqlite_where": _RESOLVED, "postgresql_where": _RESOLVED}
    op.create_index("ix_cases_resolved", "cases", ["resolved_at"], **where)
    where = {"sqlite_where": _FAILED, "postgresql_where": _FAILED}
    op.create_index("ix_outbox_failed", "outbox", ["finished_at"], **where)
