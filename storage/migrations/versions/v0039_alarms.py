"""Keeps what an alarm says until it is sent to the operators."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("mails", sa.Column("text", sa.Text(), nullable=False, server_default=""))
