"""Reads what a message carries beside plain words: the lines that people read, and the whole, which the row keeps."""

import msgspec

from core.content.placeholders import placeholders, unread
from core.content.referrals import came_by
from core.encoding import encode
from core.messages.inbound import Answered, InboundMessage, Unsupported
from core.messages.pieces import MEDIA_KINDS, Attachment, Choice, Referral

Told = InboundMessage | Answered | Unsupported


class Shared(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds in full what the lines show in part: other people's numbers, an ad's click id."""

    attachments: tuple[Attachment, ...] = ()
    referral: Referral | None = None
    said: dict[str, str] = {}


def words_of(event: Told) -> str:
    """Returns what timeline and agents read: words or choice, a line for each place, contact and the like, and what
    brought the customer here."""
    if isinstance(event, Unsupported):
        return unread(event.kind, event.said)
    captions = [a.caption for a in event.attachments if a.caption and a.caption != event.text]
    choice = event.choice if isinstance(event, InboundMessage) else None
    words = event.text or _chosen(choice) or " ".join(captions)
    came = came_by(event.referral) if isinstance(event, InboundMessage) else ""
    return "\n".join(filter(None, (words, *placeholders(event.attachments, words), came)))


def carried_in(event: Told) -> str:
    """Returns in one line what came beside the words: for whoever reads only a summary."""
    lines = [words_of(event)] if isinstance(event, Unsupported) else placeholders(event.attachments, event.text)
    return "; ".join(lines)


def shared_in(event: Told) -> str | None:
    """Writes for the row all that came beside words and files, as JSON; None where nothing did."""
    if isinstance(event, Unsupported):
        return encode(Shared(said=event.said)) if event.said else None
    whole = tuple(each for each in event.attachments if each.kind not in MEDIA_KINDS or each.data)
    referral = event.referral if isinstance(event, InboundMessage) else None
    return encode(Shared(whole, referral)) if whole or referral else None


def name_in(event: InboundMessage | Unsupported) -> str:
    """Finds what the customer is called: by the channel, else on a card that it says is their own."""
    cards = event.attachments if isinstance(event, InboundMessage) else ()
    own = (str(each.data.get("name", "")) for each in cards if each.kind == "contact" and each.data.get("own"))
    return event.profile.name or next(own, "")


def _chosen(choice: Choice | None) -> str:
    if choice is None:
        return ""
    return f"{choice.title} ({choice.description})" if choice.title and choice.description else choice.title
