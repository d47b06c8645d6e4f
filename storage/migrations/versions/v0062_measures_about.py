"""Lets the measures of one customer, case or cost be found whatever else there is of their metric."""

from alembic import op

revision = "0062"
down_revision = "0061"

ABOUT = op.f("ix_measures_about")


def upgrade() -> None:
    """Changes the index, and adds one for who is erased."""
    op.drop_index(ABOUT, "measures")
    op.create_index(ABOUT, "measures", ["about", "metric"], unique=False)
    op.create_index(op.f("ix_measures_conversation_id"), "measures", ["conversation_id"], unique=False)
