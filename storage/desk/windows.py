"""Finds cases whose customers wait for an answer that soon can no longer be given in an agent's own words."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, exists, or_, select, update

from storage.conversations.timeline import BOT, CUSTOMER, NOTICE, PROGRAM
from storage.desk.tables import IS_UNRESOLVED, cases
from storage.people.tables import conversations, messages


class Waiting(NamedTuple):
    """Holds a case in an agent's hands, and when its customer wrote last."""

    case_id: str
    agent: str
    last_inbound_at: datetime


def unanswered(conn: Connection, channel: str, account: str, since: datetime, until: datetime) -> list[Waiting]:
    """Finds the cases of an account whose customers wrote last between these times, and no person has answered since.

    Those whose agents were warned after that are left out.
    """
    answered = exists().where(
        messages.c.conversation_id == conversations.c.id,
        messages.c.at >= conversations.c.last_inbound_at,
        messages.c.author.not_in((CUSTOMER, BOT, NOTICE, PROGRAM)),
    )
    found = (
        select(cases.c.id, cases.c.claimed_by, conversations.c.last_inbound_at)
        .join(conversations, conversations.c.id == cases.c.conversation_id)
        .where(
            and_(IS_UNRESOLVED, cases.c.claimed_by.is_not(None)),
            conversations.c.channel == channel,
            conversations.c.account == account,
            conversations.c.last_inbound_at > since,
            conversations.c.last_inbound_at <= until,
            or_(cases.c.window_warned_at.is_(None), cases.c.window_warned_at <= conversations.c.last_inbound_at),
            ~answered,
        )
    )
    return [Waiting(*row) for row in conn.execute(found.order_by(cases.c.number))]


def warned(conn: Connection, case_id: str, now: datetime) -> None:
    """Notes that the case's agent was warned."""
    conn.execute(update(cases).where(cases.c.id == case_id).values(window_warned_at=now))
