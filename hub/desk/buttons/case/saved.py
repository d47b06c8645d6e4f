"""Sends a saved reply as the agent's own words, and does to the case what belongs to it: the button "Saved replies"."""

from core.desk.events import Pressed
from core.people.conversations import UNRESOLVED
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import resting, standing
from hub.desk.casework.handover import end
from hub.desk.casework.ranking import rank
from hub.desk.forms import saved
from hub.desk.replying import reply_words
from hub.desk.replying.said_in_form import say
from storage.conversations.conversations import Conversation
from storage.desk import cases, saved_uses
from storage.desk.cases import Case

NOT_CHOSEN = "Nothing was sent: the form was not there. Press “Saved replies” again."


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Sends it, by the rules of a reply that is typed; one that is held or kept back does nothing to the case."""
    text, chosen = saved.words(event.values), saved.chosen(event.values)
    if case.is_over:
        act.answer(standing.not_sent(act, case))
    elif not text:
        act.answer(NOT_CHOSEN)
    elif say(act, case, who, text, reply_words.said_in_form(act.user.name, text)):
        saved_uses.count(act.conn, act.hub.store, chosen, act.now)
        _then(act, case.id, chosen, who)


def _then(act: Act, case_id: str, chosen: str, who: Conversation) -> None:
    """Does what belongs to the reply, in the transaction that sends it."""
    reply, case = act.hub.saved.get(chosen), cases.by_id(act.conn, case_id)
    if reply is None or case is None:
        return
    then = reply.then
    if then.tags:
        cases.tag(act.conn, case, then.tags)
    if then.priority or then.team:
        rank(act, case, priority=then.priority or "", team=then.team or "")
    if then.state == "waiting":
        resting.wait(act, case)
    elif then.state == "resolved":
        end(act, case, who, "resolve", "agent_left", "bot_back")
    elif then.tags:
        act.draw_card(case)


BUTTON = Button(saved.ID, "Saved replies", press, 12, UNRESOLVED, needs="case:reply")
