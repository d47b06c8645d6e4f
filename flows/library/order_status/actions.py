"""Finds which order is meant, and tells how it stands."""

from datetime import date, datetime
from typing import Any

from core.conversations import Proof
from core.orders import Order, OrderStatus, Shipment, ShipmentStatus
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.language.formats import as_day, local
from flows.library.common.orders import (
    CLOSED,
    LISTED,
    find,
    is_open,
    known_orders,
    meant,
    proven,
    titled,
    traits,
    unshipped,
)

_TROUBLE = (ShipmentStatus.EXCEPTION, ShipmentStatus.EXPIRED, ShipmentStatus.RETURNED)


@action("find_orders")
def find_orders(
    ctx: ActionContext, order_number: str | list[str] | None = None, proof: str | list[str] | None = None
) -> Result:
    """Finds the order that is meant, if no question is needed: {outcome: one | several | none | ask, order_number}.

    `ask`: a number was named, but the customer is not known as its buyer. Numbers that only stand in the message (a
    list) count where the order is theirs, or may yet be proven to be. One open order is meant before any closed one.
    """
    mine = known_orders(ctx)
    named_one = meant(ctx, order_number)
    if named_one is not None:
        return _found("one", named_one.number)
    if isinstance(order_number, str) or (order_number and proof and not mine):
        return _found("ask", order_number)
    current = [order for order in mine if is_open(order)]
    likely = current if len(current) == 1 else mine
    if not likely:
        return _found("none")
    return _found("one", likely[0].number) if len(likely) == 1 else _found("several")


@action("list_orders")
def list_orders(ctx: ActionContext) -> Result:
    """Lists up to five of the customer's orders as choices, open ones first, then newest first."""
    mine = sorted(known_orders(ctx), key=lambda order: not is_open(order))
    marked = traits(mine)
    return Result([{**_glance(order), "traits": marked.get(order.number, [])} for order in mine[:LISTED]])


@action("report_order")
def report_order(ctx: ActionContext, order_number: str) -> Result:
    """Tells how an order stands. Raises PermissionError unless it is proven, LookupError when it is gone.

    {order_number, status, placed_at, late, promised_by, next, unshipped: [title], single, parcels: [{status, carrier,
    tracking_number, tracking_url, eta, delivered_at, titles, event: {time, location, description} | none}]}
    """
    order = find(ctx, order_number)
    if order is None:
        raise LookupError(order_number)
    if not proven(ctx, order, Proof.CONTACT):
        raise PermissionError(order_number)
    today = as_day(local(ctx.now, ctx.customer.timezone))
    parcels = [_parcel(order, shipment) for shipment in order.shipments]
    return Result(
        {
            "order_number": order.number.lstrip("#"),
            "status": str(order.status),
            "placed_at": order.placed_at.isoformat(),
            "promised_by": order.promised_by.isoformat() if order.promised_by else None,
            "late": _late(order, today),
            "next": _next_step(order, today),
            "parcels": parcels,
            "single": len(parcels) == 1,
            "unshipped": unshipped(order),
        }
    )


def _found(outcome: str, order_number: str | list[str] | None = None) -> Result:
    return Result({"outcome": outcome, "order_number": order_number})


def _glance(order: Order) -> dict[str, Any]:
    states = {shipment.status for shipment in order.shipments}
    parcel = str(next(iter(states))) if len(states) == 1 else ("" if not states else "split")
    return {
        "value": order.number,
        "status": str(order.status),
        "parcel": parcel,
        "placed_at": order.placed_at.isoformat(),
        "title": f"#{order.number.lstrip('#')}",
        "titles": [line.title for line in order.lines[:3]],
    }


def _parcel(order: Order, shipment: Shipment) -> dict[str, Any]:
    last = shipment.events[-1] if shipment.events else None
    return {
        "status": str(shipment.status),
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "tracking_url": shipment.tracking_url,
        "eta": shipment.eta.isoformat() if shipment.eta else None,
        "delivered_at": _iso(shipment.delivered_at),
        "titles": [titled(order, line.line_id, line.quantity) for line in shipment.lines],
        "event": {"time": last.time.isoformat(), "location": last.location, "description": last.description}
        if last
        else None,
    }


def _late(order: Order, today: date) -> bool:
    return (
        order.promised_by is not None
        and today > order.promised_by
        and is_open(order)
        and order.status != "pending_payment"
    )


def _next_step(order: Order, today: date) -> str:
    """Names what to offer: `delivered` (return it, or it never came), `trouble` or `late` (a person), `none`."""
    if order.status in CLOSED or order.status == OrderStatus.PENDING_PAYMENT:
        return "none"
    if any(shipment.status in _TROUBLE for shipment in order.shipments):
        return "trouble"
    if any(shipment.status == ShipmentStatus.DELIVERED for shipment in order.shipments):
        return "delivered"
    return "late" if _late(order, today) else "none"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
