"""Makes of events that the store told what rules are asked: as if they came now, about what is known now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from core.shop.orders import Shipment
from core.shop.returns import ReturnRecord
from core.shop.stock_problems import StockProblem
from core.shop.store_events import (
    CustomerEvent,
    LoyaltyEvent,
    OrderEvent,
    RefundEvent,
    ReturnEvent,
    ShipmentEvent,
    StockEvent,
    StoreEvent,
    event_type,
    order_number,
)
from hub.hub import Hub
from hub.rules.facts import Heard
from notifications.facts import About, EventFacts
from notifications.notice import Change, Subject
from storage.people import customers
from storage.shop import orders, returns, stock_problems
from storage.shop.orders import Known


@dataclass(frozen=True)
class Now:
    """Holds what is known now of what a group of events is about."""

    orders: Mapping[str, Known]
    returns: Mapping[str, Sequence[ReturnRecord]]
    problems: Mapping[str, StockProblem]
    accounts: Mapping[str, str]

    def order(self, event: StoreEvent) -> Known:
        """Returns what is known of the order of an event."""
        return self.orders.get(order_number(event), Known())


# What an event is about: the subject, what it was and what it is, and whose.
About4 = tuple[Subject, About, About, str | None]


def told_again(hub: Hub, conn: Connection, events: Sequence[StoreEvent], now: datetime) -> list[Heard]:
    """Makes what rules are asked; events of no customer, and those that no rule hears, are left out."""
    known = _known(conn, events)
    heard = []
    for event in events:
        if type(event) in _READ:
            subject, before, after, customer_id = _READ[type(event)](known, event)
            told = EventFacts(event_type(event), event.source)
            change = Change(told, now, subject, before, after, {}, hub.notices.when(now))
            heard += [Heard(change, customer_id)] if customer_id else []
    return heard


def _known(conn: Connection, events: Sequence[StoreEvent]) -> Now:
    numbers = {number for event in events if (number := order_number(event))}
    people = {_account(event) for event in events if isinstance(event, CustomerEvent | LoyaltyEvent)} - {""}
    sent_back = {event.returned.order_number for event in events if isinstance(event, ReturnEvent)}
    missing = {event.problem.order_number for event in events if isinstance(event, StockEvent)}
    return Now(
        orders.known(conn, numbers),
        returns.of_orders(conn, sent_back),
        stock_problems.of_orders(conn, missing),
        customers.of_accounts(conn, people),
    )


def _order(known: Now, event: OrderEvent) -> About4:
    of = known.order(event)
    return Subject.ORDER, About(order=of.order), About(order=of.order), of.customer_id


def _shipment(known: Now, event: ShipmentEvent) -> About4:
    of = known.order(event)
    return Subject.ORDER, _before(of, event), About(order=of.order), of.customer_id


def _return(known: Now, event: ReturnEvent) -> About4:
    of, listed = known.order(event), known.returns.get(event.returned.order_number, ())
    returned = next((each for each in listed if each.id == event.returned.id), next(iter(listed), None))
    return Subject.RETURN, About(), About(order=of.order, returned=returned), of.customer_id


def _refund(known: Now, event: RefundEvent) -> About4:
    of = known.order(event)
    return Subject.REFUND, About(), About(order=of.order, refund=event.refund), of.customer_id


def _stock(known: Now, event: StockEvent) -> About4:
    of, problem = known.order(event), known.problems.get(event.problem.order_number)
    return Subject.ORDER, About(order=of.order), About(order=of.order, problem=problem), of.customer_id


def _person(known: Now, event: CustomerEvent | LoyaltyEvent) -> About4:
    return Subject.CUSTOMER, About(), About(), known.accounts.get(_account(event))


def _account(event: CustomerEvent | LoyaltyEvent) -> str:
    return event.customer.id if isinstance(event, CustomerEvent) else event.customer_id


def _before(known: Known, event: ShipmentEvent) -> About:
    """Returns the order as if the parcel that was told of were news: not there, or otherwise than it is."""
    if known.order is None:
        return About()
    is_new = event.kind == "created"
    others = tuple(
        _otherwise(each) if each.id == event.shipment.id else each
        for each in known.order.shipments
        if not (is_new and each.id == event.shipment.id)
    )
    return About(order=msgspec.structs.replace(known.order, shipments=others))


def _otherwise(parcel: Shipment) -> Shipment:
    return msgspec.structs.replace(parcel, sub_status=f"not {parcel.sub_status}")


_READ: Mapping[type, Callable[[Now, Any], About4]] = {
    OrderEvent: _order,
    ShipmentEvent: _shipment,
    ReturnEvent: _return,
    RefundEvent: _refund,
    StockEvent: _stock,
    CustomerEvent: _person,
    LoyaltyEvent: _person,
}
