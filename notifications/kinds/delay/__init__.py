"""Tells that a parcel, or an order with nothing shipped, comes at least a day later than promised and last told.

What the customer believes is the day that the newest notice told; its business key carries that day. A day that was
told and is told again after another has a number at its end: `delay:1001:s1:2026-12-10#2`. Of one that cannot be met,
while nobody knows another, that is told once: `delay:1001:s1:2026-12-10#missed`.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

import msgspec

from core.shop import carriers
from core.shop.orders import Order, Shipment
from core.shop.promises import Purpose
from notifications.catalogue.news import TIMER
from notifications.notice import Change, Fact, Kind, Notice, Promises, View
from notifications.parcels import closed, items, shipment, under_way
from notifications.promises import PROMISES, WHOLE, in_reach, missed

DECIDES = ("on", "if", "still_true", "key", "link", "promises")
DELAYS, BACK = ("delay", "delay_again"), "back_on_time"
MISSED = "#missed"  # ends the key of a day that was told and is not met


class Told(NamedTuple):
    """Holds what the customer was told of a day: by which kind, of which parcel (or `WHOLE`), the day."""

    kind: str
    which: str
    day: date


class Moved(msgspec.Struct, frozen=True):
    """Holds an order before and after the change, and what the customer was told of its days, oldest first."""

    change: Change
    before: Order | None
    after: Order
    told: tuple[Told, ...]

    @property
    def by_time(self) -> bool:
        """Tells whether nothing happened, but time passed."""
        return self.change.event.type == TIMER

    def last(self, which: str) -> Told | None:
        """Returns what was told last of this parcel, or of the whole order; of all of it for `WHOLE`."""
        about = [each for each in self.told if which == WHOLE or each.which in (which, WHOLE)]
        return about[-1] if about else None

    def missed(self, day: date) -> bool:
        """Tells whether it was said of this day, by any kind and of any part, that it cannot be met."""
        return any(key.endswith(f":{day.isoformat()}{MISSED}") for key in self.change.told)

    def delayed(self, which: str) -> bool:
        """Tells whether a delay of it was told."""
        return any(each.kind in DELAYS and each.which in (which, WHOLE) for each in self.told)


def complete(kind: Kind) -> Kind:
    """Gives the kind its dates, which are compared with what the customer was told before."""
    made = dated(kind, lambda moved: late_by_time(moved, kind.name) if moved.by_time else late(moved, kind.name))
    return by_promises(made)


def by_promises(kind: Kind) -> Kind:
    """Lets a kind be asked about promises that time is about to break."""
    return msgspec.structs.replace(kind, hears=frozenset({TIMER}), reads=kind.reads | {PROMISES})


def dated(kind: Kind, find: Callable[[Moved], Iterator[Notice]]) -> Kind:
    """Gives a kind about days what `find` finds, with the old and the new day as its variables."""

    def due(change: Change) -> list[Notice]:
        order = change.after.order
        if order is None or closed(order):
            return []
        moved = Moved(change, change.before.order if change.before else None, order, tuple(_told(change, order)))
        return [msgspec.structs.replace(each, expires_at=change.when.now + kind.expires_after) for each in find(moved)]

    def facts(view: View) -> Mapping[str, Fact]:
        return {**kind.facts(view), **_facts(view)}

    names = (*kind.variables, "old_date", "new_date", "items")
    return msgspec.structs.replace(
        kind, variables=names, due=due, still_true=_still_true, facts=facts, link=_link, promises=_promises
    )


def late(moved: Moved, kind: str) -> Iterator[Notice]:
    """Makes notices of days that are later than promised and than last told."""
    whole = list(_of_order(moved, kind))
    yield from whole
    told = date.fromisoformat(whole[0].data["new_date"]) if whole else None
    for parcel in moved.after.shipments:
        promise = promised(moved, parcel)
        if promise is None or parcel.eta is None or not is_news(moved, parcel):
            continue
        last = moved.last(parcel.id)
        if parcel.eta > max(filter(None, (last.day if last else promise, promise, told))):
            yield notice(moved, kind, parcel.id, promise, parcel.eta)


def late_by_time(moved: Moved, kind: str) -> Iterator[Notice]:
    """Makes notices of told days that cannot be met any more, as the day comes to its end or a later one is known."""
    for which, promise in missed(moved.change.after.promises, moved.after, moved.change.when.now):
        day, parcel = promise.promised.on, shipment(moved.after, which)
        if day is None:
            continue
        last, new = moved.last(which), parcel.eta if parcel else moved.after.promised_by
        if new is not None and new > max(day, last.day if last else day):
            yield notice(moved, kind, which, day, new)
        elif (last is None or last.day <= day) and not moved.missed(day):
            yield _missed(moved, kind, which, day)


def _missed(moved: Moved, kind: str, which: str, day: date) -> Notice:
    """Makes the notice that a parcel, or the whole order, does not come on its day, and nobody knows when."""
    made = notice(moved, kind, which, day, day)
    key = f"{kind}:{moved.after.number}:{which}:{day.isoformat()}{MISSED}"
    return msgspec.structs.replace(made, key=key, data={**made.data, "new_date": ""})


def promised(moved: Moved, parcel: Shipment) -> date | None:
    """Returns the day that the store promised; without one the carrier's first day is a promise."""
    known = shipment(moved.before, parcel.id)
    return (moved.before and moved.before.promised_by) or moved.after.promised_by or (known.eta if known else None)


def is_news(moved: Moved, parcel: Shipment) -> bool:
    """Tells whether the day of a parcel under way has changed."""
    known = shipment(moved.before, parcel.id)
    return parcel.eta is not None and under_way(parcel) and (known is None or parcel.eta != known.eta)


def _of_order(moved: Moved, kind: str) -> Iterator[Notice]:
    """Makes a notice of the store's new promise for what is still to come."""
    old, new = moved.before.promised_by if moved.before else None, moved.after.promised_by
    parcels = moved.after.shipments
    if old is None or new is None or (parcels and not any(under_way(parcel) for parcel in parcels)):
        return
    last = moved.last(WHOLE)
    if new > old and (last is None or new > last.day):
        yield notice(moved, kind, WHOLE, old, new)


def notice(moved: Moved, kind: str, which: str, promise: date, new: date) -> Notice:
    """Makes the notice that a parcel, or the whole order, comes on another day."""
    now, number = moved.change.when.now, moved.after.number
    key = f"{kind}:{number}:{which}:{new.isoformat()}"
    times = sum(each == key or each.startswith(f"{key}#") for each in moved.change.told)
    last = moved.last(which)
    is_again = times and last is not None and last.day != new
    return Notice(
        kind=kind,
        key=f"{key}#{times + 1}" if is_again else key,
        created_at=now,
        expires_at=now,
        order_number=number,
        shipment_id="" if which == WHOLE else which,
        data={"promise": promise.isoformat(), "new_date": new.isoformat()},
    )


def _told(change: Change, order: Order) -> Iterator[Told]:
    """Reads from the keys of earlier notices which days the customer knows."""
    for key, reached in change.told.items():
        kind, _, rest = key.partition(f":{order.number}:")
        if reached and kind in (*DELAYS, BACK):
            which, _, day = rest.partition("#")[0].rpartition(":")
            yield Told(kind, which, date.fromisoformat(day))


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
    current, promise = _current(notice, order), date.fromisoformat(notice.data["promise"])
    if not notice.data["new_date"]:
        return not in_reach(order, notice.shipment_id)
    if current is None:
        return False
    new = date.fromisoformat(notice.data["new_date"])
    return current <= promise if notice.kind == BACK else promise < current <= new


def _current(notice: Notice, order: Order | None) -> date | None:
    if not notice.shipment_id:
        return order.promised_by if order else None
    parcel = shipment(order, notice.shipment_id)
    return parcel.eta if parcel else None


def _facts(view: View) -> Mapping[str, Fact]:
    notice, order = view.notice, view.about.order
    return {
        "old_date": date.fromisoformat(notice.data["promise"]),
        "new_date": _new_date(notice, order) or "",
        "items": items(order, shipment(order, notice.shipment_id)),
    }


def _new_date(notice: Notice, order: Order | None) -> date | None:
    """Returns the day as it is now; for one that is not met only a later one."""
    current = _current(notice, order)
    if notice.data["new_date"]:
        return current or date.fromisoformat(notice.data["new_date"])
    return current if current and current > date.fromisoformat(notice.data["promise"]) else None


def _promises(view: View) -> Promises:
    day = _new_date(view.notice, view.about.order)
    return {Purpose.DELIVERY: day} if day else {}


def _link(view: View) -> str:
    parcel = view.about.parcel(view.notice.shipment_id)
    return carriers.link(parcel) if parcel else ""
