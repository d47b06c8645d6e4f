"""Describes demo customers, their phones and what is on them: transcripts, reply windows."""

from typing import Any, Literal

import msgspec

from sandbox.config import MAIN

CHANNELS = ("whatsapp", "messenger", "telegram", "sms", "twilio_whatsapp")
UNREAD = {"sent", "delivered"}
RANK = {"queued": 0, "sent": 1, "delivered": 2, "read": 3}


class Choice(msgspec.Struct):
    """Something tappable in a bubble.

    `kind` says what tapping sends: reply, list, quick_reply, postback, callback, text, contact, location, template
    or url.
    """

    id: str
    title: str
    kind: str
    url: str = ""
    section: str = ""
    description: str = ""


class Media(msgspec.Struct):
    """A picture, voice note or file of a bubble; the sandbox serves `path`, `link` is somebody else's address."""

    kind: str
    mime: str = ""
    path: str = ""
    link: str = ""
    name: str = ""
    size: int = 0


class Bubble(msgspec.Struct):
    """One message on a phone. direction "in" is written by the customer, "out" by the store.

    `files` are further files beside `media`; bubbles with the same `album` belong together; `quote` is a quoted part.
    """

    id: str
    phone: str
    direction: Literal["in", "out"]
    kind: str
    text: str
    time: str
    status: str
    rev: int = 0
    header: str = ""
    footer: str = ""
    menu: str = ""
    template: str = ""
    reply_to: str = ""
    error: str = ""
    correlation: str = ""
    choices: list[Choice] = []
    media: Media | None = None
    reaction: str = ""
    edited: bool = False
    deleted: bool = False
    forwarded: bool = False
    quote: str = ""
    album: str = ""
    files: list[Media] = []
    raw: dict[str, Any] = {}


class Phone(msgspec.Struct):
    """One person on one account of one channel.

    `address` is the wa_id, PSID, chat id or E.164 number; `last_in` is epoch seconds, `free_until` too: since
    a click on an ad nothing costs anything until then; `held` is true while another app
    (the Page Inbox) has the Messenger thread.
    """

    id: str
    person: str
    channel: str
    name: str
    address: str
    number: str
    account: str = MAIN
    user_id: str = ""
    country: str = "US"
    locale: str = "en"
    last_in: float | None = None
    free_until: float = 0
    blocked: bool = False
    kept_away: bool = False  # blocked by the business: what they write does not arrive
    opted_out: bool = False
    hidden_number: bool = False
    held: bool = False
    looking: bool = True
    typing: bool = False
    bubbles: list[Bubble] = []

    def window_open(self, now: float, hours: float = 24) -> bool:
        """Tells whether the customer wrote less than `hours` ago."""
        return self.last_in is not None and now - self.last_in < hours * 3600

    def wrote(self, bubble_id: str) -> bool:
        """Tells whether the customer wrote the bubble with this provider id."""
        bubble = self.find(bubble_id)
        return bubble is not None and bubble.direction == "in"

    def find(self, bubble_id: str) -> Bubble | None:
        """Finds the bubble with this provider id."""
        return next((bubble for bubble in reversed(self.bubbles) if bubble.id == bubble_id), None)


class Person(msgspec.Struct):
    """A demo customer."""

    id: str
    name: str
    number: str
    locale: str = "en"
    country: str = "US"
    timezone: str = "America/New_York"
    email: str = ""
    phones: list[str] = []
