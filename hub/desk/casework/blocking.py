"""Blocks a spammer for a time: no answer, no case, no post; and ends that."""

from datetime import timedelta

from core.cases.block_times import BLOCK, UNBLOCK
from core.cases.steps import Step
from core.people.conversations import CaseState, Owner
from core.shop.promises import PromiseState
from hub.customers import blocks
from hub.desk.act import Act
from hub.desk.casework import standing
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.desk import cases
from storage.desk.cases import Case
from storage.people import customers
from storage.promises import ledger

BLOCKED = "{agent} blocked this customer until {until:%d %b %Y %H:%M} UTC: nothing they write is answered or shown."
UNBLOCKED = "{agent} let this customer write again. What they write next is answered as anybody's."
FREE = "This customer is not blocked (any more)."


def block(act: Act, case: Case, who: Conversation, length: timedelta) -> None:
    """Marks the case as spam with all others of its customer, whom nobody answers for that long."""
    if case.state == CaseState.MERGED:
        act.answer(standing.now(act, case))
        return
    until = act.now + length
    for each in (case, *cases.unresolved_of(act.conn, case.customer_id)):
        if cases.take_step(act.conn, each, Step.BLOCK, act.now):
            ledger.replied(act.conn, each.id, PromiseState.VOID, "case.block", act.now)
            act.draw_card(each)
    for there in conversations.of_customer(act.conn, who.customer_id):
        if there.case_id or there.left_case:
            conversations.hand_over(act.conn, there.id, Owner.BOT.value, None)
    blocks.block(act.hub, act.conn, who.customer_id, until, act.now)
    act.audit(BLOCK, case, {"until": until.isoformat()})
    act.note(case, BLOCKED.format(agent=act.user.name, until=until))


def unblock(act: Act, case: Case, who: Conversation) -> None:
    """Lets them write again; the case stays spam."""
    until = customers.blocked_until(act.conn, who.customer_id)
    if until is None or until <= act.now:
        act.answer(FREE)
        return
    blocks.block(act.hub, act.conn, who.customer_id, None, act.now)
    act.audit(UNBLOCK, case)
    act.note(case, UNBLOCKED.format(agent=act.user.name))
