"""Defines what comes in and what goes out, the same for every channel.

`InboundEvent` is what `parse` returns, one value per item of a webhook: something a customer said or did, a receipt,
news of our account, or an `Unsupported` item that keeps its raw form. `OutboundMessage` is what flows, agents and
notices want said; each channel renders it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from core.people.addresses import Address


class Profile(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a channel tells of the sender. `aliases` are further addresses of theirs that the channel vouches for."""

    name: str = ""
    locale: str = ""
    aliases: tuple[Address, ...] = ()


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """A pressed button, list row, quick reply or postback: the id that we gave it and the words that they saw."""

    id: str
    title: str = ""
    description: str = ""


class Attachment(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something beside words. Media is a reference, fetched later: `ref` is the channel's own handle (id or URL).

    `kind` is one of MEDIA_KINDS, or says what `data` holds: location {latitude, longitude, name?, address?, url?,
    live?}, contact {name, phone, own, …} (core.content.cards), order {catalog, lines: [{product, title?, quantity,
    unit_price, currency}]}, form {name, answers: {…}}, poll {question, options: [{text, votes?, right?}], quiz?,
    closed?}, share {what, title?, text?, url?, …}: a link, post or product from elsewhere. Any other kind has facts
    by name (core.content.facts); a sticker may have {emoji, set}.
    """

    kind: str
    ref: str = ""
    mime: str = ""
    filename: str = ""
    caption: str = ""
    size: int = 0
    data: dict[str, Any] = {}


MEDIA_KINDS = ("image", "video", "audio", "voice", "document", "sticker")


class Referral(msgspec.Struct, frozen=True, omit_defaults=True):
    """What brought the customer here. `ref` is the word that we put into the link ourselves."""

    source: str  # ad, link, product, post, get_started
    ref: str = ""
    id: str = ""  # of the ad, product or post
    url: str = ""
    headline: str = ""
    body: str = ""
    via: str = ""  # the provider's own word for the way, where it says more: SHORTLINK, CUSTOMER_CHAT_PLUGIN
    media: str = ""  # image, video
    media_url: str = ""
    thumbnail_url: str = ""
    greeting: str = ""  # what the ad said when it opened the chat
    click_id: str = ""  # by which a sale is reported to Meta as this ad's (ctwa_clid)
    post_id: str = ""
    product_id: str = ""


class Quote(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a payload itself shows of the message that the customer points at.

    Most channels name that message by an id alone (`reply_to`, `target`); its words are on the timeline then.
    """

    text: str = ""
    part: str = ""  # the words of it that the customer marked
    kinds: tuple[str, ...] = ()  # of its files, or of what it is (story, poll)
    author: str = ""  # CUSTOMER or SHOP, where the payload tells
    origin: str = ""  # whose it is, where it comes from elsewhere: a channel's title, a person's name


CUSTOMER, SHOP = "customer", "shop"


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
    """Something changed about our account, number, page or a template of ours.

    `kind`: template_status, template_category, template_quality, quality, limit, alert, policy, unnamed, other.
    `subject` is the template's name (with `language`) or the number; `state` the new value in the provider's word.
    Unnamed: messages come in for this number or page, and no setting names it; `detail` says which would.
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


class TemplateHeader(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands above a template's body: values in a line of text, or a file by its public link."""

    type: str  # text, image, document
    values: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    link: str = ""


class TemplateButton(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a template's button at `index` is given: the end of its address, or the id that a press brings back."""

    type: str  # url, quick_reply
    index: int
    value: str


class TemplateCall(msgspec.Struct, frozen=True, omit_defaults=True):
    """A template the provider approved: its name there, its language, what is filled in.

    `names` says by which name the provider knows each of `values`; without names they go by their order.
    """

    name: str
    language: str
    values: tuple[str, ...] = ()
    category: str = "utility"
    names: tuple[str, ...] = ()
    header: TemplateHeader | None = None
    buttons: tuple[TemplateButton, ...] = ()

    @property
    def form(self) -> str:
        """Describes what is filled in, whatever the values: a template refused in one form may be taken in another."""
        header = self.header
        above = [header.type, *(header.names or map(str, range(len(header.values))))] if header else []
        body = self.names or map(str, range(1, len(self.values) + 1))
        buttons = (f"{each.type}{each.index}" for each in self.buttons)
        return "; ".join(", ".join(part) for part in (above, body, buttons))


class Media(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that we keep and want shown. `link` leads to it for a while, from anywhere, without further proof."""

    id: str
    kind: str  # image, video, audio, voice, document, sticker
    mime: str
    filename: str = ""
    size: int = 0
    link: str = ""


class OutboundMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is to be said, before any channel's limits. With `template` the text is what the customer will read.

    With `media` the text is its caption. `request` asks for their "location" or "contact" by a button where the
    channel has one. `page` is the part of the options to show where they are too many for one menu, from 0.
    """

    text: str = ""
    options: tuple[Option, ...] = ()
    menu_title: str = ""  # the list's button, like "Choose"
    link: str = ""
    link_title: str = ""
    template: TemplateCall | None = None
    speaker: Speaker = Speaker.BOT
    media: tuple[Media, ...] = ()
    request: str = ""
    request_title: str = ""  # the button's words
    page: int = 0
    more_title: str = ""  # the words of the button that leads to the next page
    reply_to: str = ""  # the message that is quoted, by its id at the provider
    quote: str = ""  # the same by our own id: its line on the timeline; becomes `reply_to` when this is sent
    route: str | None = None  # where in the chat it belongs (InboundMessage.route); None: where they wrote last
    callback: str = ""
    seen: str = ""  # the customer's newest message, to be marked as read when this is out
    link_preview: bool | None = None  # of a link in its text; None: as the store wants it on this channel
    one_time_code: str = (
        ""  # the id of the code that goes where `core.people.one_time_codes.BLANK` stands, at the very call
    )
    late: bool = False  # outside the free-text window, where a person's answer (speaker AGENT) is still allowed


def decode_event(data: bytes | str) -> InboundEvent:
    """Reads the event that `encode` wrote. Raises `msgspec.ValidationError`."""
    return _EVENT.decode(data)


def decode_message(data: bytes | str) -> OutboundMessage:
    """Reads the message that `encode` wrote. Raises `msgspec.ValidationError`."""
    return _MESSAGE.decode(data)


def encode(value: msgspec.Struct) -> str:
    """Writes JSON for a row."""
    return _ENCODER.encode(value).decode()


_EVENT: msgspec.json.Decoder[InboundEvent] = msgspec.json.Decoder(InboundEvent)
_MESSAGE: msgspec.json.Decoder[OutboundMessage] = msgspec.json.Decoder(OutboundMessage)
_ENCODER = msgspec.json.Encoder()
