"""Reads orders, parcels and customers as a store writes them in JSON, and translates them into `core.shop.orders`.

Unknown fields are taken and kept (`unknown`), null means absent, repeated keys count once (the last).
"""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from adapters.channels import registry
from adapters.shops.fields import Birthday, Count, Currency, Day, Link, Moment, Money, Name, Options, Quantity, Text
from core.files.complaints import WALL_TIME
from core.files.near import one_of
from core.people.addresses import e164
from core.people.consent import ConsentWord
from core.people.preferences import Between, Preference
from core.shop.buyers import AccountFacts
from core.shop.orders import (
    Buyer,
    DeliveryProof,
    Discount,
    Handed,
    Incident,
    Line,
    Order,
    OrderStatus,
    Payment,
    Shipment,
    ShipmentStatus,
    ShippedLine,
    StreetAddress,
    TrackingEvent,
)

_E164 = re.compile(r"\+[1-9]\d{7,14}")


class Payload(BaseModel):
    """An object of the store's; fields beyond the declared ones are kept."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True, frozen=True)


class ConsentPayload(Payload):
    """A word of the customer's for or against being written to; a withdrawal has `granted: false`."""

    purpose: Literal["service", "marketing"]
    channel: Text
    granted: bool
    at: Moment | None = None


def _known_channel(name: str) -> str:
    """Reads a channel that somebody wishes; another than ours would be no wish at all."""
    channel = name.strip().lower()
    if channel and channel not in registry.lines():
        raise PydanticCustomError("channel", "{expected}", {"expected": one_of(channel, registry.lines())})
    return channel


class HoursPayload(Payload):
    """`not_between`: hours by the customer's clock."""

    start: Annotated[str, Field(alias="from", pattern=WALL_TIME)]
    end: Annotated[str, Field(alias="to", pattern=WALL_TIME)]


class PreferencePayload(Payload):
    """`prefers`: one channel only, hours without messages; an empty one ends what was wished."""

    channel: Annotated[Text, AfterValidator(_known_channel)] | None = None
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


class AddressPayload(Payload):
    """`shipping_address`."""

    line1: Text | None = None
    line2: Text | None = None
    city: Text | None = None
    postcode: Text | None = None
    region: Text | None = None
    country: Text | None = None

    def value(self) -> StreetAddress:
        """Makes the StreetAddress, its country in capitals."""
        return StreetAddress(
            self.line1 or "",
            self.line2 or "",
            self.city or "",
            self.postcode or "",
            self.region or "",
            (self.country or "").upper(),
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


class LinePayload(Payload):
    """One of `lines`."""

    id: Name
    title: Text
    sku: Text | None = None
    variant: Text | None = None
    quantity: Quantity = 1
    unit_price: Money | None = None
    final_sale: bool | None = None
    product_id: Text | None = None
    variant_id: Text | None = None
    options: Options | None = None
    tags: Annotated[list[Text], Field(max_length=100)] | None = None
    tax: Money | None = None

    def value(self) -> Line:
        """Makes the Line."""
        price = {} if self.unit_price is None else {"unit_price": self.unit_price}
        return Line(
            id=self.id,
            title=self.title,
            sku=self.sku or "",
            variant=self.variant or "",
            quantity=self.quantity,
            final_sale=bool(self.final_sale),
            product_id=self.product_id or "",
            variant_id=self.variant_id or "",
            options=self.options or {},
            tags=tuple(self.tags or ()),
            tax=self.tax or Decimal(0),
            **price,
        )


class ShippedLinePayload(Payload):
    """One of a parcel's `lines`."""

    line_id: Name
    quantity: Quantity = 1


class ScanPayload(Payload):
    """One of a parcel's `events`."""

    time: Moment
    status: Text | None = None
    location: Text | None = None
    description: Text | None = None


class DeliveryProofPayload(Payload):
    """`proof` of a shipment."""

    signed_by: Text | None = None
    photo_url: Link | None = None
    left_at: Text | None = None
    point: Text | None = None
    handed_to: Handed | None = None

    def value(self) -> DeliveryProof:
        """Makes the DeliveryProof."""
        return DeliveryProof(
            self.signed_by or "", self.photo_url or "", self.left_at or "", self.point or "", self.handed_to or ""
        )


class ShipmentPayload(Payload):
    """`shipment`, or one of an order's `shipments`."""

    id: Name
    status: ShipmentStatus | None = None
    carrier: Text | None = None
    tracking_number: Text | None = None
    tracking_url: Link | None = None
    lines: Annotated[list[ShippedLinePayload], Field(max_length=1000)] | None = None
    eta: Day | None = None
    delivered_at: Moment | None = None
    events: Annotated[list[ScanPayload], Field(max_length=1000)] | None = None
    proof: DeliveryProofPayload | None = None
    incident: Incident | None = None

    def value(self) -> Shipment:
        """Makes the Shipment."""
        return Shipment(
            id=self.id,
            status=self.status or ShipmentStatus.PENDING,
            carrier=self.carrier or "",
            tracking_number=self.tracking_number or "",
            tracking_url=self.tracking_url or "",
            lines=tuple(ShippedLine(line.line_id, line.quantity) for line in self.lines or ()),
            eta=self.eta,
            delivered_at=self.delivered_at,
            events=tuple(
                TrackingEvent(scan.time, scan.status or "", scan.location or "", scan.description or "")
                for scan in self.events or ()
            ),
            proof=self.proof.value() if self.proof else None,
            incident=self.incident or "",
        )


class PaymentPayload(Payload):
    """`payment` of an order."""

    method: Text | None = None
    status: Text | None = None

    def value(self) -> Payment:
        """Makes the Payment."""
        return Payment(self.method or "", self.status or "")


class DiscountPayload(Payload):
    """One of an order's `discounts`; a text alone is the code."""

    code: Text | None = None
    title: Text | None = None
    amount: Money | None = None

    @model_validator(mode="before")
    @classmethod
    def _code(cls, value: Any) -> Any:
        return {"code": value} if isinstance(value, str) else value

    def value(self) -> Discount:
        """Makes the Discount."""
        return Discount(self.code or "", self.title or "", self.amount or Decimal(0))


class OrderPayload(Payload):
    """`order`."""

    number: Name
    placed_at: Moment
    status: OrderStatus
    currency: Currency
    total: Money
    customer: CustomerPayload | None = None
    shipping_address: AddressPayload | None = None
    lines: Annotated[list[LinePayload], Field(max_length=1000)] | None = None
    shipments: Annotated[list[ShipmentPayload], Field(max_length=200)] | None = None
    promised_by: Day | None = None
    payment: PaymentPayload | None = None
    discounts: Annotated[list[DiscountPayload], Field(max_length=100)] | None = None
    shipping_method: Text | None = None
    shipping_price: Money | None = None
    tax: Money | None = None
    invoice_url: Link | None = None

    def value(self) -> Order:
        """Makes the Order."""
        shipping = self.shipping_address.value() if self.shipping_address else StreetAddress()
        return Order(
            number=self.number,
            placed_at=self.placed_at,
            status=self.status,
            currency=self.currency,
            total=self.total,
            buyer=self.customer.value(shipping.country) if self.customer else Buyer(),
            shipping=shipping,
            lines=tuple(line.value() for line in self.lines or ()),
            shipments=tuple(shipment.value() for shipment in self.shipments or ()),
            promised_by=self.promised_by,
            payment=self.payment.value() if self.payment else Payment(),
            discounts=tuple(each.value() for each in self.discounts or ()),
            shipping_method=self.shipping_method or "",
            shipping_price=self.shipping_price or Decimal(0),
            tax=self.tax or Decimal(0),
            invoice_url=self.invoice_url or "",
        )


def unknown(payload: Payload) -> dict[str, Any]:
    """Collects the fields of `payload` that have no place here: `{"customer": {"shoe_size": 41}}`.

    Nested as they came; items of a list by id, else by place.
    """
    found: dict[str, Any] = dict(payload.model_extra or {})
    for name in payload.model_fields_set - found.keys():
        value = getattr(payload, name)
        if isinstance(value, Payload):
            inner = unknown(value)
        elif isinstance(value, list):
            inner = _unknown_items(value)
        else:
            continue
        if inner:
            found[name] = inner
    return found


def _unknown_items(values: list[Any]) -> dict[str, Any]:
    pairs = [
        (getattr(value, "id", str(place)), unknown(value))
        for place, value in enumerate(values)
        if isinstance(value, Payload)
    ]
    return {key: inner for key, inner in pairs if inner}


def _phone(raw: str | None, country: str) -> str:
    if not raw:
        return ""
    if _E164.fullmatch(raw):
        return raw
    return e164(raw, country if len(country) == 2 else None) or ""


def _channels(names: list[str] | None) -> tuple[str, ...]:
    listed = dict.fromkeys(name.strip().lower() for name in names or ())
    return tuple(name for name in listed if name in registry.lines())
