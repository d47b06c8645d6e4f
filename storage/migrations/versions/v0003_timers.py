"""Puts up to when a timer's subject was done into its row; until now that was a row of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes the rows "asked" a column of the rows "care", which are called "upkeep" from now on."""
    op.add_column("timers", sa.Column("done_until", sa.BigInteger(), nullable=True))
    asked = "SELECT asked.due_at FROM timers AS asked WHERE asked.kind = 'asked' AND asked.subject = timers.subject"
    op.execute(f"UPDATE timers SET done_until = ({asked}), kind = 'upkeep' WHERE kind = 'care'")  # noqa: S608
    op.execute("DELETE FROM timers WHERE kind = 'asked'")
