"""Lets what the store is told be found: when a notice was decided, a case or message ended."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_DECIDED = sa.text("state IN ('sent', 'skipped')")
_CLAIMED = sa.text("claimed_at IS NOT NULL")
_RESOLVED = sa.text("resolved_at IS NOT NULL")
_GIVEN = sa.text("given_at IS NOT NULL")
_FAILED = sa.text("state = 'failed'")


def upgrade() -> None:
    """Adds the moment and the indexes."""
    op.add_column("notifications", sa.Column("decided_at", sa.BigInteger(), nullable=True))
    _index("ix_notifications_decided", "notifications", "decided_at", _DECIDED)
    _index("ix_cases_claimed", "cases", "claimed_at", _CLAIMED)
    _index("ix_cases_resolved", "cases", "resolved_at", _RESOLVED)
    _index("ix_ratings_given", "ratings", "given_at", _GIVEN)
    _index("ix_outbox_failed", "outbox", "finished_at", _FAILED)


def _index(name: str, table: str, column: str, where: sa.TextClause) -> None:
    op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)
