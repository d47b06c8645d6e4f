"""Lists the cases that are not over: `/desk queue`."""

from datetime import datetime

from core.cases.case_reasons import reason_text, spaced
from core.cases.clock_words import written
from core.cases.links import thread_link
from core.people.conversations import Priority
from hub.desk import wording
from hub.desk.asked import Asked
from storage.desk import queue
from storage.desk.queue import Queued


def answer(asked: Asked) -> str:
    """Returns a line for each case: the most urgent first, and of these what is due first."""
    with asked.store.read() as conn:
        listed = queue.queued(conn)
    names = {
        each.claimed_by: each.agent_name or asked.users(each.claimed_by).name for each, _ in listed if each.claimed_by
    }
    lines = (line(each, names.get(each.case.claimed_by or "", ""), asked.now) for each in listed)
    return "\n".join(lines) or wording.NO_OPEN_CASES


def line(queued: Queued, holder: str, now: datetime) -> str:
    """Words one case: "• #7 Urgent: The customer asked for a person, with Anna, due in 15 min, since 02 Dec 15:00"."""
    case = queued.case
    held = f"with {holder}" if holder else "waiting"
    first = f"{spaced(case.priority)}: " if case.priority != Priority.NORMAL else ""
    due = f", {due_words(queued.due_at, now)}" if queued.due_at else ""
    number = thread_link(case.number, case.place, case.thread or "")
    return f"• {number} {first}{reason_text(case.reason)}, {held}{due}, since {case.opened_at:%d %b %H:%M} UTC"


def due_words(due: datetime, now: datetime) -> str:
    """Says how long there is left, or how late it is: "due in 15 min", "2 h late"."""
    return f"{written(now - due)} late" if due < now else f"due in {written(due - now)}"
