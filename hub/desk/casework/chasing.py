"""Chases who is waited for: one reminder, then the case is closed with a word. What the customer writes ends it."""

from datetime import datetime

from sqlalchemy import Connection

from core.desk.events import DeskUser
from core.people.consent import SERVICE
from core.people.conversations import CaseState
from hub.desk.act import Deed
from hub.desk.casework import handover
from hub.desk.undelivered import reply_window
from hub.hub import Hub
from storage.conversations.conversations import Conversation
from storage.desk import cases
from storage.desk.cases import Case
from storage.desk.locking import locked
from storage.people import consents
from storage.queues import timers

NUDGES, CLOSES = "case_nudges", "case_closes"  # kinds of timers, by case
NUDGE, CLOSED = "case_nudge", "case_closed"  # texts to the customer
REMINDED = "Reminded: the customer has not answered. Without an answer the case is closed later."
SHUT = (
    ":hourglass_flowing_sand: The customer has not answered, and is not reminded: the reply window is closed, or they "
    "want no messages. The case stays as it is."
)
CLOCK = DeskUser("clock", "", False)


class _Deed(Deed):
    def answer(self, text: str) -> None:
        """Tells nobody: a clock has no need to know."""

    def holder(self, case: Case) -> str:
        return case.agent_name


def begin(deed: Deed, case: Case) -> None:
    """Counts from now, as the case begins to wait for its customer."""
    timers.move(deed.conn, CLOSES, case.id, None)
    timers.schedule(deed.conn, deed.hub.store, NUDGES, case.id, deed.now + deed.hub.times.nudge)


def nudge(hub: Hub, case_id: str, now: datetime) -> None:
    """Reminds the customer, once, if it is still their turn; outside the window the team is told instead."""
    with hub.store.write() as conn:
        if found := _waiting(conn, case_id):
            case, who = found
            deed = _Deed(hub, conn, CLOCK, now)
            if _may_write(hub, conn, who, now):
                deed.tell(who, NUDGE)
                deed.note(case, REMINDED)
                timers.schedule(conn, hub.store, CLOSES, case.id, now + hub.times.close)
            else:
                deed.note(case, SHUT)
    hub.waker.outbox()


def close(hub: Hub, case_id: str, now: datetime) -> None:
    """Closes a case whose customer did not answer the reminder, with a word where the window allows one."""
    with hub.store.write() as conn:
        if found := _waiting(conn, case_id):
            case, who = found
            words = (CLOSED,) if _may_write(hub, conn, who, now) else ()
            handover.end(_Deed(hub, conn, CLOCK, now), case, who, handover.RESOLVE, *words)
    hub.waker.outbox()


def _waiting(conn: Connection, case_id: str) -> tuple[Case, Conversation] | None:
    """Finds a case whose customer's turn it still is, with its conversation, locked."""
    found = locked(conn, cases.by_id(conn, case_id))
    return found if found and found[0].state == CaseState.WAITING else None


def _may_write(hub: Hub, conn: Connection, who: Conversation, now: datetime) -> bool:
    return reply_window.is_open(hub, who, now) and consents.allows(conn, who.channel, who.value, SERVICE)
