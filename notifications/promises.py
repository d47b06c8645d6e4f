"""Finds what became of promises about orders and their parcels, and which cannot be kept any more."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from core.shop.orders import Order, Shipment, ShipmentStatus
from core.shop.promises import Promise, PromiseState, Purpose, Verdict
from core.shop.returns import RefundRecord, ReturnRecord, ReturnState
from notifications.parcels import closed, shipment, shipped, under_way, unshipped

PROMISES = "promises"  # by this name a kind says that it reads them
WHOLE = "-"  # in place of a parcel's id: the order as a whole
EVENING = timedelta(hours=4)  # so long before its day ends what is not out for delivery does not come any more
HISTORY = timedelta(hours=48)  # what was missed longer ago is news to nobody
ARRIVED = frozenset({ShipmentStatus.DELIVERED, ShipmentStatus.AVAILABLE_FOR_PICKUP})
_REACHING = ARRIVED | {ShipmentStatus.OUT_FOR_DELIVERY}
_LIVE = (PromiseState.OPEN, PromiseState.BROKEN)


class News(NamedTuple):
    """Says what happened to the promises of this purpose about a parcel, or about the order ("")."""

    purpose: Purpose
    matter_id: str
    verdict: Verdict


def order_news(before: Order | None, after: Order, at: datetime, event: str) -> Iterator[News]:
    """Lists what a change of an order means for promises; `at` is when the event happened."""
    if closed(after):
        if before is None or not closed(before):
            void = Verdict(at, PromiseState.VOID, event)
            parts = ("", *(parcel.id for parcel in after.shipments))
            yield from (
                News(purpose, part, void) for purpose in Purpose if purpose is not Purpose.REFUND for part in parts
            )
        return
    for parcel in after.shipments:
        was = shipment(before, parcel.id)
        if parcel.status in ARRIVED and (was is None or was.status not in ARRIVED):
            kept = Verdict(_arrived_at(parcel, at), PromiseState.KEPT, event)
            yield from (News(purpose, parcel.id, kept) for purpose in (Purpose.DELIVERY, Purpose.PICK_UP))
        if parcel.status is ShipmentStatus.RETURNED and (was is None or was.status is not parcel.status):
            yield News(Purpose.DELIVERY, parcel.id, Verdict(at, PromiseState.VOID, event))
    if _has_arrived(after) and not (before and _has_arrived(before)):
        last = max(_arrived_at(parcel, at) for parcel in after.shipments)
        yield from (
            News(each, "", Verdict(last, PromiseState.KEPT, event)) for each in (Purpose.DELIVERY, Purpose.PICK_UP)
        )
    if _has_left(after) and not (before and _has_left(before)):
        yield News(Purpose.SHIPS, "", Verdict(at, PromiseState.KEPT, event))


def refund_news(refund: RefundRecord) -> News:
    """Says what a refund means: what was promised of the order's money is kept."""
    return News(Purpose.REFUND, "", Verdict(refund.at, PromiseState.KEPT, "refund.issued"))


def return_news(returned: ReturnRecord, at: datetime) -> News:
    """Says what the end of a return means for the money that was promised of it."""
    state = PromiseState.KEPT if returned.state is ReturnState.COMPLETED else PromiseState.VOID
    return News(Purpose.REFUND, returned.id, Verdict(at, state, "return.updated"))


def missed(promises: Sequence[Promise], order: Order, now: datetime) -> list[tuple[str, Promise]]:
    """Lists (parcel's id or `WHOLE`, promise) of told days of arrival that cannot be met, or of which we know better.

    The newest that was told counts. A part of the order that has a day of its own is not told of twice.
    """
    if closed(order):
        return []
    newest: dict[str, Promise] = {}
    for each in promises:
        if each.promised.purpose is Purpose.DELIVERY and each.promised.on and each.state in _LIVE:
            newest[each.promised.matter_id] = each
    found = [(which, each) for which, each in newest.items() if which and _is_missed(each, shipment(order, which), now)]
    whole = newest.get("")
    if whole is not None and not any(which in newest for which in _ids(order)):
        parcels = [*filter(under_way, order.shipments)]
        if len(parcels) == 1 and len(order.shipments) == 1:
            found += [(parcels[0].id, whole)] if _is_missed(whole, parcels[0], now) else []
        elif (parcels or not order.shipments) and _is_over(whole, now, [parcel.status for parcel in parcels]):
            found.append((WHOLE, whole))
    return found


def in_reach(order: Order, which: str) -> bool:
    """Tells whether a parcel (all of them for "") is out for delivery, or there."""
    parcels = [each for each in order.shipments if not which or each.id == which]
    return bool(parcels) and all(each.status in _REACHING for each in parcels)


def _ids(order: Order) -> list[str]:
    return [parcel.id for parcel in order.shipments]


def _is_missed(promise: Promise, parcel: Shipment | None, now: datetime) -> bool:
    day = promise.promised.on
    if parcel is None or not under_way(parcel) or parcel.status in ARRIVED or day is None:
        return False
    later = parcel.eta is not None and parcel.eta > day
    return (later and now - promise.promised.due < HISTORY) or _is_over(promise, now, [parcel.status])


def _is_over(promise: Promise, now: datetime, statuses: Sequence[ShipmentStatus]) -> bool:
    """Tells whether the day ends without the parcels being on the last way; those that are have until it has ended."""
    due = promise.promised.due
    on_last_way = bool(statuses) and all(status in _REACHING for status in statuses)
    return due - (timedelta(0) if on_last_way else EVENING) <= now < due + HISTORY


def _arrived_at(parcel: Shipment, at: datetime) -> datetime:
    scans = [scan.time for scan in parcel.events if scan.status == parcel.status]
    return parcel.delivered_at or max(scans, default=at)


def _has_arrived(order: Order) -> bool:
    return bool(order.shipments) and all(each.status in ARRIVED for each in order.shipments) and not unshipped(order)


def _has_left(order: Order) -> bool:
    return any(map(shipped, order.shipments)) and not unshipped(order)
