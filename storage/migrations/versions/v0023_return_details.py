"""Adds to a return what was agreed beside its lines: photos, who pays, what the customer wrote."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Adds it; returns from before have none."""
    op.add_column("returns", sa.Column("details", sa.Text))
