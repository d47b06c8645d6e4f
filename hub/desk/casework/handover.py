"""Gives a case and its conversation to an agent, back to the bot, or opens it again."""

from core.cases.steps import Step
from core.cases.topics import topic_of
from core.desk.events import DeskUser
from core.people.conversations import Owner
from core.shop.promises import PromiseState
from hub.desk import wording
from hub.desk.act import Deed
from hub.desk.casework import standing
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.desk import audit, cases, later
from storage.desk.cases import NOBODY, Case, Holder
from storage.promises import ledger
from storage.queues import timers

RESOLVE = "resolve"
RATINGS = "ratings"  # the kind of timer that asks for one


def claim(act: Deed, case: Case, who: Conversation) -> bool:
    """Takes a case that nobody has, and the conversation; false when a colleague was quicker."""
    return case.claimed_by is None and give(act, case, who, act.user, "claim", "agent_joined")


def give(act: Deed, case: Case, who: Conversation, to: DeskUser, action: str, words: str) -> bool:
    """Gives a case to an agent, whoever had it, and tells the customer; false when somebody was quicker."""
    if not cases.take_step(act.conn, case, Step.TAKE, act.now, Holder(to.id, to.name)):
        return False
    conversations.hand_over(act.conn, who.id, Owner.AGENT.value, case.id)
    later.look_again(act.conn, case.id, act.now)
    act.tell(who, words, agent=to.name)
    act.audit(action, case, None if to.id == act.user.id else {"to": to.id})
    act.draw_card(case)
    return True


def release(act: Deed, case: Case) -> bool:
    """Takes a case from its agent, for any other; false where it waits for somebody already, or is over."""
    if not cases.take_step(act.conn, case, Step.RELEASE, act.now, NOBODY):
        return False
    act.audit("release", case)
    act.draw_card(case)
    return True


def end(act: Deed, case: Case, who: Conversation, action: str, *words: str, topic: str = "") -> bool:
    """Resolves the case and gives the conversation to the bot; `words` tell the customer, where an agent had it.

    `topic` is what it was about; without one it is what its reason says.
    """
    if not cases.take_step(act.conn, case, Step.RESOLVE, act.now, topic=topic or topic_of(case.reason)):
        act.answer(standing.over(act, case))
        return False
    ledger.replied(act.conn, case.id, PromiseState.VOID, f"case.{action}", act.now)
    left = None
    if action == RESOLVE:
        left = case.id, act.now + act.hub.times.reopen
        timers.schedule(act.conn, act.hub.store, RATINGS, case.id, act.now + act.hub.times.rating_after)
    for each in conversations.of_customer(act.conn, who.customer_id):
        if each.case_id == case.id:  # it may have gone on at another address
            conversations.hand_over(act.conn, each.id, Owner.BOT.value, None, left)
    if who.case_id == case.id and who.owner == Owner.AGENT.value:
        act.tell(who, *words)
    act.audit(action, case)
    act.draw_card(case)
    return True


def reopen(act: Deed, case: Case, who: Conversation) -> None:
    """Opens a resolved case again, for any agent to take; until then the bot says nothing in the conversation."""
    if who.case_id and who.case_id != case.id:
        act.answer(wording.ANOTHER_CASE)
        return
    if not cases.take_step(act.conn, case, Step.REOPEN, act.now, NOBODY):
        act.answer(standing.now(act, case))
        return
    conversations.hand_over(act.conn, who.id, Owner.AGENT.value, case.id)
    act.tell(who, "case_reopened")
    act.audit("reopen", case)
    act.draw_card(case)


def move(act: Deed, case: Case, there: Conversation) -> None:
    """Lets a case go on in another conversation of its customer; what they still write in the first belongs to it."""
    conversations.by_id(act.conn, there.id, lock=True)
    cases.go_on_in(act.conn, case.id, there.id)
    conversations.hand_over(act.conn, there.id, Owner.AGENT.value, case.id)
    act.audit(audit.MOVE, case, {audit.MOVED_FROM: case.conversation_id, "to": there.id})
    act.draw_card(case)
