"""Adds products, refunds, problems of stock, and what the store tells of orders, returns and accounts beyond before."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Makes the tables and columns; a return may now be one that was asked for elsewhere."""
    op.create_table(
        "products",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
    )
    op.create_table(
        "product_terms",
        sa.Column("term", sa.String(length=255), nullable=False),
        sa.Column("product_id", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("term", "product_id", name=op.f("pk_product_terms")),
    )
    op.create_index(op.f("ix_product_terms_product_id"), "product_terms", ["product_id"], unique=False)
    op.create_table(
        "refunds",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("order_number", sa.String(length=255), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
    )
    op.create_index(op.f("ix_refunds_order_number"), "refunds", ["order_number"], unique=False)
    op.create_table(
        "stock_problems",
        sa.Column("order_number", sa.String(length=255), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("order_number", name=op.f("pk_stock_problems")),
    )
    op.add_column("orders", sa.Column("details", sa.Text(), nullable=True))
    op.add_column("customers", sa.Column("points", sa.Integer(), nullable=True))
    op.add_column("customers", sa.Column("points_at", sa.BigInteger(), nullable=True))
    op.add_column("customers", sa.Column("account", sa.Text(), nullable=True))
    op.add_column("customers", sa.Column("told_at", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("returns") as changed:
        changed.alter_column("customer_id", existing_type=sa.String(length=24), nullable=True)
        changed.alter_column("conversation_id", existing_type=sa.String(length=24), nullable=True)
        changed.add_column(sa.Column("store_id", sa.String(length=255), nullable=True))
        changed.add_column(sa.Column("told_at", sa.BigInteger(), nullable=True))
        changed.add_column(sa.Column("told", sa.Text(), nullable=True))
        changed.create_index(op.f("ix_returns_store_id"), ["store_id"], unique=False)
