"""Says how far an order is, for what changes it before it leaves."""

from typing import Any

from core.shop.orders import Order, OrderStatus, ShipmentStatus
from flows.engine.context import ActionContext
from flows.library.common.orders import CLOSED, allowed, find

NAMED = 3  # items that a sentence names
_LABELS = (ShipmentStatus.PENDING, ShipmentStatus.INFO_RECEIVED)


def own(ctx: ActionContext, order_number: str, purpose: str) -> Order:
    """Finds the order. Raises LookupError when it is gone, PermissionError unless it is proven as far as that asks."""
    order = find(ctx, order_number)
    if order is None:
        raise LookupError(order_number)
    if not allowed(ctx, order, purpose):
        raise PermissionError(order_number)
    return order


def stage(order: Order) -> str:
    """Names how far an order is: open | labelled | partly | shipped | delivered | cancelled | refunded."""
    if order.status in CLOSED:
        return str(order.status)
    if not order.shipments:
        return "open" if order.status in (OrderStatus.PAID, OrderStatus.PENDING_PAYMENT) else "shipped"
    states = {each.status for each in order.shipments}
    if states <= set(_LABELS):
        return "labelled"
    if order.status is OrderStatus.PARTIALLY_FULFILLED:
        return "partly"
    return "delivered" if states == {ShipmentStatus.DELIVERED} else "shipped"


def told(order: Order) -> dict[str, Any]:
    """Tells of an order what summaries show: {number, titles, amount, currency, stage, payment}.

    `payment`: unpaid, cash (on delivery), gift_card, original.
    """
    return {
        "number": order.number.lstrip("#"),
        "titles": [line.title for line in order.lines[:NAMED]],
        "amount": str(order.total),
        "currency": order.currency,
        "stage": stage(order),
        "payment": _payment(order),
    }


def _payment(order: Order) -> str:
    method = order.payment.method.casefold().replace("-", "_").replace(" ", "_")
    if any(word in method for word in ("cod", "cash", "on_delivery", "货到付款")):
        return "cash"
    if order.status is OrderStatus.PENDING_PAYMENT:
        return "unpaid"
    return "gift_card" if any(word in method for word in ("gift", "store_credit", "礼品卡")) else "original"
