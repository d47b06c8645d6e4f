"""Handles what agents write in a case's thread: replies, notes, and their edits and deletions."""

from core.cases.desk import AgentDeleted, AgentEdited, AgentMessage
from core.ids import new_id
from core.people.conversations import CaseState
from hub.desk import buttons, wording
from hub.desk.act import Act
from hub.desk.handover import claim
from hub.desk.replies import collect, keep, reply
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case
from storage.desk.messages import HELD, NOTE, SENT
from storage.queues import outbox


def written(act: Act, event: AgentMessage, case: Case, who: Conversation) -> None:
    """Sends an agent's message to the customer, or keeps it as a note; while a colleague has the case it is held."""
    if messages.find(act.conn, event.place, event.message):
        return
    if event.note or not (event.text.strip() or event.files):
        keep(act, case, event.message, event.text, NOTE)
    elif case.is_over:
        keep(act, case, event.message, event.text, NOTE)
        act.answer(wording.NOT_SENT)
    elif case.claimed_by not in (None, event.user):
        _hold(act, event, case, who)
    else:
        _send(act, event, case, who)


def _hold(act: Act, event: AgentMessage, case: Case, who: Conversation) -> None:
    held = keep(act, case, event.message, event.text, HELD)
    collect(act, event.files, who, held)
    act.answer(wording.send_or_keep(act.holder(case)), buttons.under_held(held))


def _send(act: Act, event: AgentMessage, case: Case, who: Conversation) -> None:
    """Sends a reply; the first one takes the case for its agent."""
    if case.state == CaseState.OPEN:
        claim(act, case, who)
    files = collect(act, event.files, who, new_id(act.now))
    outbox_id = reply(act, case, who, event.text, event.message, files)
    keep(act, case, event.message, event.text, SENT, outbox_id)


def edited(act: Act, event: AgentEdited, _case: Case, _who: Conversation) -> None:
    """Takes over the new text of a held message; what was sent cannot be changed."""
    known = messages.find(act.conn, event.place, event.message)
    if known and known.state == HELD:
        messages.rewrite(act.conn, known.id, event.text)
    if known and known.state == SENT:
        act.answer(wording.FIRST_VERSION)


def deleted(act: Act, event: AgentDeleted, _case: Case, _who: Conversation) -> None:
    """Stops a message that has not gone out yet."""
    known = messages.find(act.conn, event.place, event.message)
    if known and known.state == HELD:
        messages.release(act.conn, known.id, NOTE)
    if not known or known.state != SENT or known.outbox_id is None:
        return
    stopped = outbox.refuse(act.conn, known.outbox_id, outbox.CANCELLED, "deleted_by_agent", act.now)
    act.answer(wording.STOPPED if stopped else wording.TOO_LATE)
