"""Counts what became of a campaign's notices, by looks into one index."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.notices.notices import FAILED, HELD, QUEUED, SENT
from storage.notices.tables import notices

IN_DOUBT = "ambiguous"


def states(conn: Connection, id_: str) -> dict[str, int]:
    """Counts its notices by state."""
    found = select(notices.c.state, func.count()).where(notices.c.campaign_id == id_).group_by(notices.c.state)
    return {row.state: row[1] for row in conn.execute(found)}


def reasons(conn: Connection, id_: str, state: str) -> dict[str, int]:
    """Counts its notices in a state by reason, the most frequent first."""
    number = func.count()
    mine = (notices.c.campaign_id == id_, notices.c.state == state)
    found = select(notices.c.reason, number).where(*mine).group_by(notices.c.reason).order_by(number.desc())
    return {row.reason: row[1] for row in conn.execute(found)}


def next_held(conn: Connection, id_: str) -> datetime | None:
    """Tells when the first of its notices comes due that wait for a time."""
    mine = (notices.c.campaign_id == id_, notices.c.state == HELD)
    return conn.scalar(select(notices.c.not_before).where(*mine).order_by(notices.c.not_before).limit(1))


def open_count(counted: dict[str, int]) -> int:
    """Adds up the notices that are still to be sent."""
    return counted.get(QUEUED, 0) + counted.get(HELD, 0)


def last_outcomes(conn: Connection, id_: str, since: datetime, number: int) -> Sequence[str]:
    """Lists the outcomes (sent, failed) of the last notices that came to an end since then, the newest first.

    A message of which nobody knows whether it arrived, as a worker died, is neither.
    """
    found = []
    for state in (SENT, FAILED):
        mine = [notices.c.campaign_id == id_, notices.c.state == state, notices.c.decided_at >= since]
        mine.append(notices.c.reason != IN_DOUBT)
        newest = select(notices.c.decided_at).where(*mine).order_by(notices.c.decided_at.desc()).limit(number)
        found += [(at, state) for at in conn.scalars(newest)]
    return [state for _, state in sorted(found, reverse=True)[:number]]
