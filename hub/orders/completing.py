"""Finds the orders of events that do not say their number: by the store's own id of them, or by a parcel's number.

What is of an order that is not known yet waits in the inbox, and is handed on when the order, or the number, is told.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from core.encoding import encode
from core.shop.parcels import is_about, since_order
from core.shop.store_events import (
    PARCEL,
    Ignored,
    OrderEvent,
    RefundEvent,
    ReturnEvent,
    ShipmentEvent,
    StoreEvent,
    decode_store_event,
    order_id,
    parcel_form,
    waits_for,
)
from hub import arrivals, metrics
from storage.queues import waiting
from storage.queues.pending import Item
from storage.queues.tables import inbox
from storage.queues.waiting import Waiting
from storage.shop import orders, parcels
from storage.shop.parcels import Home

if TYPE_CHECKING:  # the web process completes events too, and decides nothing
    from hub.hub import Hub

SHARED = "shared"  # the source of what another order of the same parcel heard
LONGEST = timedelta(days=14)  # that anything waits


def numbered(conn: Connection, events: Sequence[StoreEvent | Ignored]) -> list[StoreEvent | Ignored]:
    """Writes the numbers of their orders into events, as far as they are known; an event of a parcel in which two
    orders are becomes one of each."""
    homes = _Homes(conn, [event for event in events if not isinstance(event, Ignored)])
    found: list[StoreEvent | Ignored] = []
    for event in events:
        found += (not isinstance(event, Ignored) and homes.of(event)) or [event]
    return found


def ready(hub: "Hub", conn: Connection, items: Sequence[Item]) -> tuple[list[StoreEvent], list[str], bool]:
    """Returns the events of items that can be applied, with the items' ids, and whether others go to their orders now.

    What is left waits.
    """
    told = [(item, decode_store_event(item.payload)) for item in items]
    homes = _Homes(conn, [event for _, event in told])
    now = [(event, item.id) for item, event in told if not waits_for(event)]
    unnamed = [(item, event) for item, event in told if waits_for(event)]
    moved = {item.id for item, event in unnamed if _hand_on(hub, conn, item.id, homes.of(event))}
    waiting.put(conn, [item.id for item, _ in unnamed if item.id not in moved])
    return [event for event, _ in now], [id_ for _, id_ in now], bool(moved)


def release(hub: "Hub", conn: Connection, keys: Collection[str]) -> bool:
    """Hands what waited for these to its orders, before the transaction ends; tells whether there was any.

    An order whose parcel is another one's too hears what the carrier has told of it already.
    """
    if not keys:
        return False
    forms = {key.removeprefix(PARCEL) for key in keys if key.startswith(PARCEL)}
    shared = [event for homes in parcels.by_forms(conn, forms).values() for event in _shared(homes, hub.now())]
    for event in shared:
        arrival = arrivals.store_arrival(event, hub.now(), hub.shards)
        conn.execute(hub.store.insert(inbox), msgspec.structs.asdict(arrival))
    return _released(hub, conn, waiting.by_keys(conn, keys)) or bool(shared)


def look_after(hub: "Hub", conn: Connection, now: datetime) -> bool:
    """Hands on what another worker made known meanwhile, and lets go what waited too long; true for the former."""
    gone = waiting.let_go(conn, now - LONGEST, now)
    if gone:
        metrics.let_go.inc(gone)
    return _released(hub, conn, waiting.known_by_now(conn))


def _shared(homes: Sequence[Home], now: datetime) -> Iterator[ShipmentEvent]:
    """Makes what a carrier told of a parcel news of the orders in it that have not heard it."""
    told = next((home.parcel for home in homes if home.parcel.told.by_carrier), None)
    for home in homes if told else ():
        if told is None or home.parcel.told.by_carrier:
            continue
        at = told.told.at or now
        if is_about(told, at, home.parcel, home.placed_at):
            word = msgspec.structs.replace(told.told, shop_at=None)
            own = msgspec.structs.replace(told, id=home.parcel.id, lines=(), tracking_url="", told=word)
            yield ShipmentEvent(
                external_id=f"shared:{home.order_number}:{own.id}:{own.tracking_number}",
                source=SHARED,
                at=at,
                kind="updated",
                order_number=home.order_number,
                shipment=since_order(own, home.placed_at),
            )


def _released(hub: "Hub", conn: Connection, found: Sequence[Waiting]) -> bool:
    told = [(each.id, decode_store_event(each.payload)) for each in found]
    homes = _Homes(conn, [event for _, event in told])
    return sum(_hand_on(hub, conn, id_, homes.of(event)) for id_, event in told) > 0


def _hand_on(hub: "Hub", conn: Connection, id_: str, found: Sequence[StoreEvent]) -> bool:
    """Puts an item into the turn of the order that it is of; those of further orders are items of their own."""
    if not found:
        return False
    first, *more = (arrivals.store_arrival(event, hub.now(), hub.shards) for event in found)
    waiting.hand_on(conn, id_, first.key, encode(found[0]), hub.shards)
    for arrival in more:
        conn.execute(hub.store.insert(inbox), msgspec.structs.asdict(arrival))
    return True


class _Homes:
    """Holds the orders that events are of; read in one statement for ids, and in one for numbers of parcels."""

    def __init__(self, conn: Connection, events: Sequence[StoreEvent]) -> None:
        ids = {id_ for event in events if (id_ := order_id(event))}
        forms = {form for event in events if (form := parcel_form(event))}
        told = {event.order.store_id: event.order.number for event in events if isinstance(event, OrderEvent)}
        self._numbers = orders.numbers_of(conn, ids) | told if ids else {}
        self._parcels = parcels.by_forms(conn, forms) if forms else {}

    def of(self, event: StoreEvent) -> list[StoreEvent]:
        """Lists the event as it is of each of its orders; none while no order is known."""
        if form := parcel_form(event):
            homes = self._parcels.get(form, [])
            return [_of_home(event, home) for home in homes if isinstance(event, ShipmentEvent) and _is_of(event, home)]
        number = self._numbers.get(order_id(event), "")
        return [_with_number(event, number)] if number else []


def _is_of(event: ShipmentEvent, home: Home) -> bool:
    return is_about(event.shipment, event.at, home.parcel, home.placed_at)


def _of_home(event: StoreEvent, home: Home) -> StoreEvent:
    """Returns a carrier's news as those of one order: what is told again when more orders are known is told to each."""
    if not isinstance(event, ShipmentEvent):
        return event
    return msgspec.structs.replace(
        event,
        external_id=f"{event.external_id}@{home.order_number}",
        order_number=home.order_number,
        shipment=since_order(event.shipment, home.placed_at),
    )


def _with_number(event: StoreEvent, number: str) -> StoreEvent:
    if isinstance(event, ShipmentEvent):
        return msgspec.structs.replace(event, order_number=number)
    if isinstance(event, ReturnEvent):
        return msgspec.structs.replace(event, returned=msgspec.structs.replace(event.returned, order_number=number))
    if isinstance(event, RefundEvent):
        return msgspec.structs.replace(event, refund=msgspec.structs.replace(event.refund, order_number=number))
    return event
