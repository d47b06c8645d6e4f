"""Reads customers: who they are, how they are reached, what they agreed to and wish."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from adapters.channels import registry
from adapters.shops.fields import Birthday, Count, Moment, Text
from adapters.shops.payloads.addresses import AddressPayload
from adapters.shops.payloads.payload import Payload
from core.files.complaints import WALL_TIME
from core.files.near import one_of
from core.people.addresses import e164
from core.people.consent import ConsentWord
from core.people.preferences import Between, Preference
from core.shop.buyers import AccountFacts
from core.shop.orders import Buyer

_E164 = re.compile(r"\+[1-9]\d{7,14}")


def _known_channel(name: str) -> str:
    """Reads a channel that somebody wishes; another than ours would be no wish at all."""
    channel = name.strip().lower()
    if channel and channel not in registry.lines():
        raise PydanticCustomError("channel", "{expected}", {"expected": one_of(channel, registry.lines())})
    return channel


def _reachable(phone: str) -> str:
    """Reads a phone number that must be one, with its country."""
    if phone.strip() and not _phone(phone.strip(), ""):
        raise PydanticCustomError("phone", "expected a phone number with + and its country, like +12025550101")
    return phone.strip()


Channel = Annotated[Text, AfterValidator(_known_channel)]


class ConsentPayload(Payload):
    """A word of the customer's for or against being written to; a withdrawal has `granted: false`."""

    purpose: Literal["service", "marketing"]
    channel: Text
    granted: bool
    at: Moment | None = None


class HoursPayload(Payload):
    """`not_between`: hours by the customer's clock."""

    start: Annotated[str, Field(alias="from", pattern=WALL_TIME)]
    end: Annotated[str, Field(alias="to", pattern=WALL_TIME)]


class PreferencePayload(Payload):
    """`prefers`: one channel only, hours without messages; an empty one ends what was wished."""

    channel: Channel | None = None
    not_between: HoursPayload | None = None

    def value(self) -> Preference:
        """Makes the Preference."""
        hours = self.not_between
        return Preference(self.channel or "", Between(hours.start, hours.end) if hours else None)


class CustomerPayload(Payload):
    """`customer` of an order or of customer.updated."""

    id: Text | None = None
    name: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    locale: Text | None = None
    tier: Text | None = None
    timezone: Text | None = None
    notify: Annotated[list[Text], Field(max_length=20)] | None = None
    marketing: Annotated[list[Text], Field(max_length=20)] | None = None
    consents: Annotated[list[ConsentPayload], Field(max_length=40)] | None = None
    prefers: PreferencePayload | None = None

    def value(self, country: str = "") -> Buyer:
        """Makes the Buyer; `country` reads a phone without its `+`. What is no phone number is left out."""
        return Buyer(
            id=self.id or "",
            name=self.name or "",
            email=self.email or "",
            phone=_phone(self.phone, country),
            locale=self.locale or "",
            tier=self.tier or "",
            timezone=self.timezone or "",
            notify=_channels(self.notify),
            marketing=_channels(self.marketing),
            consents=tuple(
                ConsentWord(each.purpose, channel, each.granted, each.at)
                for each in self.consents or ()
                for channel in _channels([each.channel])
            ),
            prefers=self.prefers.value() if self.prefers else None,
        )


class KnownCustomerPayload(CustomerPayload):
    """`customer` of customer.updated: somebody we can find."""

    birthday: Birthday | None = None
    points: Count | None = None
    addresses: Annotated[list[AddressPayload], Field(max_length=100)] | None = None

    def facts(self) -> AccountFacts:
        """Makes the AccountFacts."""
        places = None if self.addresses is None else tuple(each.value() for each in self.addresses)
        return AccountFacts(points=self.points, birthday=self.birthday, addresses=places)

    @model_validator(mode="after")
    def _findable(self) -> "KnownCustomerPayload":
        if not (self.id or self.phone or self.email):
            raise PydanticCustomError("findable", "expected an id, a phone or an email")
        return self


class ToldConsentPayload(ConsentPayload):
    """One on a channel of ours; what names another would be no word at all."""

    channel: Channel


class ToldCustomerPayload(KnownCustomerPayload):
    """`customer` as the store's own system tells of them: what would be left out is a mistake that it hears of."""

    phone: Annotated[Text, AfterValidator(_reachable)] | None = None
    notify: Annotated[list[Channel], Field(max_length=20)] | None = None
    marketing: Annotated[list[Channel], Field(max_length=20)] | None = None
    consents: Annotated[list[ToldConsentPayload], Field(max_length=40)] | None = None  # type: ignore[assignment] # narrower


def _phone(raw: str | None, country: str) -> str:
    if not raw:
        return ""
    if _E164.fullmatch(raw):
        return raw
    return e164(raw, country if len(country) == 2 else None) or ""


def _channels(names: list[str] | None) -> tuple[str, ...]:
    listed = dict.fromkeys(name.strip().lower() for name in names or ())
    return tuple(name for name in listed if name in registry.lines())
