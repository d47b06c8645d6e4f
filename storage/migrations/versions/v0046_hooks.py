"""Keeps what hooks are asked for agents."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"

OPEN = sa.text("state IN ('due', 'asking')")


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "hook_asks",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.String(length=24), nullable=False),
        sa.Column("post_id", sa.String(length=24), nullable=False),
        sa.Column("media_id", sa.String(length=24), server_default="", nullable=False),
        sa.Column("pressed", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), server_default="", nullable=False),
        sa.Column("spoken", sa.String(length=16), server_default="", nullable=False),
        sa.Column("state", sa.String(length=8), server_default="due", nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("calls", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("result", sa.String(length=16), server_default="", nullable=False),
        sa.Column("ms", sa.Integer(), nullable=True),
        sa.Column("shown_id", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_asks")),
        sa.UniqueConstraint("kind", "post_id", "media_id", name=op.f("uq_hook_asks_kind_post_id_media_id")),
    )
    op.create_index(op.f("ix_hook_asks_post_id"), "hook_asks", ["post_id"], unique=False)
    op.create_index("ix_hook_asks_case", "hook_asks", ["case_id", "id"], unique=False)
    op.create_index(
        "ix_hook_asks_open", "hook_asks", ["not_before"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN
    )
