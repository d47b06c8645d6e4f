"""Defines what goes out: what flows, agents and notices want said, before a channel renders it."""

from enum import StrEnum

import msgspec

from core.content.styles import Styled
from core.shop.promises import Promised


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
    channel has one. `page` is the part of the options to show where they are too many for one menu, from 0. With
    `changes`, the id of a message of ours, it takes the place of that; without words that is taken back.
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
    changes: str = ""
    quote: str = ""  # the same by our own id: its line on the timeline; becomes `reply_to` when this is sent
    route: str | None = None  # where in the chat it belongs (InboundMessage.route); None: where they wrote last
    callback: str = ""
    seen: str = ""  # the customer's newest message, to be marked as read when this is out
    link_preview: bool | None = None  # of a link in its text; None: as the store wants it on this channel
    one_time_code: str = ""  # the id of the code that takes the place of BLANK (core.people.one_time_codes) at the call
    promises: tuple[Promised, ...] = ()  # the dates and times of a notice's words, booked once they left
    styles: tuple[Styled, ...] = ()  # how words of the text look, where the channel can show it
    late: bool = False  # outside the free-text window, where a person's answer (speaker AGENT) is still allowed


def decode_message(data: bytes | str) -> OutboundMessage:
    """Reads the message that `encode` wrote. Raises `msgspec.ValidationError`."""
    return _MESSAGE.decode(data)


def promises_of(data: str) -> tuple[Promised, ...]:
    """Reads what an encoded message promises; most promise nothing, and are not read for it."""
    return decode_message(data).promises if '"promises"' in data else ()


_MESSAGE: msgspec.json.Decoder[OutboundMessage] = msgspec.json.Decoder(OutboundMessage)
