"""Handles what agents change and delete of what they wrote in a case's thread."""

from core.cases.desk import AgentDeleted, AgentEdited
from core.content.styles import Formatted
from hub.desk import buttons, marks, reply_words, wording
from hub.desk.act import Act
from hub.desk.doubts import question
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case
from storage.desk.messages import HELD, NOTE, SENT, DeskMessage
from storage.queues import outbox


def edited(act: Act, event: AgentEdited, case: Case, _who: Conversation) -> None:
    """Takes over new words: what changes from note to reply, or back, is asked about."""
    known = messages.find(act.conn, event.place, event.message)
    if known is None:
        return
    said = Formatted(event.text, event.styles)
    if known.state == SENT:
        act.answer(reply_words.SENT_ALREADY if event.note else wording.FIRST_VERSION)
        return
    messages.rewrite(act.conn, known.id, said)
    if event.note:
        _become(act, known, NOTE)
    elif not case.is_over and said.text.strip():
        asked = reply_words.NO_LONGER_A_NOTE if known.state == NOTE else question(act, said.text, case)
        _become(act, known, HELD)
        act.answer(asked or reply_words.STILL_HELD, buttons.under_held(known.id))


def deleted(act: Act, event: AgentDeleted, _case: Case, _who: Conversation) -> None:
    """Stops a message that has not gone out yet."""
    known = messages.find(act.conn, event.place, event.message)
    if known and known.state == HELD:
        messages.become(act.conn, known.id, (HELD,), NOTE)
    if not known or known.state != SENT or known.outbox_id is None:
        return
    stopped = outbox.refuse(act.conn, known.outbox_id, outbox.CANCELLED, "deleted_by_agent", act.now)
    act.answer(wording.STOPPED if stopped else wording.TOO_LATE)


def _become(act: Act, known: DeskMessage, state: str) -> None:
    if known.state != state and messages.become(act.conn, known.id, (known.state,), state):
        marks.show(act.hub, act.conn, known, marks.INSIDE[state], act.now)
