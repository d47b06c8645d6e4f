"""Finds a message of an agent's that did not reach the customer, to send it in another way."""

from hub.desk.act import Act
from hub.desk.replying import reply_words
from storage.desk import messages
from storage.desk.messages import SENT, UNSENT, DeskMessage
from storage.queues import outbox


def to_send_again(act: Act, message_id: str) -> DeskMessage | None:
    """Returns the message; None where it is with the customer, or on its way, which is said."""
    kept = messages.by_id(act.conn, message_id)
    if kept and (kept.state == UNSENT or (kept.state == SENT and has_failed(act, kept))):
        return kept
    act.answer(reply_words.ON_ITS_WAY)
    return None


def has_failed(act: Act, kept: DeskMessage) -> bool:
    """Tells whether a message that was to go out did not."""
    state = outbox.state_of(act.conn, kept.outbox_id, lock=True) if kept.outbox_id else None
    return state in (outbox.FAILED, outbox.CANCELLED)
