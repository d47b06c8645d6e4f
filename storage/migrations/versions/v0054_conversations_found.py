"""Makes conversations be found by what they were about, and by the flows that ran there."""

from alembic import op

revision = "0054"
down_revision = "0050"


def upgrade() -> None:
    """Adds the indices; each is also where the search for a rare topic, or flow, begins."""
    op.create_index(op.f("ix_flow_events_where"), "flow_events", ["flow", "conversation_id"], unique=False)
    op.create_index(op.f("ix_measures_topic"), "measures", ["topic", "conversation_id"], unique=False)
