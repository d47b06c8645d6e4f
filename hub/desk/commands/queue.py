"""Lists the cases that are not over: `/desk queue`."""

from core.cases.case_reasons import reason_text, spaced
from core.people.conversations import Priority
from hub.desk import wording
from hub.desk.asked import Asked
from storage.desk import cases
from storage.desk.cases import Case


def answer(asked: Asked) -> str:
    """Returns a line for each case, the oldest first."""
    with asked.store.read() as conn:
        listed = cases.open_cases(conn)
    names = {
        each.claimed_by: each.agent_name or asked.users(each.claimed_by).name for each in listed if each.claimed_by
    }
    return "\n".join(line(case, names.get(case.claimed_by or "", "")) for case in listed) or wording.NO_OPEN_CASES


def line(case: Case, holder: str) -> str:
    """Words one case: "• #7 The customer asked for a person, with Anna, since 02 Dec 15:00 UTC"."""
    held = f"with {holder}" if holder else "waiting"
    first = f"{spaced(case.priority)}: " if case.priority != Priority.NORMAL else ""
    return f"• #{case.number} {first}{reason_text(case.reason)}, {held}, since {case.opened_at:%d %b %H:%M} UTC"
