"""Sends a held message after all: the button "Send to customer"."""

from core.desk.events import Pressed
from hub.desk import wording
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import standing
from hub.desk.replying.replies import go_out
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case
from storage.desk.messages import HELD


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Sends the message, once, for the agent who wrote it."""
    held = messages.by_id(act.conn, event.value)
    if not held or held.user != event.user or held.state != HELD:
        act.answer(wording.HELD_DONE)
        return
    if case.is_over:
        act.answer(standing.not_sent(act, case))
        return
    go_out(act, case, who, held)


BUTTON = Button("held_send", "Send to customer", press, 10, style="primary", needs="case:reply")
