"""Says before a reply goes out what of it will look otherwise than it was written: split, a file as a link."""

import logging
from collections.abc import Iterator, Mapping, Sequence

from core.content.capabilities import Capabilities
from core.messages.outbound import Media, OutboundMessage
from hub.desk.replying import reply_words
from hub.hub import Hub
from storage.conversations.conversations import Conversation

log = logging.getLogger(__name__)


def told(hub: Hub, who: Conversation, message: OutboundMessage) -> list[str]:
    """Lists a sentence for each loss to the channel's limits that an agent should know of."""
    channel = hub.channel(who.channel, who.account)
    if channel is None:
        return []
    try:
        losses = channel.render(message).degradations
    except Exception:  # a fault of the channel's: the sender finds it too, and tells of it
        log.exception("a reply could not be looked at before it goes out")
        return []
    files = {each.id: each for each in message.media}
    return list(_told(losses, files, hub.labels[who.channel], channel.capabilities))


def _told(losses: Sequence[str], files: Mapping[str, Media], name: str, limits: Capabilities) -> Iterator[str]:
    for loss in losses:
        what, _, of = loss.partition(":")
        if what == "text_split":
            yield reply_words.goes_out_in(int(of), name, limits)
        elif what == "media_to_link" and of in files:
            yield reply_words.as_link(files[of], name, limits)
        elif what == "media_to_document" and of in files:
            yield reply_words.as_document(files[of], name, limits)
