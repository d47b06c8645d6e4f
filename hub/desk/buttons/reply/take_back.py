"""Takes a reply back that became a note: the button "Take back"."""

from core.content.styles import Formatted
from core.desk.events import Pressed
from hub.desk import wording
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.replying import marks, reply_words
from hub.desk.replying.revising import revise
from hub.desk.undelivered import offers
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case
from storage.desk.messages import NOTE, SENT


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Takes it from the customer's chat, once, and keeps it as a note."""
    kept = messages.by_id(act.conn, event.value)
    if kept and kept.state == SENT and revise(act, case, who, kept, Formatted()):
        messages.become(act.conn, kept.id, (SENT,), NOTE)
        marks.show(act.hub, act.conn, kept, marks.INSIDE[NOTE], act.now)
        act.answer(reply_words.TAKEN_BACK)
    else:
        act.answer(wording.TOO_LATE)


BUTTON = Button(*offers.TAKE_BACK, press, 60, needs="case:reply")
