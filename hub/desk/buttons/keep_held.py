"""Keeps a held message from the customer: the button "Keep as note"."""

from core.desk import Pressed
from hub.desk import wording
from hub.desk.act import Act
from hub.desk.button import Button
from storage.desk import messages
from storage.desk.cases import Case
from storage.desk.messages import NOTE
from storage.people.conversations import Conversation


def press(act: Act, event: Pressed, _case: Case, _who: Conversation) -> None:
    """Ends the holding; the customer gets nothing."""
    done = messages.release(act.conn, event.value, NOTE)
    act.answer(wording.KEPT if done else wording.HELD_DONE)


BUTTON = Button("held_keep", "Keep as note", press, 20)
