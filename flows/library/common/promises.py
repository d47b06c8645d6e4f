"""Says which days that a flow may tell are promises."""

from collections.abc import Iterator
from datetime import date

from core.shop.orders import Order, ShipmentStatus
from core.shop.promises import Matter, Purpose
from flows.engine.context import ActionContext
from flows.engine.effects import Promise
from flows.language.formats import as_day, local
from flows.library.common.orders import ARRIVED, unshipped


def arrivals(ctx: ActionContext, order: Order, source: str) -> tuple[Promise, ...]:
    """Makes the promises of the days on which an order, or what of it is on its way, is expected."""
    today = as_day(local(ctx.now, ctx.customer.timezone))
    return tuple(each for each in _arrivals(order, today, source) if each.on >= today)


def _arrivals(order: Order, today: date, source: str) -> Iterator[Promise]:
    number = order.number
    for parcel in order.shipments:
        out = parcel.status is ShipmentStatus.OUT_FOR_DELIVERY
        day = today if out else parcel.eta
        if day is not None and parcel.status not in ARRIVED:
            whole = len(order.shipments) == 1 and not unshipped(order)
            yield Promise(Purpose.DELIVERY, day, source, number, Matter.PARCEL, parcel.id, whole)
    if order.promised_by is not None and not order.shipments:
        yield Promise(Purpose.DELIVERY, order.promised_by, source, number)


def ships(order: Order, day: str | None, source: str) -> tuple[Promise, ...]:
    """Makes the promise of the day (ISO) on which what is missing of an order is expected; none without one."""
    return (Promise(Purpose.SHIPS, date.fromisoformat(day), source, order.number),) if day else ()
