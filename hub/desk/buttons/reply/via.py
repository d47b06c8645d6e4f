"""Sends a message to another address of the customer, where the case then goes on: a choice of "Other channel"."""

from msgspec.structs import replace

from core.desk.events import Pressed
from hub.customers.first_contact import begin
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import standing
from hub.desk.casework.handover import move
from hub.desk.replying import reply_words
from hub.desk.replying.replies import go_out
from hub.desk.undelivered import offers, reply_window
from hub.desk.undelivered.again import to_send_again
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Moves the case there, if that is still allowed, and sends the message."""
    message_id, by = offers.read(event.value)
    there = _there(act, who, by)
    if case.is_over:
        act.answer(standing.not_sent(act, case))
    elif there is None:
        act.answer(reply_words.NO_OTHER_WAY)
    elif there.case_id not in (None, case.id):
        act.answer(reply_words.OTHER_CASE_THERE)
    elif kept := to_send_again(act, message_id):
        move(act, case, there)
        go_out(act, replace(case, conversation_id=there.id), there, kept)


def _there(act: Act, who: Conversation, by: str) -> Conversation | None:
    """Returns the conversation that was chosen, if they may be written to there now; one that is new is begun."""
    ways = {each.id: each for each in reply_window.others(act.hub, act.conn, who, act.now)}
    if by in ways:
        return ways[by]
    for address in reply_window.unspoken(act.hub, act.conn, who):
        if by == f"{address.channel}:{address.account}":
            begun = begin(act.hub, act.conn, address, act.now)
            return begun if begun and begun.customer_id == who.customer_id else None
    return None


BUTTON = Button(*offers.VIA, press, 50, needs="case:reply")
