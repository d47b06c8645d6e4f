"""Tells that a parcel, or an order with nothing shipped, comes at least a day later than promised and last told.

The business key carries the new date, so the keys of earlier notices name the dates that the customer knows.
"""

from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from core.shop.orders import Order, Shipment
from notifications.notice import Change, Fact, Kind, Notice, View
from notifications.parcels import closed, items, shipment, under_way

DECIDES = ("on", "if", "still_true", "key", "link")
NAME = "delay"
WHOLE = "-"  # in place of a parcel's id: the order as a whole


class Moved(msgspec.Struct, frozen=True):
    """Holds an order before and after the change."""

    change: Change
    before: Order | None
    after: Order


def complete(kind: Kind) -> Kind:
    """Gives the kind its dates, which are compared with what the customer was told before."""

    def due(change: Change) -> list[Notice]:
        return [msgspec.structs.replace(each, expires_at=change.when.now + kind.expires_after) for each in _due(change)]

    def facts(view: View) -> Mapping[str, Fact]:
        return {**kind.facts(view), **_facts(view)}

    names = (*kind.variables, "old_date", "new_date", "items")
    return msgspec.structs.replace(kind, variables=names, due=due, still_true=_still_true, facts=facts, link=_link)


def _due(change: Change) -> list[Notice]:
    order = change.after.order
    if order is None or closed(order):
        return []
    moved = Moved(change, change.before.order if change.before else None, order)
    told = _told(moved)
    notices = list(_of_order(moved, told))
    told += [(WHOLE, date.fromisoformat(notice.data["new_date"])) for notice in notices]
    for parcel in order.shipments:
        notices += _of_parcel(moved, parcel, told)
    return notices


def _of_order(moved: Moved, told: list[tuple[str, date]]) -> Iterator[Notice]:
    """Makes notices of the store's new promise for what is still to come."""
    old, new = moved.before.promised_by if moved.before else None, moved.after.promised_by
    parcels = moved.after.shipments
    if old is None or new is None or (parcels and not any(under_way(parcel) for parcel in parcels)):
        return
    if new > old and all(new > day for _, day in told):
        yield _notice(moved, WHOLE, old, new)


def _of_parcel(moved: Moved, parcel: Shipment, told: list[tuple[str, date]]) -> Iterator[Notice]:
    """Makes notices of the carrier's new day. Without a promise of the store's, the carrier's first day is one."""
    known = shipment(moved.before, parcel.id)
    known_eta = known.eta if known else None
    promise = (moved.before and moved.before.promised_by) or moved.after.promised_by or known_eta
    if parcel.eta is None or parcel.eta == known_eta or promise is None or not under_way(parcel):
        return
    days = [promise, *(day for which, day in told if which in (parcel.id, WHOLE))]
    if parcel.eta > max(days):
        yield _notice(moved, parcel.id, promise, parcel.eta)


def _told(moved: Moved) -> list[tuple[str, date]]:
    start = f"{NAME}:{moved.after.number}:"
    keys = [key.removeprefix(start).rpartition(":") for key in moved.change.told if key.startswith(start)]
    return [(which, date.fromisoformat(day)) for which, _, day in keys]


def _notice(moved: Moved, which: str, promise: date, new: date) -> Notice:
    now, number = moved.change.when.now, moved.after.number
    return Notice(
        kind=NAME,
        key=f"{NAME}:{number}:{which}:{new.isoformat()}",
        created_at=now,
        expires_at=now,
        order_number=number,
        shipment_id="" if which == WHOLE else which,
        data={"promise": promise.isoformat(), "new_date": new.isoformat()},
    )


def _still_true(view: View) -> bool:
    """Tells whether it is still late, and not later than the notice says: a further delay has a notice of its own."""
    notice, order = view.notice, view.about.order
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


def _facts(view: View) -> Mapping[str, Fact]:
    notice, order = view.notice, view.about.order
    return {
        "old_date": date.fromisoformat(notice.data["promise"]),
        "new_date": _current(notice, order) or date.fromisoformat(notice.data["new_date"]),
        "items": items(order, shipment(order, notice.shipment_id)),
    }


def _link(view: View) -> str:
    parcel = view.about.parcel(view.notice.shipment_id)
    return parcel.tracking_url if parcel else ""
