"""Demo customers and their phones: addresses, transcripts, reply windows."""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from sandbox import ids

CHANNELS = ("whatsapp", "messenger", "telegram", "sms", "twilio_whatsapp")
AREA_CODES = (
    202,
    206,
    212,
    213,
    303,
    305,
    312,
    313,
    404,
    415,
    503,
    504,
    512,
    602,
    612,
    615,
    617,
    619,
    702,
    703,
    713,
    718,
    808,
    816,
    818,
    916,
)
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


class Bubble(msgspec.Struct):
    """One message on a phone. direction "in" is written by the customer, "out" by the store."""

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
    raw: dict[str, Any] = {}


class Phone(msgspec.Struct):
    """One person on one channel. `address` is the wa_id, PSID, chat id or E.164 number; `last_in` is epoch seconds."""

    id: str
    person: str
    channel: str
    name: str
    address: str
    number: str
    user_id: str = ""
    country: str = "US"
    locale: str = "en"
    last_in: float | None = None
    blocked: bool = False
    opted_out: bool = False
    hidden_number: bool = False
    looking: bool = True
    typing: bool = False
    bubbles: list[Bubble] = []

    def window_open(self, now: float, hours: float = 24) -> bool:
        """True while the customer wrote less than `hours` ago."""
        return self.last_in is not None and now - self.last_in < hours * 3600

    def find(self, bubble_id: str) -> Bubble | None:
        """The bubble with this provider id."""
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


class Directory:
    """All people and phones, found by id or by address."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.phones: dict[str, Phone] = {}
        self._addresses: dict[tuple[str, str], Phone] = {}
        self._numbers = self._fictional_numbers()

    def add(self, person: Person, channels: list[str]) -> list[Phone]:
        """Register a person with one phone per channel; raises ValueError on an unknown channel or a taken id."""
        unknown = [channel for channel in channels if channel not in CHANNELS]
        if unknown:
            raise ValueError(f"unknown channel {unknown[0]!r}; one of {', '.join(CHANNELS)}")
        if person.id in self.people:
            raise ValueError(f"person {person.id!r} exists")
        self.people[person.id] = person
        return [self._add_phone(person, channel) for channel in channels]

    def find(self, channel: str, address: str) -> Phone | None:
        """The phone with this address (or WhatsApp user id) on a channel."""
        return self._addresses.get((channel, address))

    def free_number(self) -> str:
        """An unused fictional US number (555-01xx)."""
        taken = {person.number for person in self.people.values()}
        return next(number for number in self._numbers if number not in taken)

    def _add_phone(self, person: Person, channel: str) -> Phone:
        phone = Phone(
            id=f"{person.id}-{channel}",
            person=person.id,
            channel=channel,
            name=person.name,
            address=_address(person, channel),
            number=person.number,
            user_id=f"{person.country}.{ids.numeric('bsuid' + person.id, 16)}" if "whatsapp" in channel else "",
            country=person.country,
            locale=person.locale,
        )
        self.phones[phone.id] = phone
        person.phones.append(phone.id)
        self._addresses[(channel, phone.address)] = phone
        if phone.user_id:
            self._addresses[(channel, phone.user_id)] = phone
        return phone

    @staticmethod
    def _fictional_numbers() -> Iterator[str]:
        return (f"+1{area}55501{line:02d}" for area in AREA_CODES[1:] for line in range(100))


def _address(person: Person, channel: str) -> str:
    by_channel = {
        "whatsapp": person.number.lstrip("+"),
        "messenger": ids.numeric("psid" + person.id, 16),
        "telegram": ids.numeric("chat" + person.id, 10),
    }
    return by_channel.get(channel, person.number)
