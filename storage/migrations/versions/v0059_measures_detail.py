"""Adds what measures say beside their value (detail), and each time that a case was over."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"


def upgrade() -> None:
    """Adds the column and the table; all is measured again."""
    op.add_column("measures", sa.Column("detail", sa.String(length=64), nullable=False, server_default=""))
    op.create_table(
        "case_ends",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("case_id", sa.String(length=24), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("reopened_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_ends")),
    )
    is_reopened = sa.text("reopened_at IS NOT NULL")
    op.create_index(op.f("ix_case_ends_case_id"), "case_ends", ["case_id"], unique=False)
    op.create_index(
        "ix_case_ends_reopened",
        "case_ends",
        ["reopened_at"],
        unique=False,
        sqlite_where=is_reopened,
        postgresql_where=is_reopened,
    )
    op.execute(
        "INSERT INTO case_ends (id, case_id, ended_at, state, agent, topic) SELECT id, id, resolved_at, state,"
        " coalesce(claimed_by, ''), topic FROM cases WHERE resolved_at IS NOT NULL"
    )
    op.execute("DELETE FROM timers WHERE kind = 'measures'")
