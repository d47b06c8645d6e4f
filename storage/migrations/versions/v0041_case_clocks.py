"""Keeps by when cases are to be answered and resolved, who is at the desk, and what of a case people have set."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"

_ALERT, _RUNNING = sa.text("alert_at IS NOT NULL"), sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Adds the tables and the column."""
    op.create_table(
        "case_clocks",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("case_id", sa.String(length=24), nullable=False),
        sa.Column("metric", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("aim", sa.BigInteger(), nullable=False),
        sa.Column("warn", sa.BigInteger(), nullable=True),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("warned_at", sa.BigInteger(), nullable=True),
        sa.Column("alert_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_clocks")),
    )
    op.create_index(op.f("ix_case_clocks_case_id"), "case_clocks", ["case_id"], unique=False)
    op.create_index("ix_case_clocks_alert", "case_clocks", ["alert_at"], sqlite_where=_ALERT, postgresql_where=_ALERT)
    op.create_index(
        "uq_case_clocks_running",
        "case_clocks",
        ["case_id", "metric"],
        unique=True,
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    )
    op.create_table(
        "desk_agents",
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), server_default="", nullable=False),
        sa.Column("away_since", sa.BigInteger(), nullable=True),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("last_assigned_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_desk_agents")),
    )
    op.add_column("cases", sa.Column("by_hand", sa.String(length=64), server_default="", nullable=False))
    op.add_column("customers", sa.Column("closed_told_at", sa.BigInteger(), nullable=True))
