"""Lets waits of some days be read out of an index alone."""

from alembic import op

revision = "0063"
down_revision = "0062"

OF_DAYS = op.f("ix_measures_metric_day")


def upgrade() -> None:
    """Changes the index."""
    op.drop_index(OF_DAYS, "measures")
    op.create_index(OF_DAYS, "measures", ["metric", "day", "value", "business"], unique=False)
