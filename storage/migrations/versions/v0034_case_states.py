"""Keeps cases that wait for others, are put off, merged or spam: until when, and into which."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

_UNRESOLVED = sa.text("state != 'resolved' AND state != 'merged' AND state != 'spam'")


def upgrade() -> None:
    """Adds the columns, and has the index of unresolved cases leave out those that are over in other ways."""
    op.add_column("cases", sa.Column("wakes_at", sa.BigInteger(), nullable=True))
    op.add_column("cases", sa.Column("merged_into", sa.String(24), nullable=True))
    op.drop_index("ix_cases_unresolved", "cases")
    op.create_index(
        "ix_cases_unresolved",
        "cases",
        ["state", "opened_at"],
        sqlite_where=_UNRESOLVED,
        postgresql_where=_UNRESOLVED,
    )
