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
    find,
    is_open,
    proven,
    titled,
    unshipped,
)

_TROUBLE = (ShipmentStatus.EXCEPTION, ShipmentStatus.EXPIRED, ShipmentStatus.RETURNED)


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
