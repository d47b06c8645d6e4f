"""Defines what comes in, the same for every channel.

`InboundEvent` is what `parse` returns, one value per item of a webhook: something a customer said or did, a receipt,
news of our account, or an `Unsupported` item that keeps its raw form.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from core.messages.charges import Charge
from core.messages.pieces import Attachment, Choice, Profile, Quote, Referral
from core.people.addresses import Address


class InboundMessage(msgspec.Struct, frozen=True, omit_defaults=True, tag="message"):
    """Something the customer said, sent or pressed."""

    external_id: str
    sender: Address
    sent_at: datetime
    text: str = ""
    choice: Choice | None = None
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""  # the message that it answers, by its id at the provider
    quoted: Quote | None = None
    profile: Profile = Profile()
    sequence: int = 0  # order among events of the same second, where the channel numbers them (Telegram update_id)
    callback: str = ""  # what the channel wants answered (Telegram callback query id)
    album: str = ""  # messages with the same one are parts of one (Telegram media_group_id)
    referral: Referral | None = None
    forwarded: bool = False
    origin: str = ""  # whose words were forwarded, where the channel tells
    standby: bool = False  # somebody else answers in this thread: to be read, not to be answered
    one_way: bool = False  # nobody can answer this sender (a short code, a name): to be kept and shown
    consent_word: str = ""  # stop, start, help: the provider took it as such and answered it itself
    message_id: str = ""  # what edits, reactions and quotes call it, where that is not the external id (Telegram)
    route: str = ""  # where in the chat it was said, and is answered (a topic in Telegram)

    @property
    def name(self) -> str:
        """Returns its id at the provider, as later events name it."""
        return self.message_id or self.external_id


class Edited(msgspec.Struct, frozen=True, omit_defaults=True, tag="edited"):
    """The customer changed the words of an earlier message. `target` is that message's external id."""

    external_id: str
    sender: Address
    sent_at: datetime
    target: str
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    profile: Profile = Profile()
    sequence: int = 0


class Deleted(msgspec.Struct, frozen=True, omit_defaults=True, tag="deleted"):
    """The customer took back an earlier message."""

    external_id: str
    sender: Address
    sent_at: datetime
    target: str
    profile: Profile = Profile()
    sequence: int = 0


class Reacted(msgspec.Struct, frozen=True, omit_defaults=True, tag="reacted"):
    """A reaction to a message, theirs or ours (`target` is its id at the provider); no emoji: taken back."""

    external_id: str
    sender: Address
    sent_at: datetime
    target: str
    emoji: str = ""
    profile: Profile = Profile()
    sequence: int = 0
    quoted: Quote | None = None


class Preference(msgspec.Struct, frozen=True, omit_defaults=True, tag="preference"):
    """What the customer told the platform, not us: marketing stopped or resumed, the bot blocked or unblocked."""

    external_id: str
    sender: Address
    sent_at: datetime
    purpose: str  # marketing, all
    granted: bool
    source: str  # user_preferences, blocked, unblocked, optin
    profile: Profile = Profile()
    sequence: int = 0


class Moved(msgspec.Struct, frozen=True, omit_defaults=True, tag="moved"):
    """The channel says that `sender` is now reached at `to`, or (without `to`) that the person behind it changed.

    `aliases` are further addresses of the new place.
    """

    external_id: str
    sender: Address
    sent_at: datetime
    reason: str  # number_changed, migrated, identity_changed
    to: Address | None = None
    aliases: tuple[Address, ...] = ()
    profile: Profile = Profile()
    sequence: int = 0


class Answered(msgspec.Struct, frozen=True, omit_defaults=True, tag="answered"):
    """Somebody answered the customer outside Doorstep: a person (the Page's inbox, the business app) or a program."""

    external_id: str
    sender: Address  # the customer
    sent_at: datetime
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    profile: Profile = Profile()
    sequence: int = 0
    program: str = ""  # the provider's id of the program that sent it, where that is none that people write with


class Happened(msgspec.Struct, frozen=True, omit_defaults=True, tag="happened"):
    """Something happened outside the conversation for which it may wait: the store answered, a time came.

    `name` says what ("shop.answered"), `key` to what, `value` how it went. Nobody wrote it; `sender` is the customer.
    """

    external_id: str
    sender: Address
    sent_at: datetime
    name: str
    key: str = ""
    value: Any = None
    profile: Profile = Profile()
    sequence: int = 0


UNNAMED = "unnamed"


class AccountNews(msgspec.Struct, frozen=True, omit_defaults=True, tag="account"):
    """Something changed about our account, number, page or a template of ours, or about our place at the desk.

    `kind`: template_status, template_category, template_quality, quality, limit, alert, policy, unnamed, desk, other.
    `subject` is the template's name (with `language`) or the number; `state` the new value in the provider's word.
    Unnamed: messages come in for this number or page, and no setting names it; `detail` says which would.
    Desk: of a channel of the desk, or of us in a workspace, where `account` has no channel behind the workspace's name;
    `state` is one of `core.desk.news`, `subject` how posts are refused from now on, `detail` what operators mend.
    """

    external_id: str
    channel: str
    account: str
    at: datetime
    kind: str
    subject: str = ""
    language: str = ""
    state: str = ""
    detail: str = ""
    raw: Any = None


class ReceiptStatus(StrEnum):
    """The provider's word on a message of ours."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class Receipt(msgspec.Struct, frozen=True, omit_defaults=True, tag="receipt"):
    """The provider's news of a message of ours.

    It is found by `correlation` (our part id) or `provider_id`, else by `watermark`: all to this address up to then.
    One read from an echo says what it is if no part of ours has this id: other programs have ids of the same form.
    """

    external_id: str
    recipient: Address
    status: ReceiptStatus
    at: datetime
    provider_id: str = ""
    correlation: str = ""
    watermark: datetime | None = None
    code: str = ""
    detail: str = ""
    echo: Answered | None = None
    charge: Charge | None = None  # where it says that the message costs something


class Unsupported(msgspec.Struct, frozen=True, omit_defaults=True, tag="unsupported"):
    """An item we do not know, or could not read: kept whole for replay, never an exception.

    `answerable` is true when a customer did something that deserves a word back (a poll, a sticker we cannot show).
    `said`: what can be read of it all the same (core.content.facts).
    """

    external_id: str
    sender: Address
    sent_at: datetime
    kind: str
    raw: Any = None
    answerable: bool = False
    profile: Profile = Profile()
    sequence: int = 0
    route: str = ""
    said: dict[str, str] = {}


Said = InboundMessage | Unsupported
Changed = Edited | Deleted | Reacted | Preference | Moved | Answered | Happened
InboundEvent = InboundMessage | Receipt | Unsupported | Changed | AccountNews


def decode_event(data: bytes | str) -> InboundEvent:
    """Reads the event that `encode` wrote. Raises `msgspec.ValidationError`."""
    return _EVENT.decode(data)


_EVENT: msgspec.json.Decoder[InboundEvent] = msgspec.json.Decoder(InboundEvent)
