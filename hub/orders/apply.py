"""The store's events: orders, parcels and customers are kept, and what is news becomes a notice."""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from core.consent import MARKETING, SERVICE
from core.orders import Buyer, Order, OrderStatus, Shipment, advance_shipment
from core.store_events import CustomerEvent, OrderEvent, Other, ShipmentEvent, StoreEvent, decode_store_event
from hub.hub import Hub
from hub.notices.lifecycle import register
from notifications.catalogue import notices_due
from notifications.notice import Change, Subject
from storage.notices import notices
from storage.people import consents, customers
from storage.people.tables import consents as consents_table
from storage.queues import inbox, leases
from storage.queues.inbox import Item
from storage.shop import orders

log = logging.getLogger(__name__)


def handle(hub: Hub, claimed: dict[str, list[Item]], owner: str) -> None:
    """Applies the events of each order, in order, a transaction each."""
    for key, items in claimed.items():
        for item in items:
            try:
                with hub.store.write() as conn:
                    apply(hub, conn, decode_store_event(item.payload), hub.now())
                    inbox.finish(conn, [item.id], hub.now())
            except Exception:
                log.exception("a store event failed", extra={"inbox_id": item.id})
                with (
                    hub.store.write() as conn
                ):  # the lease is kept: it runs out in seconds, then the event is tried again
                    inbox.fail(conn, [item], "the store event failed", hub.now())
                break
        else:
            with hub.store.write() as conn:
                leases.give_back(conn, [key], owner)
    hub.waker.outbox()


def apply(hub: Hub, conn: Connection, event: StoreEvent, now: datetime) -> list[str]:
    """Keeps what the event says and registers the notices it makes due; returns their ids."""
    return APPLIERS[type(event)](hub, conn, event, now)


def keep_silently(hub: Hub, conn: Connection, event: OrderEvent, now: datetime) -> None:
    """Keeps an order of the past: an import tells nobody anything."""
    _keep_order(hub, conn, event, now)


def _order(hub: Hub, conn: Connection, event: OrderEvent, now: datetime) -> list[str]:
    kept = _keep_order(hub, conn, event, now)
    return _tell(hub, conn, kept[0], kept[1], event, kept[2], now) if kept else []


def _keep_order(hub: Hub, conn: Connection, event: OrderEvent, now: datetime) -> tuple[Order | None, Order, str] | None:
    """(the order before, after, its customer); None for an event older than what we know: they come in any order."""
    number = event.order.number
    before, state = orders.by_number(conn, number), orders.state_of(conn, number)
    if state and event.at < state[0]:
        return None
    known_id = state[1] if state else None
    customer_id, buyer = customers.learn(conn, event.order.buyer, event.order.shipping.country, now, known_id)
    _note_consents(conn, buyer, f"order:{number}", now)
    parcels = before.shipments if before else orders.parcels_of(conn, number)
    merged = parcels
    for shipment in event.order.shipments:
        merged = _merged(merged, shipment)
    after = msgspec.structs.replace(event.order, buyer=buyer, shipments=merged)
    if merged:
        after = msgspec.structs.replace(after, status=_status(after))
    orders.save(conn, hub.store, after, customer_id, event.at, json.dumps(event.extra) if event.extra else None)
    return before, after, customer_id


def _shipment(hub: Hub, conn: Connection, event: ShipmentEvent, now: datetime) -> list[str]:
    before = orders.by_number(conn, event.order_number)
    if before is None:
        # The parcel overtook its order: it is kept, and told when the order comes.
        parcels = _merged(orders.parcels_of(conn, event.order_number), event.shipment)
        orders.save_parcels(conn, event.order_number, parcels)
        return []
    state = orders.state_of(conn, event.order_number)
    after = msgspec.structs.replace(before, shipments=_merged(before.shipments, event.shipment))
    after = msgspec.structs.replace(after, status=_status(after))
    told_at, customer_id = state if state else (event.at, None)
    orders.save_parcels(conn, after.number, after.shipments)
    # A parcel's news is no news of the order: what the store says of it, a little older, still counts.
    orders.save_status(conn, after.number, after.status, told_at)
    return _tell(hub, conn, before, after, event, customer_id, now)


def _customer(_hub: Hub, conn: Connection, event: CustomerEvent, now: datetime) -> list[str]:
    _, buyer = customers.learn(conn, event.customer, "", now)
    _note_consents(conn, buyer, "customer.updated", now)
    return []


def _other(_hub: Hub, _conn: Connection, _event: Other, _now: datetime) -> list[str]:
    return []  # the row in the inbox is the record


def _tell(
    hub: Hub,
    conn: Connection,
    before: Order | None,
    after: Order,
    event: StoreEvent,
    customer_id: str | None,
    now: datetime,
) -> list[str]:
    if customer_id is None:
        return []
    told = notices.keys_of_order(conn, after.number)
    due = notices_due(Change(event, Subject.ORDER, before, after, told, now))
    return [id_ for notice in due if (id_ := register(hub, conn, notice, customer_id, now))]


def _merged(known: tuple[Shipment, ...], news: Shipment) -> tuple[Shipment, ...]:
    if any(shipment.id == news.id for shipment in known):
        return tuple(advance_shipment(s, news) if s.id == news.id else s for s in known)
    return (*known, advance_shipment(None, news))


def _status(order: Order) -> OrderStatus:
    """A paid order with parcels under way is (partly) fulfilled, even if the store sends no word of it."""
    if order.status not in (OrderStatus.PAID, OrderStatus.PARTIALLY_FULFILLED):
        return order.status
    packed: dict[str, int] = {}
    for shipment in order.shipments:
        for line in shipment.lines:
            packed[line.line_id] = packed.get(line.line_id, 0) + line.quantity
    complete = all(packed.get(line.id, 0) >= line.quantity for line in order.lines)
    return OrderStatus.FULFILLED if complete or not packed else OrderStatus.PARTIALLY_FULFILLED


def _note_consents(conn: Connection, buyer: Buyer, source: str, now: datetime) -> None:
    """Agreed channels ride on the order. They fill what is unknown; no event undoes a STOP."""
    if not buyer.phone:
        return
    wanted = [(c, SERVICE) for c in buyer.notify] + [(c, MARKETING) for c in buyer.marketing]
    known = consents.state(conn, {(channel, buyer.phone) for channel, _ in wanted})
    for channel, purpose in wanted:
        if (channel, buyer.phone, purpose) not in known:
            conn.execute(consents_table.insert(), consents.row(channel, buyer.phone, purpose, True, source, now))


APPLIERS: dict[type, Callable[[Hub, Connection, Any, datetime], list[str]]] = {
    OrderEvent: _order,
    ShipmentEvent: _shipment,
    CustomerEvent: _customer,
    Other: _other,
}
