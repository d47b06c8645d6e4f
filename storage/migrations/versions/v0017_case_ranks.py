"""Keeps how urgent a case is, whose it is, its tags, what the bot took down, and who had it by name."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Adds the columns."""
    op.add_column("cases", sa.Column("priority", sa.String(length=8), nullable=False, server_default="normal"))
    op.add_column("cases", sa.Column("team", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("sla", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("tags", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("cases", sa.Column("details", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("cases", sa.Column("agent_name", sa.String(length=255), nullable=False, server_default=""))
