"""Says how a case stands to who pressed something that does not fit it (any more): an old card, a quicker colleague."""

from core.people.conversations import CaseState
from hub.desk import wording
from hub.desk.act import Deed
from storage.desk import cases
from storage.desk.cases import Case

WAITS = "This case waits for somebody. Press *Claim* first."
RESTS = {
    CaseState.WAITING: "it is the customer's turn",
    CaseState.ON_HOLD: "it is on hold",
    CaseState.SNOOZED: "it is put off",
}
RESOLVED = "This case is resolved. Press *Reopen* first."
ALREADY_RESOLVED = "This case is resolved already."
SPAM = "This case was marked as spam, and the customer is blocked or was."
ELSEWHERE = "This case was merged into case {number}; go on there."
UNSENT = "Nothing was sent."


def now(act: Deed, case: Case) -> str:
    """Says how the case stands now, read again: it may have changed since the press was read."""
    case = cases.by_id(act.conn, case.id) or case
    state = CaseState(case.state)
    if state.is_over:
        return _over(act, case, RESOLVED)
    if case.claimed_by is None:
        return WAITS
    held = wording.has_case(act.holder(case))
    return f"{held.removesuffix('.')}; {RESTS[state]}." if state in RESTS else held


def over(act: Deed, case: Case) -> str:
    """Says to who wanted to end a case why it is over already; else how it stands."""
    case = cases.by_id(act.conn, case.id) or case
    return _over(act, case, ALREADY_RESOLVED) if case.is_over else now(act, case)


def not_sent(act: Deed, case: Case) -> str:
    """Says that words in the thread of a case that is over went to nobody, and what to do."""
    return f"{UNSENT} {now(act, case)}"


def _over(act: Deed, case: Case, resolved: str) -> str:
    if case.state == CaseState.SPAM:
        return SPAM
    if case.state == CaseState.MERGED:
        kept = cases.by_id(act.conn, case.merged_into) if case.merged_into else None
        return ELSEWHERE.format(number=kept.number if kept else "")
    return resolved
