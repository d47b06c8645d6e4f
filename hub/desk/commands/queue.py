"""Lists the cases that are not over: `/desk queue`."""

from datetime import datetime

from core.cases.case_reasons import reason_text, spaced
from core.cases.clock_words import written
from core.desk.links import moment, thread_link
from core.people.addresses import mask
from core.people.conversations import CaseState, Priority
from hub.desk import wording
from hub.desk.asked import Asked
from storage.desk import cases, queue
from storage.desk.cases import Whose
from storage.desk.queue import Queued

RESTS = {
    CaseState.WAITING: "the customer's turn",
    CaseState.ON_HOLD: "on hold",
    CaseState.SNOOZED: "put off",
}


def answer(asked: Asked) -> str:
    """Returns a line for each case: the most urgent first, and of these what is due first."""
    return lines(asked) or wording.NO_OPEN_CASES


def lines(asked: Asked, holder: str = "") -> str:
    """Words each case (of a holder) in a line. Raises what `asked.users` raises."""
    with asked.store.read() as conn:
        listed = queue.queued(conn, holder=holder)
        whose = cases.whose(conn, [each.case for each in listed])
    names = {
        each.claimed_by: each.agent_name or asked.users(each.claimed_by).name for each, _ in listed if each.claimed_by
    }
    return "\n".join(
        line(each, names.get(each.case.claimed_by or "", ""), asked.now, whose.get(each.case.id)) for each in listed
    )


def line(queued: Queued, holder: str, now: datetime, whose: Whose | None) -> str:
    """Words one case: "• #7 Urgent: Jane (sms): The customer asked for a person, with Anna, due in 15 min, since …"."""
    case = queued.case
    first = f"{spaced(case.priority)}: " if case.priority != Priority.NORMAL else ""
    who = f"{whose.name or mask(whose.value)} ({whose.channel}): " if whose else ""
    rests = RESTS.get(CaseState(case.state), "")
    until = f"{rests} until {moment(case.wakes_at)}" if rests and case.wakes_at else rests
    held = f"with {holder}" if holder else "" if rests else "waiting"
    due = due_words(queued.due_at, now) if queued.due_at else ""
    how = ", ".join(filter(None, (reason_text(case.reason), until, held, due)))
    number = thread_link(case.number, case.place, case.thread or "")
    return f"• {number} {first}{who}{how}, since {moment(case.opened_at)}"


def due_words(due: datetime, now: datetime) -> str:
    """Says how long there is left, or how late it is: "due in 15 min", "2 h late"."""
    return f"{written(now - due)} late" if due < now else f"due in {written(due - now)}"
