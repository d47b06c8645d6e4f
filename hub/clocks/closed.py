"""Tells customers who write while nobody is at the desk when somebody is back: at most once a day."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from core.messages.outbound import OutboundMessage, Speaker
from hub.clocks.plans import desk_of
from hub.delivery.postings import enqueue, posting
from hub.hub import Hub
from storage.conversations import timeline
from storage.conversations.conversations import Conversation
from storage.people import customers

CLOSED = "desk_closed"
ONCE_IN = timedelta(hours=24)
JUST_NOW = timedelta(minutes=5)  # who was answered just now speaks with somebody, whatever the hours say


def closed_words(hub: Hub, who: Conversation, team: str, now: datetime) -> dict[str, Any] | None:
    """Returns what the words about a closed desk may say, `back` in it; None while it is open, or they heard so."""
    desk = desk_of(hub, team)
    was_told = who.closed_told_at is not None and now < who.closed_told_at + ONCE_IN
    if was_told or desk.always or desk.open_span(now):
        return None
    back = desk.next_opening(now)
    return {"back": back.isoformat() if back else ""}


def tell_closed(hub: Hub, conn: Connection, who: Conversation, team: str, now: datetime) -> None:
    """Tells a customer who wrote to their agent that nobody is there, within a transaction that is under way."""
    words = closed_words(hub, who, team, now)
    if words is None or timeline.has_agent_since(conn, who.id, now - JUST_NOW):
        return
    if customers.note_closed(conn, who.customer_id, now, now - ONCE_IN):
        zone = who.timezone or hub.notices.shop.timezone
        text = hub.flows.message(CLOSED, who.locale or "en", {"item": words}, zone, now).text
        enqueue(hub, conn, posting(who, OutboundMessage(text, speaker=Speaker.SYSTEM), timeline.BOT, now))
