"""Names what conditions and texts may read of an order, a parcel, a customer: plain values, always all of them.

What is not known has an empty value of its type, so that a comparison never fails: no status is "", no scan is 0 hours
ago, a day that is not known is `FAR` days away.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from core.shop.buyers import BuyerRecord
from core.shop.catalogue import Product, Variant
from core.shop.orders import Order, Shipment
from core.shop.promises import Promise
from core.shop.returns import RefundRecord, ReturnRecord
from core.shop.stock_problems import StockProblem
from notifications.parcels import shipment
from notifications.store.calendars import Calendar

FAR = 9999  # days


class Money(msgspec.Struct, frozen=True):
    """A sum as it is written in a text; conditions compare the number beside it."""

    amount: Decimal = Decimal(0)
    currency: str = ""


class OrderFacts(msgspec.Struct, frozen=True):
    """Holds what is told of an order. `unshipped` lists what is in no parcel yet; `parcels` counts those that left."""

    number: str = ""
    status: str = ""
    total: float = 0.0
    price: Money = Money()
    currency: str = ""
    country: str = ""
    region: str = ""
    city: str = ""
    items: str = ""
    unshipped: str = ""
    parcels: int = 0
    payment_method: str = ""
    payment_status: str = ""
    shipping_method: str = ""
    invoice_url: str = ""
    promised_by: date | None = None
    closed: bool = False
    hours_since_placed: float = 0.0
    days_since_delivered: int = -1


class ParcelFacts(msgspec.Struct, frozen=True):
    """Holds what is told of a parcel. `left`: it has a number or was scanned; `exchange`: it brings what is given for a
    return.

    `days_to_eta` counts by the calendar, `FAR` without a day; `quiet_days` the carrier's working days without a word,
    where that is longer than usual.
    """

    id: str = ""
    status: str = ""
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    eta: date | None = None
    days_to_eta: int = FAR
    items: str = ""
    left: bool = False
    exchange: bool = False
    under_way: bool = False
    last_location: str = ""
    last_event: str = ""
    last_scan: date | None = None
    hours_since_scan: float = 0.0
    quiet_days: int = 0
    sub_status: str = ""
    incident: str = ""
    signed_by: str = ""
    left_at: str = ""
    handed_to: str = ""


class CustomerFacts(msgspec.Struct, frozen=True):
    """Holds what is told of a customer. `hour` and `today` are those where they live (or the store is)."""

    id: str = ""
    name: str = ""
    tier: str = ""
    locale: str = ""
    points: int = 0
    expiring_points: int = 0
    expiring_on: date | None = None
    days_to_expiry: int = FAR
    days_to_birthday: int = FAR
    hour: int = 0
    today: date | None = None
    birthday_on: date | None = None
    last_order_on: date | None = None
    days_since_order: int = -1


class ReturnFacts(msgspec.Struct, frozen=True):
    """Holds what is told of a return."""

    id: str = ""
    state: str = ""
    resolution: str = ""
    approval: str = ""
    logistics: str = ""
    settlement: str = ""
    label_url: str = ""
    items: str = ""
    refund: Money = Money()
    refund_amount: float = 0.0
    refund_method: str = ""
    refusal: str = ""  # why it was refused (core.shop.refusals)
    words: str = ""  # that an agent wrote to the customer about it
    differs: bool = False  # something came that is not as the customer said


class RefundFacts(msgspec.Struct, frozen=True):
    """Holds what is told of money that was sent back."""

    amount: float = 0.0
    money: Money = Money()
    method: str = ""
    items: str = ""
    at: datetime | None = None


class ProductFacts(msgspec.Struct, frozen=True):
    """Holds what is told of a product, and of the variant that a customer waits for."""

    id: str = ""
    title: str = ""
    variant: str = ""
    url: str = ""
    price: Money = Money()
    in_stock: bool = False


class StockFacts(msgspec.Struct, frozen=True):
    """Holds what is told of lines that cannot be sent as ordered."""

    items: str = ""
    expected: date | None = None
    options: tuple[str, ...] = ()


class EventFacts(msgspec.Struct, frozen=True):
    """Holds what happened: the event's type (`shipment.updated`, `timer`), and who told."""

    type: str = ""
    source: str = ""


class When(msgspec.Struct, frozen=True):
    """Holds the moment at which facts are read, and where the customer's days and hours are counted."""

    now: datetime
    zone: ZoneInfo
    calendar: Calendar


class About(msgspec.Struct, frozen=True):
    """Holds the values that a notice, or a rule, is about, as they stand: those that there are."""

    order: Order | None = None
    customer: BuyerRecord | None = None
    returned: ReturnRecord | None = None
    refund: RefundRecord | None = None
    product: Product | None = None
    variant: Variant | None = None
    problem: StockProblem | None = None
    promises: tuple[Promise, ...] = ()  # what was told of the order, oldest first; read where time is looked at
    locale: str = ""
    last_order_at: datetime | None = None
    asked_in_chat: bool = False  # the customer asked for it there, and was told there

    def parcel(self, id_: str) -> Shipment | None:
        """Finds a parcel of the order."""
        return shipment(self.order, id_)


NOTHING = About()
EMPTY: dict[str, Any] = {
    "order": msgspec.structs.asdict(OrderFacts()),
    "parcel": msgspec.structs.asdict(ParcelFacts()),
    "customer": msgspec.structs.asdict(CustomerFacts()),
    "return": msgspec.structs.asdict(ReturnFacts()),
    "refund": msgspec.structs.asdict(RefundFacts()),
    "product": msgspec.structs.asdict(ProductFacts()),
    "stock": msgspec.structs.asdict(StockFacts()),
    "event": msgspec.structs.asdict(EventFacts()),
}
