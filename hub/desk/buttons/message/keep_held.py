"""Keeps a held message from the customer: the button "Keep as note"."""

from core.desk.events import Pressed
from hub.desk import wording
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.replying import marks
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case
from storage.desk.messages import HELD, NOTE


def press(act: Act, event: Pressed, _case: Case, _who: Conversation) -> None:
    """Ends the holding; the customer gets nothing."""
    held = messages.by_id(act.conn, event.value)
    if held and messages.become(act.conn, held.id, (HELD,), NOTE):
        marks.show(act.hub, act.conn, held, marks.INSIDE[NOTE], act.now)
        act.answer(wording.KEPT)
    else:
        act.answer(wording.HELD_DONE)


BUTTON = Button("held_keep", "Keep as note", press, 20, needs="case:reply")
