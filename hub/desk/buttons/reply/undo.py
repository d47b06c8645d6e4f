"""Stops a reply that waits for it: the button "Undo"."""

from core.desk.events import Pressed
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.replying import reply_words
from hub.desk.replying.stopping import stop
from hub.desk.undelivered import offers
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case


def press(act: Act, event: Pressed, _case: Case, _who: Conversation) -> None:
    """Keeps the message as a note, if no worker took it yet."""
    kept = messages.by_id(act.conn, event.value)
    stopped = kept is not None and stop(act, kept, "undone")
    act.answer(reply_words.UNDONE if stopped else reply_words.TOO_LATE_TO_UNDO)


BUTTON = Button(*offers.UNDO, press, 10, needs="case:reply")
