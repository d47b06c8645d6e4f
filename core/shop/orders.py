"""Describes orders, their lines and parcels, as the store tells them; the vocabulary of tracking."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

import msgspec

from core.people.consent import ConsentWord
from core.people.preferences import Preference


class OrderStatus(StrEnum):
    """Where an order stands for the store."""

    PENDING_PAYMENT = "pending_payment"
    PAID = "paid"
    PARTIALLY_FULFILLED = "partially_fulfilled"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class ShipmentStatus(StrEnum):
    """Where a parcel is: the nine tags that carriers' words are mapped to, and `returned`."""

    PENDING = "pending"
    INFO_RECEIVED = "info_received"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPT_FAILED = "attempt_failed"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    RETURNED = "returned"
    EXPIRED = "expired"


# Late scans come after the fact (delivered, then in_transit): a parcel's rank only grows. What may follow one another
# in either order (nobody was there, and the next day it is out again) has one rank: the later one holds.
SHIPMENT_RANK = {
    ShipmentStatus.PENDING: 0,
    ShipmentStatus.INFO_RECEIVED: 1,
    ShipmentStatus.IN_TRANSIT: 2,
    ShipmentStatus.EXCEPTION: 3,
    ShipmentStatus.OUT_FOR_DELIVERY: 3,
    ShipmentStatus.ATTEMPT_FAILED: 3,
    ShipmentStatus.AVAILABLE_FOR_PICKUP: 3,
    ShipmentStatus.EXPIRED: 3,
    ShipmentStatus.DELIVERED: 4,
    ShipmentStatus.RETURNED: 5,
}


# What holds a parcel up, or happened to it: our words, where a carrier says more than its status.
Incident = Literal[
    "",
    "customs",
    "documents",
    "payment_due",
    "delayed",
    "weather",
    "missorted",
    "held",
    "nobody_there",
    "closed",
    "address",
    "moved",
    "refused",
    "rejected",
    "not_collected",
    "security",
    "damaged",
    "lost",
    "destroyed",
    "returning",
    "cancelled",
]
# To whom, or where, a parcel was handed over.
Handed = Literal["", "recipient", "neighbour", "pickup_point"]


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One position of an order. `tags` are the store's own words for it: its kind, a rule that it falls under. `tax` is
    what came on top of the price of all its pieces."""

    id: str
    title: str
    sku: str = ""
    variant: str = ""
    quantity: int = 1
    unit_price: Decimal = Decimal(0)
    final_sale: bool = False
    product_id: str = ""
    variant_id: str = ""
    options: dict[str, str] = {}  # {"size": "42", "colour": "black"}
    tags: tuple[str, ...] = ()
    tax: Decimal = Decimal(0)

    @property
    def label(self) -> str:
        """Names its variant as the store does, else by what it was chosen by: "42 / black"."""
        return self.variant or label(self.options)


def label(options: Mapping[str, str]) -> str:
    """Writes what a variant was chosen by: "42 / black"."""
    return " / ".join(options.values())


class ShippedLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """How many of a line are in a parcel."""

    line_id: str
    quantity: int = 1


class TrackingEvent(msgspec.Struct, frozen=True, omit_defaults=True):
    """One scan."""

    time: datetime
    status: str
    location: str = ""
    description: str = ""


class DeliveryProof(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the carrier has to show for a delivery: who signed, a photo (a link), where it was left, and the point on
    the map where the scanner was, as the carrier writes it ("40.7128, -74.0060")."""

    signed_by: str = ""
    photo_url: str = ""
    left_at: str = ""
    point: str = ""
    handed_to: Handed = ""


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whose word a parcel's state and day are, and of when; without a time nobody said. `shop_at` is the shop's newest
    word on what is sent how."""

    by_carrier: bool = False
    at: datetime | None = None
    day_by_carrier: bool = False
    day_at: datetime | None = None
    shop_at: datetime | None = None


class Shipment(msgspec.Struct, frozen=True, omit_defaults=True):
    """One parcel. `eta` is a day in the customer's place, `sub_status` the carrier's own finer word."""

    id: str
    status: ShipmentStatus = ShipmentStatus.PENDING
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    lines: tuple[ShippedLine, ...] = ()
    eta: date | None = None
    delivered_at: datetime | None = None
    events: tuple[TrackingEvent, ...] = ()
    proof: DeliveryProof | None = None
    sub_status: str = ""
    incident: Incident = ""
    told: Told = Told()


class StreetAddress(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where the order goes."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    postcode: str = ""
    region: str = ""
    country: str = ""


class Buyer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The customer as the store knows them. `notify` and `marketing` list channels they agreed to be written on;
    `consents` are words of theirs for and against, `prefers` is what they told the store of how to reach them."""

    id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    locale: str = ""
    tier: str = ""
    timezone: str = ""
    notify: tuple[str, ...] = ()
    marketing: tuple[str, ...] = ()
    consents: tuple[ConsentWord, ...] = ()
    prefers: Preference | None = None


class Payment(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the order was or is to be paid, in the store's words: `card`, `paid`."""

    method: str = ""
    status: str = ""


class Discount(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was taken off the order, by a code or by itself."""

    code: str = ""
    title: str = ""
    amount: Decimal = Decimal(0)


class Order(msgspec.Struct, frozen=True, omit_defaults=True):
    """An order with its lines and parcels. `shipping_price` is what the customer paid for the delivery, its own tax and
    discounts included; `tax` what came on top of the goods' prices and no line names. `store_id` is by what the store's
    system names the order, where that is not its number."""

    number: str
    placed_at: datetime
    status: OrderStatus
    currency: str
    total: Decimal
    buyer: Buyer = Buyer()
    shipping: StreetAddress = StreetAddress()
    lines: tuple[Line, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    promised_by: date | None = None
    payment: Payment = Payment()
    discounts: tuple[Discount, ...] = ()
    shipping_method: str = ""
    shipping_price: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    invoice_url: str = ""
    store_id: str = ""

    def line(self, line_id: str) -> Line | None:
        """Finds the line with this id."""
        return next((line for line in self.lines if line.id == line_id), None)

    @property
    def delivered_at(self) -> datetime | None:
        """Tells when the last parcel arrived; None while any is on its way."""
        times = [s.delivered_at for s in self.shipments]
        return max(t for t in times if t) if times and all(times) else None
