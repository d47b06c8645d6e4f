"""Makes one case of two of the same customer: the later one points to the earlier, in whose thread all goes on."""

from core.cases.sla import Metric
from core.cases.steps import Step
from core.people.conversations import Owner, Priority, Routed
from core.shop.promises import PromiseState
from hub.clocks import keeping
from hub.desk.act import Act
from hub.desk.casework import standing
from storage.conversations import conversations
from storage.desk import cases, clocks
from storage.desk.cases import NOBODY, Case, Holder
from storage.promises import ledger

SAME = "Name another case of the same customer."
WENT = "{agent} merged this case into case {number}. What the customer writes goes there; write there, too."
CAME = "{agent} merged case {number} into this one: {summary}"


def merge(act: Act, case: Case, other: Case | None) -> None:
    """Merges the later of two cases into the earlier, with its agent where that has none, and its priority."""
    if other is None or other.id == case.id or other.customer_id != case.customer_id:
        act.answer(SAME)
        return
    kept, gone = sorted((case, other), key=lambda each: each.number)
    for each in (kept, gone):
        if each.is_over:
            act.answer(standing.now(act, each))
            return
    holder = next((Holder(each.claimed_by, each.agent_name) for each in (kept, gone) if each.claimed_by), NOBODY)
    if not cases.take_step(act.conn, gone, Step.MERGE, act.now, merged_into=kept.id):
        act.answer(standing.now(act, gone))
        return
    cases.take_step(act.conn, kept, Step.JOIN, act.now, holder)
    ranked = Routed(Priority(gone.priority), gone.team, gone.sla, gone.tags)
    cases.raise_to(act.conn, kept, ranked, {**gone.details, **kept.details})
    ledger.replied(act.conn, gone.id, PromiseState.VOID, "case.merge", act.now)
    _owe_there(act, kept, gone)
    _speak_there(act, kept, gone)
    act.audit("merge", gone, {"into": kept.id})
    _tell(act, kept, gone)


def _owe_there(act: Act, kept: Case, gone: Case) -> None:
    """Has the answer that is owed in the case that goes be owed in the one that is kept, from when it was asked for."""
    running = clocks.running(act.conn, [gone.id]).get(gone.id, [])
    asked = min((each.started_at for each in running if each.metric in (Metric.FIRST, Metric.NEXT)), default=None)
    if asked is not None:
        keeping.wrote(act.hub, act.conn, kept.id, asked)


def _speak_there(act: Act, kept: Case, gone: Case) -> None:
    """Has what the customer writes in either conversation go to the thread that is kept."""
    for there in conversations.of_customer(act.conn, gone.customer_id):
        if there.case_id == gone.id:
            conversations.by_id(act.conn, there.id, lock=True)
            conversations.hand_over(act.conn, there.id, Owner.AGENT.value, kept.id)


def _tell(act: Act, kept: Case, gone: Case) -> None:
    act.note(gone, WENT.format(agent=act.user.name, number=kept.number), gone.claimed_by or "")
    summary = gone.summary.strip() or "its customer is the same."
    act.note(kept, CAME.format(agent=act.user.name, number=gone.number, summary=summary), kept.claimed_by or "")
    for each in (gone, kept):
        act.draw_card(each)
