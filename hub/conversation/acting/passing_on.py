"""Passes what the customer says on to the agent's thread."""

from core.desk.posts import PostCustomer
from core.messages.inbound import InboundMessage, Said
from core.messages.pieces import MEDIA_KINDS
from core.messages.quotes import glance
from hub.conversation.hearing.heard import kinds_of
from hub.conversation.hearing.quoting import find
from hub.conversation.hearing.shared import words_of
from hub.conversation.store_view import GroupReader
from hub.conversation.turn import Turn


def pass_on(turn: Turn, event: Said, reader: GroupReader) -> None:
    """Posts the event to the agent's thread, word for word, below what it answers."""
    if turn.case_id:
        turn.post(passed_on(turn, event, reader, turn.case_id))


def passed_on(turn: Turn, event: Said, reader: GroupReader, case_id: str) -> PostCustomer:
    """Makes the post of a customer's words for the thread of a case."""
    quoted = None
    if isinstance(event, InboundMessage) and (event.reply_to or event.quoted):
        quoted = glance(find(turn, reader.conn, event.reply_to), event.quoted)
    kinds = tuple(kind for kind in kinds_of(event) if kind in MEDIA_KINDS)  # a line says all of the others
    return PostCustomer(case_id, _shown(event), kinds, media=turn.media, quoted=quoted)


def _shown(event: Said) -> str:
    """Returns what the agent reads: the customer's words, and what came with them."""
    return "\n".join(filter(None, (_forwarded(event), words_of(event))))


def _forwarded(event: Said) -> str:
    if not (isinstance(event, InboundMessage) and event.forwarded):
        return ""
    return f"↪ forwarded from {event.origin}" if event.origin else "↪ forwarded"
