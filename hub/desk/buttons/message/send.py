"""Sends a note, or a colleague's words, to the customer: the message shortcut "Send to customer"."""

from core.desk.events import Pressed
from hub.desk import wording
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import standing
from hub.desk.forms.send import SEND
from hub.desk.replying.replies import go_out
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case
from storage.desk.messages import SENT


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Sends the words once, as those of whoever presses; files of a note stay inside."""
    kept = messages.find(act.conn, event.place, event.message)
    if kept is None or not kept.text.strip():
        act.answer(wording.NO_WORDS_HERE)
    elif kept.state == SENT:
        act.answer(wording.SENT_ALREADY)
    elif case.is_over:
        act.answer(standing.not_sent(act, case))
    else:
        go_out(act, case, who, kept)


BUTTON = Button(SEND, "Send to customer", press, 91, needs="case:reply")
