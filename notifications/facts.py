"""Names what conditions and texts may read of an order, a parcel, a customer: plain values, always all of them.

What is not known has an empty value of its type, so that a comparison never fails: no status is "", no scan is 0 hours
ago, a day that is not known is `FAR` days away.
"""

from calendar import isleap
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from core.shop.buyers import BuyerRecord
from core.shop.catalogue import Product, Variant
from core.shop.orders import Order, Shipment
from core.shop.returns import RefundRecord, ReturnRecord
from core.shop.stock_problems import StockProblem
from notifications.parcels import closed, items, listed, shipped, under_way, unshipped
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
    """Holds what is told of a parcel. `left`: it has a number or was scanned.

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
    under_way: bool = False
    last_location: str = ""
    last_event: str = ""
    last_scan: date | None = None
    hours_since_scan: float = 0.0
    quiet_days: int = 0
    sub_status: str = ""
    signed_by: str = ""
    left_at: str = ""


class CustomerFacts(msgspec.Struct, frozen=True):
    """Holds what is told of a customer. `hour` is the hour of day where they live (or the store is)."""

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
    locale: str = ""
    last_order_at: datetime | None = None

    def parcel(self, id_: str) -> Shipment | None:
        """Finds a parcel of the order."""
        return next((each for each in self.order.shipments if each.id == id_), None) if self.order else None


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


def scope(about: About, parcel_id: str, event: EventFacts, when: When) -> dict[str, Any]:
    """Makes the names that conditions and texts read."""
    now, today = when.now, when.now.astimezone(when.zone).date()
    found = {
        "order": order_facts(about.order, now, today) if about.order else None,
        "parcel": parcel_facts(about.order, about.parcel(parcel_id), when, today),
        "customer": customer_facts(about, now.astimezone(when.zone)),
        "return": return_facts(about.returned, about.order) if about.returned else None,
        "refund": _refund_facts(about.refund, about.order) if about.refund else None,
        "product": _product_facts(about, today) if about.product else None,
        "stock": _stock_facts(about.problem, about.order) if about.problem else None,
        "event": event,
    }
    return {name: msgspec.structs.asdict(facts) if facts else EMPTY[name] for name, facts in found.items()}


def order_facts(order: Order, now: datetime, today: date) -> OrderFacts:
    """Says what is told of an order."""
    delivered = order.delivered_at
    return OrderFacts(
        number=order.number,
        status=order.status.value,
        total=float(order.total),
        price=Money(order.total, order.currency),
        currency=order.currency,
        country=order.shipping.country,
        region=order.shipping.region,
        city=order.shipping.city,
        items=items(order, None),
        unshipped=unshipped(order),
        parcels=sum(map(shipped, order.shipments)),
        payment_method=order.payment.method,
        payment_status=order.payment.status,
        shipping_method=order.shipping_method,
        invoice_url=order.invoice_url,
        promised_by=order.promised_by,
        closed=closed(order),
        hours_since_placed=_hours(order.placed_at, now),
        days_since_delivered=(today - delivered.date()).days if delivered else -1,
    )


def parcel_facts(order: Order | None, parcel: Shipment | None, when: When, today: date) -> ParcelFacts | None:
    """Says what is told of a parcel; None without one."""
    if parcel is None:
        return None
    last = parcel.events[-1] if parcel.events else None
    return ParcelFacts(
        id=parcel.id,
        status=parcel.status.value,
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        tracking_url=parcel.tracking_url,
        eta=parcel.eta,
        days_to_eta=(parcel.eta - today).days if parcel.eta else FAR,
        items=items(order, parcel),
        left=shipped(parcel),
        under_way=under_way(parcel),
        last_location=last.location if last else "",
        last_event=last.description if last else "",
        last_scan=last.time.date() if last else None,
        hours_since_scan=_hours(last.time, when.now) if last else 0.0,
        quiet_days=when.calendar.quiet_days(parcel, when.now),
        sub_status=parcel.sub_status,
        signed_by=parcel.proof.signed_by if parcel.proof else "",
        left_at=parcel.proof.left_at if parcel.proof else "",
    )


def customer_facts(about: About, local: datetime) -> CustomerFacts:
    """Says what is told of the customer; the hour of day also where nothing is."""
    known = about.customer or BuyerRecord()
    today = local.date()
    left = _days_to(known.birthday, today) if known.birthday else FAR
    ordered = about.last_order_at.astimezone(local.tzinfo).date() if about.last_order_at else None
    return CustomerFacts(
        id=known.id,
        name=known.name,
        tier=known.tier,
        locale=about.locale,
        points=known.points or 0,
        expiring_points=known.expiring.points if known.expiring else 0,
        expiring_on=known.expiring.on if known.expiring else None,
        days_to_expiry=(known.expiring.on - today).days if known.expiring else FAR,
        days_to_birthday=left,
        hour=local.hour,
        birthday_on=today + timedelta(days=left) if left < FAR else None,
        last_order_on=ordered,
        days_since_order=(today - ordered).days if ordered else -1,
    )


def return_facts(returned: ReturnRecord, order: Order | None) -> ReturnFacts:
    """Says what is told of a return."""
    refund = returned.refund
    return ReturnFacts(
        id=returned.id,
        state=returned.state.value,
        resolution=returned.resolution,
        approval=returned.approval,
        logistics=returned.logistics,
        settlement=returned.settlement,
        label_url=returned.label_url,
        items=listed(order, {line.line_id: line.quantity for line in returned.lines}),
        refund=Money(refund.amount, _currency(refund.currency, order)) if refund else Money(),
        refund_amount=float(refund.amount) if refund else 0.0,
        refund_method=refund.method if refund else "",
    )


def _refund_facts(refund: RefundRecord, order: Order | None) -> RefundFacts:
    return RefundFacts(
        amount=float(refund.amount),
        money=Money(refund.amount, _currency(refund.currency, order)),
        method=refund.method,
        at=refund.at,
        items=listed(order, {line.line_id: line.quantity for line in refund.lines}) if refund.lines else "",
    )


def _product_facts(about: About, today: date) -> ProductFacts | None:
    product, variant = about.product, about.variant
    if product is None:
        return None
    there = [each for each in ([variant] if variant else product.variants) if each.is_there(today)]
    return ProductFacts(
        id=product.id,
        title=product.named(about.locale),
        variant=" / ".join(variant.options.values()) if variant else "",
        url=product.url,
        price=Money(variant.price, variant.currency) if variant and variant.price is not None else Money(),
        in_stock=bool(there),
    )


def _stock_facts(problem: StockProblem, order: Order | None) -> StockFacts:
    return StockFacts(
        items=listed(order, {line.line_id: line.quantity for line in problem.lines}),
        expected=problem.expected,
        options=tuple(option.value for option in problem.options),
    )


def _currency(told: str, order: Order | None) -> str:
    return told or (order.currency if order else "")


def _hours(then: datetime, now: datetime) -> float:
    return max((now - then).total_seconds() / 3600, 0.0)


def _days_to(birthday: date, today: date) -> int:
    """Counts the days to the next birthday; one of February 29 is on March 1 in other years."""
    for year in (today.year, today.year + 1):
        leap = birthday.month == 2 and birthday.day == 29 and not isleap(year)
        day = date(year, 3, 1) if leap else birthday.replace(year=year)
        if day >= today:
            return (day - today).days
    return FAR
