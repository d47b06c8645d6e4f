"""Chases who is waited for: one reminder, then the case is closed with a word. What the customer writes ends it."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.messages.outbound import OutboundMessage
from core.people.conversations import CaseState
from hub import reach
from hub.customers import templated
from hub.desk.act import Deed
from hub.desk.by_clock import CLOCK, ByClock
from hub.desk.casework import handover
from hub.hub import Hub
from notifications.planning.decisions import Reason
from notifications.planning.explaining import reason_words
from notifications.wording.case_templates import REMINDER
from storage.conversations import conversations, timeline
from storage.conversations.conversations import Conversation
from storage.desk import cases
from storage.desk.cases import Case
from storage.desk.locking import locked
from storage.queues import timers

NUDGES, CLOSES = "case_nudges", "case_closes"  # kinds of timers, by case
NUDGE, CLOSED = "case_nudge", "case_closed"  # texts to the customer
REMINDED = "Reminded: the customer has not answered. Without an answer the case is closed later."
SHUT = ":hourglass_flowing_sand: The customer has not answered, and is not reminded: {}. The case stays as it is."
SKIPPED = "case_nudge.skipped"
BEFORE = timedelta(minutes=30)  # the reply window closes
SOON = timedelta(hours=1)  # nobody is reminded of what was asked just now


def begin(deed: Deed, case: Case) -> None:
    """Counts from now, as the case begins to wait for its customer."""
    timers.move(deed.conn, CLOSES, case.id, None)
    timers.schedule(deed.conn, deed.hub.store, NUDGES, case.id, _when(deed, case))


def _when(deed: Deed, case: Case) -> datetime:
    """Returns when the customer is reminded: after the store's time, or in the last minutes of the reply window where
    that closes before and no template reaches them later."""
    usual = deed.now + deed.hub.times.nudge
    who = conversations.by_id(deed.conn, case.conversation_id)
    closes = reach.closes_at(deed.hub, who) if who else None
    if who is None or closes is None or usual < closes:
        return usual
    if isinstance(templated.said(deed.hub, deed.conn, who, REMINDER, case.number), OutboundMessage):
        return usual
    last = closes - BEFORE
    return last if last >= deed.now + SOON else usual


def nudge(hub: Hub, case_id: str, now: datetime) -> None:
    """Reminds the customer, once, if it is still their turn; where nothing reaches them the team is told."""
    with hub.store.write() as conn:
        if found := _waiting(conn, case_id):
            case, who = found
            deed = ByClock(hub, conn, CLOCK, now)
            if why := _remind(deed, case, who):
                deed.note(case, SHUT.format(reason_words(why)))
                deed.audit(SKIPPED, case, {"reason": why.value})
            else:
                deed.note(case, REMINDED)
                timers.schedule(conn, hub.store, CLOSES, case.id, now + hub.times.close)
    hub.waker.outbox()


def _remind(deed: Deed, case: Case, who: Conversation) -> Reason | None:
    """Reminds the customer in our words, or by a template where the window is closed; returns why that cannot be."""
    if reach.may_say(deed.hub, deed.conn, who, deed.now):
        deed.tell(who, NUDGE)
        return None
    message = templated.said(deed.hub, deed.conn, who, REMINDER, case.number)
    if isinstance(message, Reason):
        return message
    deed.send(who, message, timeline.BOT, case_id=case.id)
    return None


def close(hub: Hub, case_id: str, now: datetime) -> None:
    """Closes a case whose customer did not answer the reminder, with a word where the window allows one."""
    with hub.store.write() as conn:
        if found := _waiting(conn, case_id):
            case, who = found
            handover.end(ByClock(hub, conn, CLOCK, now), case, who, handover.RESOLVE, CLOSED)
    hub.waker.outbox()


def _waiting(conn: Connection, case_id: str) -> tuple[Case, Conversation] | None:
    """Finds a case whose customer's turn it still is, with its conversation, locked."""
    found = locked(conn, cases.by_id(conn, case_id))
    return found if found and found[0].state == CaseState.WAITING else None
