"""Sends a file's link where the provider will not show the file: once, at once, in the place that the file had.

A file that was refused for what it is (its type, its codec, its size) is refused as often as it is sent.
"""

import msgspec
from sqlalchemy import Connection

from core.content.rendering import fit
from core.desk.posts import PostNote
from core.errors import SendError
from core.messages.outbound import Media, OutboundMessage, Speaker, decode_message
from core.ports.calls import Part
from core.ports.channel import Channel
from hub.delivery import prepare
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from hub.media import attachments
from storage.queues import outbox, parts
from storage.queues.outbox import Posting

SCOPES = ("file", "template")  # the second means the content, where there is no template
TOLD = ":paperclip: {names}: the provider does not show it as it is ({code}). The customer gets its link instead."


def instead(hub: Hub, conn: Connection, posting: Posting, part_id: str, error: SendError) -> bool:
    """Makes the part the file's link, and tells the agent; false when the refusal is of another kind, or there is no
    file in the part (any more). The caller lets it be called again."""
    if error.scope not in SCOPES or posting.lane != outbox.MESSAGE or posting.speaker == Speaker.MARKETING.value:
        return False
    channel = hub.channel(posting.channel, posting.account)
    payload = parts.payload_of(conn, part_id)
    message = decode_message(posting.payload)
    if channel is None or message.template or not any(each.id in payload for each in message.media):
        return False
    made = _link(hub, conn, posting, message, channel, payload)
    if made is None:
        return False
    part, refused = made
    parts.rewrite(conn, part_id, part.call, msgspec.json.encode(part.payload).decode())
    if posting.case_id:
        names = ", ".join(each.filename or each.kind for each in refused)
        note = PostNote(posting.case_id, TOLD.format(names=names, code=error.code))
        post_to_desk(hub, conn, note, posting.case_id, hub.now())
    return True


def _link(
    hub: Hub, conn: Connection, posting: Posting, message: OutboundMessage, channel: Channel, payload: str
) -> tuple[Part, tuple[Media, ...]] | None:
    """Renders the links of the files in this part, below the words that it had; None when they are gone."""
    now = hub.now()
    try:
        message, _ = attachments.ready(hub, conn, message, posting.created_at, now)
        message = prepare.within_window(message, posting, channel, now)
    except (attachments.NotYet, attachments.Lost, prepare.Refusal):
        return None
    refused = tuple(each for each in message.media if each.id in payload)
    if not refused:
        return None
    fitted = fit(message, channel.capabilities)
    words = fitted.caption if fitted.media and fitted.media[0].id == refused[0].id else ""
    lines = [": ".join(filter(None, (each.filename, each.link))) for each in refused]
    text = "\n".join(filter(None, (words, *lines)))
    alone = OutboundMessage(text, speaker=message.speaker, late=message.late, route=message.route)
    part = next((each for each in channel.render(alone).parts if not each.silent), None)
    return (part, refused) if part else None
