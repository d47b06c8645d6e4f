"""Tells that a parcel, or an order with nothing shipped, comes at least a day later than promised and last told.

The business key carries the new date, so the keys of earlier notices name the dates that the customer knows.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from core.people.consent import SERVICE
from core.shop.orders import Order, Shipment
from notifications.notice import Change, Fact, Kind, Notice, Subject, View
from notifications.parcels import closed, items, shipment, tracking_link, under_way

WHOLE = "-"  # in place of a parcel's id: the order as a whole


def _due(change: Change[Order]) -> list[Notice]:
    order = change.after
    if closed(order):
        return []
    told = _told(change)
    notices = list(_of_order(change, told))
    told += [(WHOLE, date.fromisoformat(notice.data["new_date"])) for notice in notices]
    for parcel in order.shipments:
        notices += _of_parcel(change, parcel, told)
    return notices


def _of_order(change: Change[Order], told: list[tuple[str, date]]) -> Iterator[Notice]:
    """Makes notices of the store's new promise for what is still to come."""
    old, new = change.before.promised_by if change.before else None, change.after.promised_by
    parcels = change.after.shipments
    if old is None or new is None or (parcels and not any(under_way(parcel) for parcel in parcels)):
        return
    if new > old and all(new > day for _, day in told):
        yield _notice(change, WHOLE, old, new)


def _of_parcel(change: Change[Order], parcel: Shipment, told: list[tuple[str, date]]) -> Iterator[Notice]:
    """Makes notices of the carrier's new day. Without a promise of the store's, the carrier's first day is one."""
    known = shipment(change.before, parcel.id)
    known_eta = known.eta if known else None
    promise = (change.before and change.before.promised_by) or change.after.promised_by or known_eta
    if parcel.eta is None or parcel.eta == known_eta or promise is None or not under_way(parcel):
        return
    days = [promise, *(day for which, day in told if which in (parcel.id, WHOLE))]
    if parcel.eta > max(days):
        yield _notice(change, parcel.id, promise, parcel.eta)


def _told(change: Change[Order]) -> list[tuple[str, date]]:
    start = f"{KIND.name}:{change.after.number}:"
    keys = [key.removeprefix(start).rpartition(":") for key in change.told if key.startswith(start)]
    return [(which, date.fromisoformat(day)) for which, _, day in keys]


def _notice(change: Change[Order], which: str, promise: date, new: date) -> Notice:
    return Notice(
        kind=KIND.name,
        key=f"{KIND.name}:{change.after.number}:{which}:{new.isoformat()}",
        created_at=change.now,
        expires_at=change.now + KIND.expires_after,
        order_number=change.after.number,
        shipment_id="" if which == WHOLE else which,
        data={"promise": promise.isoformat(), "new_date": new.isoformat()},
    )


def _still_true(notice: Notice, order: Order | None, _now: datetime) -> bool:
    """Tells whether it is still late, and not later than the notice says: a further delay has a notice of its own."""
    if order is None or closed(order):
        return False
    parcel = shipment(order, notice.shipment_id)
    if notice.shipment_id and (parcel is None or not under_way(parcel)):
        return False
    if not notice.shipment_id and order.shipments and not any(under_way(each) for each in order.shipments):
        return False
    current = _current(notice, order)
    return current is not None and notice.data["promise"] < current.isoformat() <= notice.data["new_date"]


def _current(notice: Notice, order: Order | None) -> date | None:
    if not notice.shipment_id:
        return order.promised_by if order else None
    parcel = shipment(order, notice.shipment_id)
    return parcel.eta if parcel else None


def _facts(view: View[Order]) -> Mapping[str, Fact]:
    notice = view.notice
    return {
        "order": notice.order_number,
        "old_date": date.fromisoformat(notice.data["promise"]),
        "new_date": _current(notice, view.value) or date.fromisoformat(notice.data["new_date"]),
        "items": items(view.value, shipment(view.value, notice.shipment_id)),
    }


KIND: Kind[Order] = Kind(
    name="delay",
    subject=Subject.ORDER,
    category=SERVICE,
    priority=10,
    expires_after=timedelta(days=2),
    variables=("order", "old_date", "new_date", "items"),
    due=_due,
    still_true=_still_true,
    facts=_facts,
    link=tracking_link,
)
