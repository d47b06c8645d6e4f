"""Lets an incident be about one template of an account: its name, language and form."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """Adds what it is about; an account may have one open, and one for each template."""
    for name, kind in (("template", sa.String(length=255)), ("language", sa.String(length=16)), ("form", sa.Text())):
        op.add_column("incidents", sa.Column(name, kind, nullable=False, server_default=""))
    op.drop_index("ix_incidents_open", table_name="incidents")
    named = ["channel", "account", "template", "language"]
    op.create_index("ix_incidents_open", "incidents", named, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
