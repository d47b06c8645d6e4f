"""Handles what agents change and delete of what they wrote in a case's thread."""

from core.content.styles import Formatted
from core.desk.events import AgentDeleted, AgentEdited
from core.desk.glances import ButtonGlance
from core.encoding import encode
from core.ids import new_id
from core.messages.outbound import decode_message
from hub.desk import buttons, wording
from hub.desk.act import Act
from hub.desk.replying import later_words, marks, reply_words, revising
from hub.desk.replying.doubts import question
from hub.desk.replying.replies import keep
from hub.desk.replying.stopping import stop
from hub.desk.undelivered import offers
from hub.desk.undelivered.again import has_failed
from storage.conversations import timeline
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case
from storage.desk.messages import HELD, LATER, NOTE, SENT, UNSENT, DeskMessage
from storage.queues import outbox


def edited(act: Act, event: AgentEdited, case: Case, who: Conversation) -> None:
    """Takes over new words: what changes from note to reply, or back, is asked about."""
    known = messages.find(act.conn, event.place, event.message)
    said = Formatted(event.text, event.styles)
    if known is None:
        _remember(act, event, case, who)
        return
    if known.said == said and event.note == (known.state == NOTE):
        return
    messages.rewrite(act.conn, known.id, said)
    if known.state == SENT and known.outbox_id:
        _edit_sent(act, event, known, known.outbox_id, case, who)
    elif event.note:
        _become(act, known, NOTE)
    elif known.state == LATER and not question(act, said, case, who):
        act.answer(later_words.NEW_WORDS)
    elif known.state == UNSENT:
        act.answer(reply_words.NEW_WORDS_LATER, (offers.about(offers.RETRY, known.id),))
    elif not case.is_over and said.text.strip():
        asked = reply_words.NO_LONGER_A_NOTE if known.state == NOTE else question(act, said, case, who)
        _hold(act, known, asked or reply_words.STILL_HELD)


def _remember(act: Act, event: AgentEdited, case: Case, who: Conversation) -> None:
    """Keeps what was edited before it came in, so that its first words do not go out when they come at last.

    Slack brings what it could not deliver a minute or five later (docs: Events API, retries), after what followed it.
    """
    said = Formatted(event.text, event.styles)
    is_inside = event.note or case.is_over or not said.text.strip()
    kept = keep(act, case, event.message, said, NOTE if is_inside else HELD)
    if not is_inside:
        act.answer(question(act, said, case, who) or reply_words.NOT_SEEN_BEFORE, buttons.under_held(kept.id))


def _edit_sent(act: Act, event: AgentEdited, known: DeskMessage, outbox_id: str, case: Case, who: Conversation) -> None:
    """Changes a reply: before it goes out, where the customer reads it, else by a correction."""
    said = Formatted(event.text, event.styles)
    if has_failed(act, known):
        if event.note:
            _become(act, known, NOTE)
        else:
            act.answer(reply_words.NEW_WORDS_LATER, (offers.about(offers.RETRY, known.id),))
        return
    asked = "" if event.note else question(act, said, case, who)
    if event.note or asked:
        _withhold(act, known, asked, event, who)
    elif _reword(act, outbox_id, said):
        act.answer(reply_words.NEW_WORDS)
    elif revising.revise(act, case, who, known, said):
        act.answer(reply_words.MIRRORED)
    else:
        act.answer(reply_words.CORRECTION, (_correction(known),))


def _withhold(act: Act, known: DeskMessage, asked: str, event: AgentEdited, who: Conversation) -> None:
    """Keeps back what became a note, or reads like one, while it is still here; else says that it is out."""
    if stop(act, known, "became_a_note"):
        if asked:
            _hold(act, messages.by_id(act.conn, known.id) or known, asked)
        else:
            act.answer(wording.STOPPED)
    elif event.note:
        can = revising.can_take_back(act, who, known)
        act.answer(reply_words.SENT_ALREADY, (offers.about(offers.TAKE_BACK, known.id),) if can else ())
    else:
        act.answer(reply_words.LIKE_A_NOTE_OUT, (_correction(known),))


def _reword(act: Act, outbox_id: str, said: Formatted) -> bool:
    """Changes the words of a reply that waits to be sent; false when it does not any more."""
    posting = outbox.by_id(act.conn, outbox_id)
    if posting is None or posting.rendered:
        return False
    was = decode_message(posting.payload)
    if not outbox.reword_waiting(act.conn, outbox_id, encode(revising.with_words(was, said))):
        return False
    timeline.revise(act.conn, outbox_id, said.text, act.now)
    return True


def _correction(known: DeskMessage) -> ButtonGlance:
    return offers.about(offers.CORRECT, known.id, known.outbox_id or "")


def deleted(act: Act, event: AgentDeleted, case: Case, who: Conversation) -> None:
    """Stops a message that has not gone out yet; takes one back that has, where that can be."""
    known = messages.find(act.conn, event.place, event.message)
    if known is None:  # it may come in yet, and is to stay inside then
        id_ = new_id(act.now)
        gone = DeskMessage(id_, event.place, event.message, case.id, act.user.id, "", NOTE, None, act.now)
        messages.keep(act.conn, act.hub.store, gone)
        return
    if known.state == HELD:
        messages.become(act.conn, known.id, (HELD,), NOTE)
    if known.state == LATER and messages.become(act.conn, known.id, (LATER,), NOTE):
        act.answer(wording.STOPPED)
    if known.state != SENT or known.outbox_id is None or has_failed(act, known):
        return
    if stop(act, known, "deleted_by_agent"):
        act.answer(wording.STOPPED)
    elif revising.revise(act, case, who, known, Formatted()):
        act.answer(reply_words.TAKEN_BACK)
    else:
        act.answer(wording.TOO_LATE)


def _hold(act: Act, known: DeskMessage, asked: str) -> None:
    _become(act, known, HELD)
    act.answer(asked, buttons.under_held(known.id))


def _become(act: Act, known: DeskMessage, state: str) -> None:
    if known.state != state and messages.become(act.conn, known.id, (known.state,), state):
        marks.show(act.hub, act.conn, known, marks.INSIDE[state], act.now)
