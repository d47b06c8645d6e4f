"""Makes what was said be found by its words, and changed messages by when they were changed."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    """Adds the tables of the search, and two indexes."""
    op.create_table(
        "search_entries",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("message_id", sa.String(length=24), nullable=False),
        sa.Column("conversation_id", sa.String(length=24), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_entries")),
        sa.UniqueConstraint("message_id", name=op.f("uq_search_entries_message_id")),
    )
    op.create_index(op.f("ix_search_entries_conversation_id"), "search_entries", ["conversation_id"], unique=False)
    op.create_table(
        "search_terms",
        sa.Column("term", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("term", "number", name=op.f("pk_search_terms")),
        sqlite_with_rowid=False,
    )
    for changed in ("edited_at", "deleted_at"):
        is_set = sa.text(f"{changed} IS NOT NULL")
        name = op.f(f"ix_messages_{changed}")
        op.create_index(name, "messages", [changed], unique=False, sqlite_where=is_set, postgresql_where=is_set)
