"""Changes and takes back replies where the customer reads them, on channels that can do that."""

from datetime import timedelta

from msgspec.structs import replace

from core.content.styles import Formatted
from core.messages.outbound import OutboundMessage, Speaker
from core.ports.channel import Reviser
from hub.delivery.postings import enqueue, posting
from hub.desk.act import Act
from storage.conversations import timeline
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case
from storage.desk.messages import DeskMessage
from storage.queues import parts


def revise(act: Act, case: Case, who: Conversation, known: DeskMessage, said: Formatted) -> bool:
    """Has a reply changed, or taken back where nothing is left of its words; false where that cannot be done."""
    changed = OutboundMessage(said.text, speaker=Speaker.AGENT, styles=said.styles, changes=known.outbox_id or "")
    if not _may(act, who, known, changed):
        return False
    made = posting(who, changed, act.user.id, act.now, case_id=case.id, origin=known.message)
    enqueue(act.hub, act.conn, made._replace(line=None))
    timeline.revise(act.conn, known.outbox_id or "", said.text, act.now)
    return True


def can_take_back(act: Act, who: Conversation, known: DeskMessage) -> bool:
    """Tells whether a reply can be taken back."""
    return _may(act, who, known, OutboundMessage(changes=known.outbox_id or ""))


def with_words(message: OutboundMessage, said: Formatted) -> OutboundMessage:
    """Returns the message with other words."""
    return replace(message, text=said.text, styles=said.styles)


def _may(act: Act, who: Conversation, known: DeskMessage, changed: OutboundMessage) -> bool:
    channel = act.hub.channel(who.channel, who.account)
    hours = channel.capabilities.revise_hours if channel else None
    if channel is None or not hours or act.now >= (known.leaves_at or known.at) + timedelta(hours=hours):
        return False
    sent = parts.sent_of(act.conn, changed.changes)
    return isinstance(channel, Reviser) and channel.revise(changed, sent) is not None
