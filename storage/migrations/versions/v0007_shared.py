"""Adds to a line of the timeline all that came beside words and files."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("messages", sa.Column("shared", sa.Text(), nullable=True))
