"""Tells that a parcel left: once per parcel, when it first has a tracking number or is in transit.

One that comes later than promised is told so by this notice, with a word of sorry, when both are news at once.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from core.people.consent import SERVICE
from core.shop.orders import Order, Shipment
from notifications.notice import Change, Fact, Kind, Notice, Subject, View
from notifications.parcels import closed, items, shipment, shipped, tracking_link, under_way


def _due(change: Change[Order]) -> list[Notice]:
    if closed(change.after):
        return []
    return [_notice(change, parcel) for parcel in change.after.shipments if _left(change, parcel)]


def _left(change: Change[Order], parcel: Shipment) -> bool:
    return under_way(parcel) and shipped(parcel) and not shipped(shipment(change.before, parcel.id))


def _notice(change: Change[Order], parcel: Shipment) -> Notice:
    return Notice(
        kind=KIND.name,
        key=f"{KIND.name}:{change.after.number}:{parcel.id}",
        created_at=change.now,
        expires_at=change.now + KIND.expires_after,
        order_number=change.after.number,
        shipment_id=parcel.id,
    )


def _still_true(notice: Notice, order: Order | None, _now: datetime) -> bool:
    parcel = shipment(order, notice.shipment_id)
    return order is not None and not closed(order) and parcel is not None and under_way(parcel) and shipped(parcel)


def _facts(view: View[Order]) -> Mapping[str, Fact]:
    parcel = shipment(view.value, view.notice.shipment_id) or Shipment(view.notice.shipment_id)
    return {
        "order": view.notice.order_number,
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "eta": parcel.eta or "",
        "old_date": _promise(view.notice, parcel) or "",
        "items": items(view.value, parcel),
    }


def _promise(notice: Notice, parcel: Shipment) -> date | None:
    """Returns the day promised before, when this notice tells too that the parcel comes later."""
    promise = date.fromisoformat(notice.data["promise"]) if "promise" in notice.data else None
    return promise if promise and parcel.eta and parcel.eta > promise else None


KIND: Kind[Order] = Kind(
    name="shipped",
    subject=Subject.ORDER,
    category=SERVICE,
    priority=20,
    expires_after=timedelta(days=3),
    variables=("order", "carrier", "tracking_number", "eta", "old_date", "items"),
    due=_due,
    still_true=_still_true,
    facts=_facts,
    link=tracking_link,
)
