"""Remembers which ready text a message was made of, and which answers may fit what a customer wrote."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    """Adds the columns; counts answers beside saved replies."""
    op.add_column("desk_messages", sa.Column("ready", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("messages", sa.Column("answers", sa.Text(), nullable=True))
    op.create_table(
        "ready_text_uses",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("text_id", sa.String(length=64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "text_id", name=op.f("pk_ready_text_uses")),
    )
    counted = "SELECT 'reply', reply_id, times, last_at FROM saved_reply_uses"
    op.execute(f"INSERT INTO ready_text_uses (kind, text_id, times, last_at) {counted}")
    op.drop_table("saved_reply_uses")
