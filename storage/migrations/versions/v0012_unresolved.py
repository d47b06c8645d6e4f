"""Adds the index of cases that are not resolved: they are counted for those who watch over the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_UNRESOLVED = sa.text("state != 'resolved'")


def upgrade() -> None:
    """Makes it."""
    op.create_index(
        "ix_cases_unresolved",
        "cases",
        ["state", "opened_at"],
        sqlite_where=_UNRESOLVED,
        postgresql_where=_UNRESOLVED,
    )
