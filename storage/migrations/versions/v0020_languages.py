"""Keeps the language that a customer wrote last or asked for, beside the store's word."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("customers", sa.Column("language", sa.String(length=1000), nullable=False, server_default=""))
