"""Sends a message to another address of the customer, where the case then goes on: a choice of "Other channel"."""

from msgspec.structs import replace

from core.desk.events import Pressed
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
    message_id, conversation_id = offers.read(event.value)
    ways = {each.id: each for each in reply_window.others(act.hub, act.conn, who, act.now)}
    there = ways.get(conversation_id)
    if case.is_over:
        act.answer(standing.not_sent(act, case))
    elif there is None:
        act.answer(reply_words.NO_OTHER_WAY)
    elif there.case_id not in (None, case.id):
        act.answer(reply_words.OTHER_CASE_THERE)
    elif kept := to_send_again(act, message_id):
        move(act, case, there)
        go_out(act, replace(case, conversation_id=there.id), there, kept)


BUTTON = Button(*offers.VIA, press, 50, needs="case:reply")
