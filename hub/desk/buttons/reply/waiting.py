"""Decides otherwise about a reply that leaves later: the buttons "Send now", "Change" and "Cancel"."""

from core.desk.events import Pressed
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import standing
from hub.desk.replying import later_words, marks
from hub.desk.replying.putting_off import filled_in
from hub.desk.replying.replies import go_out
from hub.desk.undelivered import offers
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case
from storage.desk.messages import HELD, LATER, NOTE, DeskMessage

OPEN = (LATER, HELD)  # one that could not be put off is held, with the same buttons


def send(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Sends it now."""
    kept = _waiting(act, event)
    if kept and case.is_over:
        act.answer(standing.not_sent(act, case))
    elif kept:
        go_out(act, case, who, kept)


def change(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Gives it other words, or another time."""
    if kept := _waiting(act, event):
        filled_in(act, event, case, who, kept)


def cancel(act: Act, event: Pressed, _case: Case, _who: Conversation) -> None:
    """Keeps it as a note."""
    kept = _waiting(act, event)
    if kept and messages.become(act.conn, kept.id, OPEN, NOTE):
        marks.show(act.hub, act.conn, kept, marks.INSIDE[NOTE], act.now)
        act.answer(later_words.CANCELLED)


def _waiting(act: Act, event: Pressed) -> DeskMessage | None:
    """Returns the reply; None where it does not wait any more, which is said."""
    kept = messages.by_id(act.conn, event.value)
    if kept and kept.state in OPEN:
        return kept
    act.answer(later_words.NOT_WAITING)
    return None


BUTTONS = (
    Button(*offers.NOW, send, 11, needs="case:reply"),
    Button(*offers.CHANGE, change, 12, needs="case:reply"),
    Button(*offers.CANCEL, cancel, 13, needs="case:reply"),
)
