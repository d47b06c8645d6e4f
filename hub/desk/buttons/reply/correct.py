"""Sends the new words of a reply that the customer has in its first version: the button "Send correction"."""

from core.desk.events import Pressed
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import standing
from hub.desk.replying import reply_words
from hub.desk.replying.replies import go_out
from hub.desk.undelivered import offers
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case
from storage.desk.messages import SENT


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Sends them once, as an answer to the first version where the channel can show that. The words that were sent are
    the value's other part: those that stand now are sent, and a second press of the same question is too late."""
    message_id, version = offers.read(event.value)
    kept = messages.by_id(act.conn, message_id)
    if case.is_over:
        act.answer(standing.not_sent(act, case))
    elif not kept or kept.state != SENT or kept.outbox_id != version:
        act.answer(reply_words.ON_ITS_WAY)
    else:
        go_out(act, case, who, kept, quote=version)


BUTTON = Button(*offers.CORRECT, press, 40, needs="case:reply")
