"""Tells what the carrier has to show for a delivery, and whether a person sees to it at once."""

from datetime import timedelta
from typing import Any

from core.people.conversations import Proof
from core.shop.orders import DeliveryProof, Order, Shipment, ShipmentStatus
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.library.common.orders import find, proven
from flows.library.order_status.actions import masked_street

DAYS_OF_MONTH = 30.44
REASON = "not_received"  # of the case that it becomes


@action("delivery_facts")
def delivery_facts(ctx: ActionContext, order_number: str) -> Result:
    """Tells of the parcel that arrived last: {number, where: in part, delivered_at, signed_by, photo_url, left_at,
    handed_to, point, carrier, tracking_number, at_once: order_value | second_report | none}. Raises LookupError when
    there is none, PermissionError unless the order is proven.

    `at_once`: a person sees to it without more questions, for what the order is worth or because it is not the first.
    """
    order = find(ctx, order_number)
    parcel = _last_arrived(order) if order else None
    if order is None or parcel is None:
        raise LookupError(order_number)
    if not proven(ctx, order, Proof.CONTACT):
        raise PermissionError(order_number)
    shown = parcel.proof or DeliveryProof()
    value: dict[str, Any] = {
        "number": order.number.lstrip("#"),
        "where": masked_street(order.shipping),
        "delivered_at": parcel.delivered_at.isoformat() if parcel.delivered_at else None,
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "signed_by": shown.signed_by,
        "photo_url": shown.photo_url,
        "left_at": shown.left_at,
        "handed_to": shown.handed_to,
        "point": shown.point,
        "at_once": _at_once(ctx, order),
    }
    return Result(value)


def _last_arrived(order: Order) -> Shipment | None:
    arrived = [each for each in order.shipments if each.status is ShipmentStatus.DELIVERED]
    return max(arrived, key=lambda each: each.delivered_at or order.placed_at, default=None)


def _at_once(ctx: ActionContext, order: Order) -> str | None:
    policy = ctx.policies.not_received
    limit = ctx.policies.returns.sum_in(policy.person_from, order.currency)
    if limit is not None and order.total >= limit:
        return "order_value"
    since = ctx.now - timedelta(days=policy.again_within_months * DAYS_OF_MONTH)
    again = policy.again_within_months and ctx.store.cases_for(REASON, since)
    return "second_report" if again else None
