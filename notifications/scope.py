"""Reads of orders, parcels and customers what conditions and texts may name (`notifications.facts`), at a moment."""

from calendar import isleap
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from core.shop import carriers
from core.shop.buyers import BuyerRecord
from core.shop.orders import Order, Shipment
from core.shop.return_sums import OURS
from core.shop.returns import RefundRecord, ReturnRecord
from core.shop.stock_problems import StockProblem
from notifications.facts import (
    EMPTY,
    FAR,
    About,
    CustomerFacts,
    EventFacts,
    Money,
    OrderFacts,
    ParcelFacts,
    ProductFacts,
    RefundFacts,
    ReturnFacts,
    StockFacts,
    When,
)
from notifications.parcels import closed, is_exchange, items, listed, shipped, under_way, unshipped


def scope(about: About, parcel_id: str, event: EventFacts, when: When) -> dict[str, Any]:
    """Makes the names that conditions and texts read."""
    now, today = when.now, when.now.astimezone(when.zone).date()
    found = {
        "order": order_facts(about.order, now, today) if about.order else None,
        "parcel": parcel_facts(about.order, about.parcel(parcel_id), when, today, about.returned),
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


def parcel_facts(
    order: Order | None, parcel: Shipment | None, when: When, today: date, returned: ReturnRecord | None = None
) -> ParcelFacts | None:
    """Says what is told of a parcel; None without one."""
    if parcel is None:
        return None
    last = parcel.events[-1] if parcel.events else None
    return ParcelFacts(
        id=parcel.id,
        status=parcel.status.value,
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        tracking_url=carriers.link(parcel),
        eta=parcel.eta,
        days_to_eta=(parcel.eta - today).days if parcel.eta else FAR,
        items=items(order, parcel),
        left=shipped(parcel),
        exchange=order is not None and is_exchange(order, parcel, returned),
        under_way=under_way(parcel),
        last_location=last.location if last else "",
        last_event=last.description if last else "",
        last_scan=last.time.date() if last else None,
        hours_since_scan=_hours(last.time, when.now) if last else 0.0,
        quiet_days=when.calendar.quiet_days(parcel, when.now),
        sub_status=parcel.sub_status,
        incident=parcel.incident,
        signed_by=parcel.proof.signed_by if parcel.proof else "",
        left_at=parcel.proof.left_at if parcel.proof else "",
        handed_to=parcel.proof.handed_to if parcel.proof else "",
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
        today=today,
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
        refusal=returned.refusal,
        words=returned.words,
        differs=any(line.condition not in ("", "ok") and line.reason not in OURS for line in returned.lines),
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
        variant=variant.label if variant else "",
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
