"""Keeps an agent's message from the customer: the message shortcut "Make a note"."""

from core.desk.events import Pressed
from hub.desk import wording
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.replying import marks
from hub.desk.replying.stopping import stop
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case
from storage.desk.messages import HELD, LATER, NOTE, UNSENT


def press(act: Act, event: Pressed, _case: Case, _who: Conversation) -> None:
    """Makes a note of what is held, did not go out, or can still be stopped."""
    kept = messages.find(act.conn, event.place, event.message)
    if kept is None or kept.user != act.user.id:
        act.answer(wording.NOT_YOURS)
    elif kept.state == NOTE:
        act.answer(wording.A_NOTE_ALREADY)
    elif stop(act, kept, "made_a_note"):
        act.answer(wording.KEPT)
    elif messages.become(act.conn, kept.id, (HELD, LATER, UNSENT), NOTE):
        marks.show(act.hub, act.conn, kept, marks.INSIDE[NOTE], act.now)
        act.answer(wording.KEPT)
    else:
        act.answer(wording.TOO_LATE_FOR_A_NOTE)


BUTTON = Button("case_note", "Make a note", press, 92, needs="case:reply")
