"""Keeps what a case was about, as its agent said when it was resolved."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("cases", sa.Column("topic", sa.String(32), nullable=False, server_default=""))
