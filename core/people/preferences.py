"""Describes how a customer wants to hear from the store: on one channel only, and not at certain hours."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

Wall = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Teller(StrEnum):
    """Whose word a wish is."""

    CHAT = "chat"
    STORE = "store"
    OPERATOR = "operator"


class Between(msgspec.Struct, frozen=True):
    """Hours of the day by the customer's own clock, `end` not included; over midnight where `start` is later."""

    start: Wall = msgspec.field(name="from")
    end: Wall = msgspec.field(name="to")


class Preference(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a customer wishes. No `channel`: any; no `not_between`: at any hour. It holds for notices of every kind;
    answers go where and when the customer writes."""

    channel: str = ""
    not_between: Between | None = None


class Wish(msgspec.Struct, frozen=True, omit_defaults=True):
    """A preference with its proof: who said so and when, and the message or event that says it."""

    prefers: Preference
    by: Teller
    at: datetime
    proof: str = ""


# The parts of a day that a customer may name in a word.
DAYTIMES = {
    "morning": Between("06:00", "12:00"),
    "afternoon": Between("12:00", "18:00"),
    "evening": Between("18:00", "22:00"),
    "night": Between("22:00", "08:00"),
}
