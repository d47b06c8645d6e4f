"""Keeps ratings, and which case a conversation has left lately."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Adds the table and the columns."""
    op.create_table(
        "ratings",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("case_id", sa.String(length=24), nullable=False),
        sa.Column("conversation_id", sa.String(length=24), nullable=False),
        sa.Column("customer_id", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
    )
    op.create_index(op.f("ix_ratings_case_id"), "ratings", ["case_id"], unique=False)
    op.create_index("ix_ratings_customer", "ratings", ["customer_id", "asked_at"], unique=False)
    op.create_index("ix_ratings_conversation", "ratings", ["conversation_id", "asked_at"], unique=False)
    op.add_column("conversations", sa.Column("left_case", sa.String(length=24), nullable=True))
    op.add_column("conversations", sa.Column("left_until", sa.BigInteger(), nullable=True))
