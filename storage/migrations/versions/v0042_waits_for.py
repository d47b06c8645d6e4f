"""Keeps for whom or what a case on hold waits; finds the agents' words in a case."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Adds the column and the index."""
    op.add_column("cases", sa.Column("waits_for", sa.String(255), nullable=False, server_default=""))
    op.create_index("ix_desk_messages_case", "desk_messages", ["case_id", "id"])
