"""Says how urgent a case is, whose and by which times, as people want it; no further reason changes that again."""

from hub.desk.act import Deed
from hub.desk.casework import standing
from storage.desk import cases
from storage.desk.cases import Case


def rank(act: Deed, case: Case, *, priority: str = "", team: str = "", sla: str = "") -> None:
    """Sets what is given, which wins over `routing.yaml`; the case's clocks run by it from now on."""
    wanted = {name: value for name, value in (("priority", priority), ("team", team), ("sla", sla)) if value}
    if case.is_over:
        act.answer(standing.over(act, case))
        return
    cases.rank_by_hand(act.conn, case, **wanted)
    was = {name: getattr(case, name) for name in wanted}
    act.audit("rank", case, {"was": was, "is": wanted})
    act.draw_card(case)
