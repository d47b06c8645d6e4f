"""Keeps the threads that a case had before, and the mark on an agent's message."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Adds them."""
    op.create_table(
        "case_threads",
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("place", "thread", name=op.f("pk_case_threads")),
    )
    op.create_index(op.f("ix_case_threads_case_id"), "case_threads", ["case_id"])
    for name in ("mark", "shown"):
        op.add_column("desk_messages", sa.Column(name, sa.String(length=32), nullable=False, server_default=""))
    op.create_index(op.f("ix_desk_messages_outbox_id"), "desk_messages", ["outbox_id"])
