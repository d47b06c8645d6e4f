"""Lets a held message leave later: the button "Send later" under the question about it."""

from core.desk.events import Pressed
from hub.desk import wording
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.forms.later import HELD_LATER
from hub.desk.replying.putting_off import filled_in
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case
from storage.desk.messages import HELD


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Puts it off, for the agent who wrote it."""
    held = messages.by_id(act.conn, event.value)
    if not held or held.user != event.user or held.state != HELD:
        act.answer(wording.HELD_DONE)
    else:
        filled_in(act, event, case, who, held)


BUTTON = Button(HELD_LATER, "Send later", press, 15, needs="case:reply")
