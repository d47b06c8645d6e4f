"""Reads what findings are made of from the rows."""

from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from insights.metrics.counting import NO_VALUE, Value, counted
from insights.metrics.spans import Beside
from insights.reports.material import Material, Topic
from storage.insight.counting import Span

CONTACTS, SOLVED, BACK = "contacts", "bot_solved", "came_back"


def gather(conn: Connection, spans: Beside, zone: ZoneInfo) -> Material:
    """Reads all of it about the days of a report."""
    return Material(topics=_topics(conn, spans, zone))


def _topics(conn: Connection, spans: Beside, zone: ZoneInfo) -> tuple[Topic, ...]:
    now, before = (_unsettled(conn, span, zone) for span in spans)
    return tuple(
        Topic(topic, contacts, unsettled, round(before[topic][1] / before[topic][0], 4) if topic in before else None)
        for topic, (contacts, unsettled) in now.items()
    )


def _unsettled(conn: Connection, span: Span, zone: ZoneInfo) -> dict[str, tuple[int, int]]:
    """Counts by topic the contacts of which the end is known, and those that were not settled for good."""
    found = counted(conn, [CONTACTS, SOLVED, BACK], span, "topic", zone)
    return {
        topic: (values[SOLVED].n, _count(values[SOLVED], ones=False) + _count(values.get(BACK, NO_VALUE), ones=True))
        for topic, values in found.items()
        if values[SOLVED].n
    }


def _count(share: Value, *, ones: bool) -> int:
    value = share.value or 0.0
    return round(share.n * (value if ones else 1 - value)) if share.n else 0
