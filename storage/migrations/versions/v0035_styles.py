"""Keeps how words of agents' messages look."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("desk_messages", sa.Column("styles", sa.Text(), nullable=False, server_default="[]"))
