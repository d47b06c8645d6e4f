"""Tells how an order stands."""

import re
from datetime import date
from typing import Any

from core.people.conversations import Proof
from core.shop import carriers
from core.shop.catalogue import variant_of
from core.shop.orders import Order, OrderStatus, Shipment, ShipmentStatus, StreetAddress, TrackingEvent
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import Focus
from flows.language.formats import as_day, local
from flows.language.responses import titled_in
from flows.library.common.deadlines import deadline
from flows.library.common.orders import ARRIVED, CLOSED, find, is_open, proven, titled, unshipped
from flows.library.common.promises import arrivals, ships
from flows.library.order_status.news import news
from flows.library.stock_problem.actions import short_of

SOURCE = "flow:order_status"
_TROUBLE = (ShipmentStatus.EXCEPTION,)
_LOST = (ShipmentStatus.EXPIRED, ShipmentStatus.RETURNED)
_MOVING = (ShipmentStatus.PENDING, ShipmentStatus.INFO_RECEIVED, ShipmentStatus.IN_TRANSIT)
_DIGITAL = ("digital", "download", "e-mail", "email")


@action("report_order")
def report_order(ctx: ActionContext, order_number: str, said: str | None = None) -> Result:
    """Tells how an order stands. Raises PermissionError unless it is proven, LookupError when it is gone.

    {order_number, status, placed_at, late, promised_by, trouble, arrived, open, unshipped: [title], short: as
    `short_of` says, news: as `news` says, single, digital, ahead_until, refund: {amount, currency, at} | none,
    deadline: {name, title, day, outcome: in_time | too_late | unknown} | none, where: whom it went to, in part,
    parcels: [{status, carrier, tracking_number, tracking_url, eta, overdue, delivered_at, incident, handed_to, titles,
    quiet_days, event: {time, location, description, today} | none}], under_way: the first of these that has not
    arrived, or none}
    """
    order = find(ctx, order_number)
    if order is None:
        raise LookupError(order_number)
    if not proven(ctx, order, Proof.CONTACT):
        raise PermissionError(order_number)
    today = as_day(local(ctx.now, ctx.customer.timezone))
    short = short_of(ctx, order)
    parcels = [_parcel(ctx, order, shipment, today) for shipment in order.shipments]
    return Result(
        {
            "digital": _is_digital(order),
            "ahead_until": _iso(_ahead_until(ctx, order, today)),
            "refund": _refund(ctx, order),
            "deadline": _in_time(ctx, order, said or "", today, short is not None),
            "where": masked_street(order.shipping),
            "order_number": order.number.lstrip("#"),
            "status": str(order.status),
            "placed_at": order.placed_at.isoformat(),
            "promised_by": order.promised_by.isoformat() if order.promised_by else None,
            "late": _late(order, today),
            "trouble": _trouble(order, today, parcels),
            "arrived": _arrived(order),
            "open": is_open(order),
            "parcels": parcels,
            "under_way": next((each for each in parcels if each["status"] not in ARRIVED), None),
            "single": len(parcels) == 1,
            "unshipped": unshipped(order),
            "short": short,
            "news": news(ctx, order, digital=_is_digital(order)),
        },
        (
            Focus(order.number),
            *arrivals(ctx, order, SOURCE),
            *ships(order, short["expected"] if short else None, SOURCE),
        ),
    )


def masked_street(where: StreetAddress) -> str:
    """Writes an address so that only who knows it recognises it: "1 Ma…, Springfield"."""
    number = re.match(r"[0-9]+\s*", where.line1)
    street = where.line1[number.end() :] if number else where.line1
    seen = f"{number.group().strip()} " if number else ""
    return ", ".join(filter(None, (f"{seen}{street[:2]}…" if where.line1 else "", where.city)))


def _is_digital(order: Order) -> bool:
    return any(word in order.shipping_method.casefold() for word in _DIGITAL)


def _ahead_until(ctx: ActionContext, order: Order, today: date) -> date | None:
    """Finds the day from which what can only be ordered ahead is sent, while it is not."""
    if order.status in CLOSED or order.shipments:
        return None
    products = ctx.store.products_of(order.lines)
    own = (variant_of(line, products[line.id].variants) for line in order.lines if line.id in products)
    days = [each.available_on for each in own if each is not None and each.is_ahead(today)]
    return max((day for day in days if day), default=None)


def _refund(ctx: ActionContext, order: Order) -> dict[str, Any] | None:
    """Tells of the newest refund of a closed order."""
    if order.status not in CLOSED:
        return None
    last = next(iter(ctx.store.refunds(order.number)), None)
    if last is None:
        return None
    return {"amount": str(last.amount), "currency": last.currency or order.currency, "at": last.at.isoformat()}


def _in_time(ctx: ActionContext, order: Order, said: str, today: date, short: bool) -> dict[str, Any] | None:
    """Compares when the order should come with when it is needed."""
    wanted = deadline(said, today, ctx.facts.feasts())
    if wanted is None or not is_open(order):
        return None
    expected = [each.eta for each in order.shipments if each.status not in ARRIVED]
    last = max((each for each in expected if each), default=None) if all(expected) else None
    due = last or (order.promised_by if not _late(order, today) else None)
    if due is None and not order.shipments and not _late(order, today):
        due = ctx.facts.expected(order, ctx.now)
    due = None if short else due
    outcome = "unknown" if due is None else "in_time" if due <= wanted.day else "too_late"
    title = titled_in(wanted.titles, ctx.customer.locale) if wanted.titles else ""
    return {"name": wanted.name, "title": title, "day": wanted.day.isoformat(), "outcome": outcome}


def _parcel(ctx: ActionContext, order: Order, shipment: Shipment, today: date) -> dict[str, Any]:
    last = shipment.events[-1] if shipment.events else None
    return {
        "status": str(shipment.status),
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "tracking_url": carriers.link(shipment),
        "eta": _iso(shipment.eta),
        "overdue": shipment.status in _MOVING and shipment.eta is not None and shipment.eta < today,
        "delivered_at": _iso(shipment.delivered_at),
        "incident": shipment.incident,
        "handed_to": shipment.proof.handed_to if shipment.proof else "",
        "titles": [titled(order, line.line_id, line.quantity) for line in shipment.lines],
        "quiet_days": ctx.facts.quiet_days(shipment, ctx.now),
        "event": _scan(ctx, last, today) if last else None,
    }


def _scan(ctx: ActionContext, scan: TrackingEvent, today: date) -> dict[str, Any]:
    return {
        "time": scan.time.isoformat(),
        "location": scan.location,
        "description": scan.description,
        "today": as_day(local(scan.time, ctx.customer.timezone)) == today,
    }


def _late(order: Order, today: date) -> bool:
    return (
        order.promised_by is not None
        and today > order.promised_by
        and is_open(order)
        and order.status != "pending_payment"
    )


def _trouble(order: Order, today: date, parcels: list[dict[str, Any]]) -> str:
    """Names the worst of what is not as it should be: `lost` (it is sent again, or the money goes back), `trouble`,
    `late` or `stuck` (a person asks the carrier); `none`."""
    if order.status in CLOSED or order.status == OrderStatus.PENDING_PAYMENT:
        return "none"
    states = {shipment.status for shipment in order.shipments}
    found = {
        "lost": states & set(_LOST),
        "trouble": states & set(_TROUBLE),
        "late": _late(order, today),
        "stuck": any(each["quiet_days"] for each in parcels),
        "overdue": any(each["overdue"] for each in parcels),
    }
    return next((name for name, holds in found.items() if holds), "none").replace("overdue", "late")


def _arrived(order: Order) -> bool:
    """Tells whether a parcel of an order that stands is said to have arrived: it may be sent back, or never came."""
    return order.status not in CLOSED and any(each.status is ShipmentStatus.DELIVERED for each in order.shipments)


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None
