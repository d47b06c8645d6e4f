"""Applies the store's events: keeps orders, parcels and customers, and registers notices of what is news.

A group of events is applied together: read once, applied one after the other, written once.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection

from core.people.addresses import e164
from core.people.preferences import Teller, Wish
from core.shop.buyers import BuyerRecord
from core.shop.orders import Buyer, Order, OrderStatus
from core.shop.parcels import with_shipment
from core.shop.store_events import (
    ConnectionEvent,
    CustomerEvent,
    DisputeEvent,
    LoyaltyEvent,
    MergeEvent,
    OrderEvent,
    Other,
    PrivacyEvent,
    ProductEvent,
    RefundEvent,
    RefundMade,
    ReturnEvent,
    ReturnMoved,
    ShipmentEvent,
    StockEvent,
    StockLevelEvent,
    StoreEvent,
    order_number,
)
from core.shop.tracking import told_by_shop
from hub.customers import buyers
from hub.hub import Hub
from hub.lanes import Claimed, Failed, Handled
from hub.orders import accounts as store_accounts
from hub.orders.completing import ready
from hub.orders.group import Group
from hub.orders.promises import keep_promises
from hub.orders.waiting import tell_waiting
from hub.outgoing.settling import settle
from hub.returns import answering, refunding
from hub.shards import LeaseLostError, ShardLease
from notifications.facts import About
from notifications.notice import Subject
from storage.people import accounts, customers, preferences
from storage.people.consents import OF_ORDER, STORE
from storage.queues.pending import Item
from storage.shop import products, returns, stock_problems

log = logging.getLogger(__name__)

NEW = timedelta(days=1)
# These need what is known of their order.
READING = (OrderEvent, ShipmentEvent, ReturnEvent, ReturnMoved, RefundEvent, RefundMade, StockEvent)


def handle(hub: Hub, lease: ShardLease, claimed: Claimed) -> Handled:
    """Applies a group of events in one transaction; when one of them cannot be applied, each by itself."""
    try:
        settled = _together(hub, lease, [item for items in claimed.values() for item in items])
    except LeaseLostError:
        raise
    except Exception:
        log.exception("a group of store events failed and is applied event by event")
        return _each_alone(hub, lease, claimed)
    return Handled(moved=settled)


def _each_alone(hub: Hub, lease: ShardLease, claimed: Claimed) -> Handled:
    return Handled({key: failed for key, items in claimed.items() if (failed := _one_by_one(hub, lease, items))})


def _one_by_one(hub: Hub, lease: ShardLease, items: Sequence[Item]) -> Failed | None:
    """Applies events until one fails, and returns that; the rest of its order waits until it is tried again."""
    for item in items:
        try:
            _together(hub, lease, [item])
        except LeaseLostError:
            raise
        except Exception:
            log.exception("a store event failed", extra={"inbox_id": item.id})
            return Failed([item])
    return None


def _together(hub: Hub, lease: ShardLease, items: Sequence[Item]) -> bool:
    """Applies events in one transaction; tells whether others have something to handle now: conversations, or orders
    whose news waited."""
    now = hub.now()
    with hub.store.write() as conn:
        events, ids, moved = ready(hub, conn, items)
        moved |= apply_all(hub, conn, events, now)
        moved |= settle(hub, conn, events, now)
        moved |= tell_waiting(hub, conn, events, now)
        lease.finish(conn, ids, now)
    if moved:
        hub.waker.shards(range(hub.shards))
    return moved


def apply_all(hub: Hub, conn: Connection, events: Sequence[StoreEvent], now: datetime) -> bool:
    """Keeps what the events say and registers the notices they make due; tells whether news that waited for what they
    made known go to their orders now."""
    group = _applied(hub, conn, events, now)
    group.tell()
    return group.handed_on


def keep_silently(hub: Hub, conn: Connection, events: Sequence[OrderEvent], now: datetime) -> None:
    """Keeps orders of the past; registers no notices, as an import is no news."""
    _applied(hub, conn, events, now)


def _applied(hub: Hub, conn: Connection, events: Sequence[StoreEvent], now: datetime) -> Group:
    read = {number for event in events if isinstance(event, READING) and (number := order_number(event))}
    group = Group(hub, conn, read, now)
    for event in events:
        APPLIERS[type(event)](group, event)
    group.write()
    keep_promises(conn, group, events, now)
    return group


def _order(group: Group, event: OrderEvent) -> None:
    """Applies an event of an order, unless it is older than what we know: events come in any sequence."""
    known = group.now_is[event.order.number]
    if known.told_at and event.at < known.told_at:
        _late_words(group, event, event.order.buyer, event.order.shipping.country, f"{OF_ORDER}{event.order.number}")
        return
    event = _named(event, is_known=known.order is not None)
    country = event.order.shipping.country
    customer_id, buyer = buyers.learn(group.conn, event.order.buyer, country, group.now, known.customer_id)
    if known.order is None or known.order.buyer != buyer:  # else the consents in it are noted already
        agreed_at = min(event.at, event.order.placed_at)  # at the checkout: what is told of the order later repeats it
        group.agreed(buyer, f"{OF_ORDER}{event.order.number}", event, agreed_at)
    merged = known.parcels
    for shipment in event.order.shipments:
        merged = with_shipment(merged, told_by_shop(shipment, event.at, scanned=False))
    after = msgspec.structs.replace(event.order, buyer=buyer, shipments=merged)
    if merged:
        after = msgspec.structs.replace(after, status=_status(after))
    group.save(event, after, customer_id)


def _late_words(group: Group, event: StoreEvent, buyer: Buyer, country: str, source: str) -> None:
    """Takes from an event that is older than what is known what has a clock of its own: words on consents."""
    if buyer.consents:
        phone = e164(buyer.phone, country or None) or ""
        group.agreed(Buyer(phone=phone, consents=buyer.consents), source, event, event.at)


def _named(event: OrderEvent, *, is_known: bool) -> OrderEvent:
    """Names the first news of an order that was just placed by what they are: that it was made. Its own event was lost,
    or comes later and is older; and a draft that became an order has no such event."""
    is_new = not is_known and event.kind == "updated" and event.at - event.order.placed_at < NEW
    return msgspec.structs.replace(event, kind="created") if is_new else event


def _shipment(group: Group, event: ShipmentEvent) -> None:
    """Applies news of a parcel. The order's time stays as it is: an event of it that is a little older still counts."""
    known = group.now_is[event.order_number]
    parcels = with_shipment(known.parcels, told_by_shop(event.shipment, event.at, scanned=True))
    order = known.order
    if order:  # else the parcel came before its order: it is kept until then
        order = msgspec.structs.replace(order, shipments=parcels)
        order = msgspec.structs.replace(order, status=_status(order))
    group.move(event, parcels, order)


def _customer(group: Group, event: CustomerEvent) -> None:
    """Applies news of an account, unless it is older than what was told of it."""
    known = buyers.known(group.conn, event.customer)
    told_at = accounts.told_at(group.conn, known) if known else None
    if told_at and event.at < told_at:
        _late_words(group, event, event.customer, "", STORE)
        return
    was = accounts.record(group.conn, known) if known else None
    customer_id, buyer = buyers.learn(group.conn, event.customer, "", group.now)
    accounts.tell(group.conn, customer_id, event.facts, event.at, whole=True)
    group.agreed(buyer, STORE, event, event.at)
    if buyer.prefers is not None:
        wish = Wish(buyer.prefers, Teller.STORE, min(event.at, group.now), event.external_id)
        preferences.tell(group.conn, customer_id, wish)
    _account(group, event, was, customer_id)


def _loyalty(group: Group, event: LoyaltyEvent) -> None:
    """Applies news of points; of an account that is not known yet they are kept until it is."""
    found = customers.known_by(group.conn, "store_id", event.customer_id)
    known = customers.by_id(group.conn, found[0].id, lock=True) if found else None
    was = accounts.record(group.conn, known.id) if known else None
    id_ = known.id if known else customers.add(group.conn, group.now, store_id=event.customer_id)
    accounts.tell(group.conn, id_, event.facts, event.at, whole=False)
    _account(group, event, was, id_)


def _account(group: Group, event: CustomerEvent | LoyaltyEvent, was: BuyerRecord | None, customer_id: str) -> None:
    after = About(customer=accounts.record(group.conn, customer_id))
    group.heard(event, Subject.CUSTOMER, About(customer=was) if was else None, after, customer_id)


def _product(group: Group, event: ProductEvent) -> None:
    products.save(group.conn, group.hub.store, [(event.product, event.at)])


def _stock_level(group: Group, event: StockLevelEvent) -> None:
    """Applies what is in stock; of a product that the catalogue does not have there is nothing to keep."""
    known = products.by_id(group.conn, event.product_id)
    if known is not None:
        products.save(group.conn, group.hub.store, [(known.stocked(event.variant_id, event.stock), event.at)])


def _return(group: Group, event: ReturnEvent) -> None:
    known = group.now_is[event.returned.order_number]
    told = returns.tell(group.conn, event.returned, event.at, known.customer_id, group.now)
    if told:
        answering.retold(group.hub, group.conn, told.id, group.now)
        was = About(order=known.order, returned=told.before) if told.before else None
        after = About(order=known.order, returned=told.after)
        group.heard(event, Subject.RETURN, was, after, known.customer_id, told.after.id)


def _return_moved(group: Group, event: ReturnMoved) -> None:
    """Hears of a step that was taken at the desk, and is written already."""
    known = group.now_is[event.returned.order_number]
    was, after = (About(order=known.order, returned=each) for each in (event.before, event.returned))
    group.heard(event, Subject.RETURN, was, after, known.customer_id, event.returned.id)


def _refund_made(group: Group, event: RefundMade) -> None:
    known = group.now_is[event.refund.order_number]
    after = About(order=known.order, refund=event.refund)
    group.heard(event, Subject.REFUND, None, after, known.customer_id, event.refund_id)


def _refund(group: Group, event: RefundEvent) -> None:
    """Applies a refund, unless it is the one that was asked for at the desk, and is known."""
    if refunding.told(group.hub, group.conn, event.refund, group.now):
        return
    id_ = returns.add_refund(group.conn, event.refund, group.now)
    known = group.now_is[event.refund.order_number]
    after = About(order=known.order, refund=event.refund)
    group.heard(event, Subject.REFUND, None, after, known.customer_id, id_)


def _stock(group: Group, event: StockEvent) -> None:
    was = stock_problems.of_order(group.conn, event.problem.order_number)
    if stock_problems.save(group.conn, group.hub.store, event.problem, event.at):
        known = group.now_is[event.problem.order_number]
        before, after = (About(order=known.order, problem=problem) for problem in (was, event.problem))
        group.heard(event, Subject.ORDER, before, after, known.customer_id)


def _merge(group: Group, event: MergeEvent) -> None:
    store_accounts.merge(group.conn, event, group.now)


def _dispute(group: Group, event: DisputeEvent) -> None:
    store_accounts.dispute(group.hub, group.conn, event, group.now)


def _privacy(group: Group, event: PrivacyEvent) -> None:
    store_accounts.respect(group.hub, group.conn, event, group.now)


def _connection(group: Group, event: ConnectionEvent) -> None:
    store_accounts.connection(group.hub, group.conn, event, group.now)


def _other(_group: Group, _event: Other) -> None:
    """Applies nothing: the row in the inbox is the record of such an event."""


def _status(order: Order) -> OrderStatus:
    """Returns an order's status: with parcels under way a paid one is (partly) fulfilled, even if no event says so."""
    if order.status not in (OrderStatus.PAID, OrderStatus.PARTIALLY_FULFILLED):
        return order.status
    packed: dict[str, int] = {}
    for shipment in order.shipments:
        for line in shipment.lines:
            packed[line.line_id] = packed.get(line.line_id, 0) + line.quantity
    complete = all(packed.get(line.id, 0) >= line.quantity for line in order.lines)
    return OrderStatus.FULFILLED if complete or not packed else OrderStatus.PARTIALLY_FULFILLED


APPLIERS: dict[type, Callable[[Group, Any], None]] = {
    OrderEvent: _order,
    ShipmentEvent: _shipment,
    CustomerEvent: _customer,
    LoyaltyEvent: _loyalty,
    ProductEvent: _product,
    ReturnEvent: _return,
    RefundEvent: _refund,
    ReturnMoved: _return_moved,
    RefundMade: _refund_made,
    StockEvent: _stock,
    StockLevelEvent: _stock_level,
    MergeEvent: _merge,
    DisputeEvent: _dispute,
    PrivacyEvent: _privacy,
    ConnectionEvent: _connection,
    Other: _other,
}
