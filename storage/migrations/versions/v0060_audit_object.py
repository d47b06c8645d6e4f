"""Finds what was done with a case, among all that the audit log has."""

from alembic import op

revision = "0060"
down_revision = "0059"


def upgrade() -> None:
    """Adds the index."""
    op.create_index("ix_audit_object", "audit", ["object"], unique=False)
