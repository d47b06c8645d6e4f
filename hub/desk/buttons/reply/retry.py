"""Sends once more what did not reach the customer: the button "Try again"."""

from core.desk.events import Pressed
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import standing
from hub.desk.replying.replies import go_out
from hub.desk.undelivered import offers
from hub.desk.undelivered.again import to_send_again
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Sends the message with the words that it has now, unless it got through meanwhile."""
    if case.is_over:
        act.answer(standing.not_sent(act, case))
    elif kept := to_send_again(act, event.value):
        go_out(act, case, who, kept)


BUTTON = Button(*offers.RETRY, press, 30, needs="case:reply")
