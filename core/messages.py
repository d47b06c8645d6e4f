"""What comes in and what goes out, the same for every channel.

`InboundEvent` is what `parse` returns, one value per item of a webhook: a message, a receipt, or an `Unsupported`
item that keeps its raw form. `OutboundMessage` is what flows, agents and notices want said; each channel renders it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from core.addresses import Address


class Profile(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a channel tells of the sender. `aliases` are other addresses of hers that the channel vouches for."""

    name: str = ""
    locale: str = ""
    aliases: tuple[Address, ...] = ()


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """A pressed button, list row, quick reply or postback: the id we gave it and the title she saw."""

    id: str
    title: str = ""


class Attachment(msgspec.Struct, frozen=True, omit_defaults=True):
    """A reference to media, fetched later: `ref` is the channel's own handle (media id, file id, URL)."""

    kind: str  # image, video, audio, voice, document, sticker, location, contact
    ref: str = ""
    mime: str = ""
    filename: str = ""
    caption: str = ""
    size: int = 0
    data: dict[str, Any] = {}  # location {latitude, longitude, name}, contact {name, phone, own}


class InboundMessage(msgspec.Struct, frozen=True, omit_defaults=True, tag="message"):
    """Something the customer said, sent or pressed."""

    external_id: str
    sender: Address
    sent_at: datetime
    text: str = ""
    choice: Choice | None = None
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""
    profile: Profile = Profile()
    sequence: int = 0  # order among events of the same second, where the channel numbers them (Telegram update_id)
    callback: str = ""  # what the channel wants answered (Telegram callback query id)


class ReceiptStatus(StrEnum):
    """The provider's word on a message of ours."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class Receipt(msgspec.Struct, frozen=True, omit_defaults=True, tag="receipt"):
    """Found by `correlation` (our part id) or `provider_id`, else by `watermark`: all to this address up to then."""

    external_id: str
    recipient: Address
    status: ReceiptStatus
    at: datetime
    provider_id: str = ""
    correlation: str = ""
    watermark: datetime | None = None
    code: str = ""
    detail: str = ""


class Unsupported(msgspec.Struct, frozen=True, omit_defaults=True, tag="unsupported"):
    """An item we do not know, or could not read: kept whole for replay, never an exception.

    `answerable` is true when a customer did something that deserves a word back (a poll, a sticker we cannot show).
    """

    external_id: str
    sender: Address
    sent_at: datetime
    kind: str
    raw: Any = None
    answerable: bool = False
    profile: Profile = Profile()
    sequence: int = 0


InboundEvent = InboundMessage | Receipt | Unsupported


class Option(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to choose. `id` comes back when it is pressed: ASCII, at most 64 bytes (Telegram's callback_data)."""

    id: str
    title: str
    description: str = ""


class Speaker(StrEnum):
    """Whose words these are: decides priority, policy (HUMAN_AGENT is for people) and what a repeat may cost."""

    BOT = "bot"
    AGENT = "agent"
    NOTICE = "notice"
    MARKETING = "marketing"
    SYSTEM = "system"  # compliance words: the answer to STOP, START, HELP


class TemplateCall(msgspec.Struct, frozen=True, omit_defaults=True):
    """A template the provider approved: its name there, its language, the values in order."""

    name: str
    language: str
    values: tuple[str, ...] = ()
    category: str = "utility"


class OutboundMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is to be said, before any channel's limits. With `template` the text is what the customer will read."""

    text: str = ""
    options: tuple[Option, ...] = ()
    menu_title: str = ""  # the list's button, like "Choose"
    link: str = ""
    link_title: str = ""
    template: TemplateCall | None = None
    speaker: Speaker = Speaker.BOT
    reply_to: str = ""
    callback: str = ""
    late: bool = False  # outside the free-text window, where a person's answer (speaker AGENT) is still allowed


def decode_event(data: bytes | str) -> InboundEvent:
    """The event that `encode` wrote. Raises `msgspec.ValidationError`."""
    return _EVENT.decode(data)


def decode_message(data: bytes | str) -> OutboundMessage:
    """The message that `encode` wrote. Raises `msgspec.ValidationError`."""
    return _MESSAGE.decode(data)


def encode(value: msgspec.Struct) -> str:
    """JSON for a row."""
    return _ENCODER.encode(value).decode()


_EVENT: msgspec.json.Decoder[InboundEvent] = msgspec.json.Decoder(InboundEvent)
_MESSAGE: msgspec.json.Decoder[OutboundMessage] = msgspec.json.Decoder(OutboundMessage)
_ENCODER = msgspec.json.Encoder()
