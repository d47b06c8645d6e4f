"""Makes customers be found by the words of their names."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"

TERM = sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql")
RENAMED = sa.text("name != named")


def upgrade() -> None:
    """Adds the table, and the names that are in it: none yet, the timer "search" takes them in."""
    op.add_column("customers", sa.Column("named", sa.String(length=255), nullable=False, server_default=""))
    name = op.f("ix_customers_renamed")
    op.create_index(name, "customers", ["id"], unique=False, sqlite_where=RENAMED, postgresql_where=RENAMED)
    op.create_table(
        "customer_terms",
        sa.Column("term", TERM, nullable=False),
        sa.Column("customer_id", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("term", "customer_id", name=op.f("pk_customer_terms")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_customer_terms_customer_id"), "customer_terms", ["customer_id"], unique=False)
