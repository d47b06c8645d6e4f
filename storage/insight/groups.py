"""Lists what numbers can be narrowed down to: the channels, topics, agents, teams and languages of some days."""

from sqlalchemy import Connection, select

from storage.insight.counting import Span
from storage.insight.tables import tallies

GROUPS = ("channel", "topic", "agent", "team", "language")
EACH = ("contact", "case")  # one of them there is of whatever is counted by a group


def groups(conn: Connection, span: Span) -> dict[str, list[str]]:
    """Lists them, each in order; what has none is left out."""
    columns = [tallies.c[name] for name in GROUPS]
    of = tallies.c.metric.in_(EACH), tallies.c.day >= span.first, tallies.c.day <= span.last, tallies.c.number > 0
    rows = conn.execute(select(*columns).where(*of).distinct()).all()
    return {name: sorted({row[at] for row in rows} - {""}) for at, name in enumerate(GROUPS)}
