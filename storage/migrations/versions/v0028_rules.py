"""Keeps what the store's rules did, and tags."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

_OF_CASE = sa.text("case_id IS NOT NULL")


def upgrade() -> None:
    """Adds the tables."""
    op.create_table(
        "tags",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=600), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.String(length=24), nullable=False),
        sa.Column("order_number", sa.String(length=255), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sa.UniqueConstraint("subject", "subject_id", "tag", name=op.f("uq_tags_subject_subject_id_tag")),
    )
    op.create_index(op.f("ix_tags_customer_id"), "tags", ["customer_id"], unique=False)
    op.create_index("ix_tags_order", "tags", ["order_number"], unique=False)
    op.create_table(
        "rule_firings",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=600), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=32), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), server_default="[]", nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("depth", sa.SmallInteger(), nullable=False),
        sa.Column("customer_id", sa.String(length=24), nullable=False),
        sa.Column("order_number", sa.String(length=255), nullable=True),
        sa.Column("case_id", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_firings")),
        sa.UniqueConstraint("rule", "subject", "subject_id", name=op.f("uq_rule_firings_rule_subject_subject_id")),
    )
    op.create_index("ix_rule_firings_customer", "rule_firings", ["customer_id", "rule", "at"], unique=False)
    op.create_index(op.f("ix_rule_firings_order_number"), "rule_firings", ["order_number"], unique=False)
    op.create_index(
        "ix_rule_firings_case",
        "rule_firings",
        ["case_id"],
        unique=False,
        sqlite_where=_OF_CASE,
        postgresql_where=_OF_CASE,
    )
