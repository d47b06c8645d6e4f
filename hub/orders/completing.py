"""Completes events that name their order only by the id that the store's system has for it."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from core.shop.store_events import Ignored, OrderEvent, RefundEvent, ReturnEvent, ShipmentEvent, StoreEvent, order_id
from storage.shop import orders


class UnknownOrderError(LookupError):
    """Raised for an event of an order that is not known yet: its own event may still be under way."""


def numbered(conn: Connection, events: Sequence[StoreEvent | Ignored]) -> list[StoreEvent | Ignored]:
    """Writes the numbers of orders into events that name only the store's ids of them, as far as they are known."""
    ids = {id_ for event in events if not isinstance(event, Ignored) and (id_ := order_id(event))}
    if not ids:
        return list(events)
    told = {event.order.store_id: event.order.number for event in events if isinstance(event, OrderEvent)}
    found = orders.numbers_of(conn, ids) | told
    return [_with_number(event, found) for event in events]


def completed(conn: Connection, events: Sequence[StoreEvent]) -> list[StoreEvent]:
    """Makes events that can be applied of these. Raises UnknownOrderError for one whose order is not known."""
    whole = [event for event in numbered(conn, events) if not isinstance(event, Ignored)]
    if any(order_id(event) for event in whole):
        raise UnknownOrderError("an event came before its order")
    return whole


def _with_number(event: StoreEvent | Ignored, numbers: dict[str, str]) -> StoreEvent | Ignored:
    number = "" if isinstance(event, Ignored) else numbers.get(order_id(event), "")
    if not number:
        return event
    if isinstance(event, ShipmentEvent):
        return msgspec.structs.replace(event, order_number=number)
    if isinstance(event, ReturnEvent):
        return msgspec.structs.replace(event, returned=msgspec.structs.replace(event.returned, order_number=number))
    if isinstance(event, RefundEvent):
        return msgspec.structs.replace(event, refund=msgspec.structs.replace(event.refund, order_number=number))
    return event
