"""Adds the table of tallies, with those of all measures that there are."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"

GROUP = ("metric", "day", "channel", "topic", "agent", "team", "language", "detail")


def upgrade() -> None:
    """Adds the table."""
    words = {"metric": 32, "channel": 32, "topic": 64, "agent": 64, "team": 64, "language": 16, "detail": 64}
    op.create_table(
        "tallies",
        *(
            sa.Column(name, sa.String(length=words[name]) if name in words else sa.Date(), nullable=False)
            for name in GROUP
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("tops", sa.Integer(), nullable=False),
        sa.Column("promoters", sa.Integer(), nullable=False),
        sa.Column("detractors", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*GROUP, name=op.f("pk_tallies")),
        sqlite_with_rowid=False,
    )
    names = ", ".join(GROUP)
    scores = ", ".join(f"sum(CASE WHEN value {which} THEN 1 ELSE 0 END)" for which in (">= 4", ">= 9", "<= 6"))
    op.execute(
        f"INSERT INTO tallies ({names}, number, total, tops, promoters, detractors)"  # noqa: S608 - names of ours
        f" SELECT {names}, count(*), sum(value), {scores} FROM measures GROUP BY {names}"
    )
