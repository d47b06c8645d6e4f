"""Holds the orders that a group of store events is about: as they were read, and as the events change them."""

import json
from collections.abc import Collection, Iterator
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from core.people.consent import MARKETING, SERVICE, ConsentWord
from core.shop.order_numbers import tracking_form
from core.shop.orders import Buyer, Line, Order, OrderStatus, Shipment
from core.shop.returns import ReturnRecord
from core.shop.store_events import (
    FORM_MAX,
    ORDER,
    PARCEL,
    OrderEvent,
    RefundEvent,
    ReturnEvent,
    ShipmentEvent,
    StoreEvent,
    event_type,
    order_number,
)
from hub.hub import Hub
from hub.notices.lifecycle import register_all
from hub.notices.planning import News
from hub.orders import told_consents
from hub.orders.completing import release
from hub.orders.told_consents import Said
from hub.rules.facts import Heard
from hub.rules.firing import fire, hears
from notifications.catalogue.loading import notices_due
from notifications.facts import About, EventFacts
from notifications.notice import Change, Subject
from notifications.parcels import is_exchange, may_be_exchange
from storage.notices import notices
from storage.shop import order_writing, orders, returns
from storage.shop.orders import Known


class Group:
    """Collects what a group of events changes. `now_is`: order's number -> what is known, changed by each event."""

    def __init__(self, hub: Hub, conn: Connection, numbers: Collection[str], now: datetime) -> None:
        self.hub = hub
        self.conn = conn
        self.now = now
        self._was = orders.known(conn, numbers) if numbers else {}
        self.now_is = dict(self._was)
        self._told = notices.told_of_orders(conn, numbers) if numbers else {}
        self._words: list[Said] = []
        self._statuses: dict[str, OrderStatus] = {}
        self._news: list[News] = []
        self._moved: dict[str, tuple[datetime, str]] = {}
        self._heard: list[Heard] = []
        self._first: dict[str, OrderEvent] = {}  # of orders that were not known before
        self._heard_of: set[str] = set()  # returns and refunds, by id
        self._kinds = hub.notices.asked()
        self.handed_on = False  # news that waited for what became known

    def save(self, event: OrderEvent, after: Order, customer_id: str) -> None:
        """Takes over an order as the store tells it.

        Its row is written now, not with the rest of the group: who the next buyer is depends on the orders there are.
        """
        extra = json.dumps(event.extra) if event.extra else None
        order_writing.save(self.conn, self.hub.store, after, customer_id, event.at, extra)
        self._statuses.pop(after.number, None)
        if self.now_is[after.number].order is None:
            self._first[after.number] = event
        self._change(after.number, event, Known(after, after.shipments, event.at, customer_id))

    def move(self, event: ShipmentEvent, parcels: tuple[Shipment, ...], order: Order | None) -> None:
        """Takes over the parcels under an order's number, and what they make of the order if it is known."""
        before = self.now_is[event.order_number]
        if order and before.order and order.status is not before.order.status:
            self._statuses[order.number] = order.status
        after = msgspec.structs.replace(before, order=order, parcels=parcels)
        self._change(event.order_number, event, after)

    def agreed(self, buyer: Buyer, source: str, event: StoreEvent, at: datetime) -> None:
        """Takes over the channels that the customer agreed to at the store, `at` then, and their words for and
        against, each at its own time."""
        if not buyer.phone:
            return
        proof, latest = event.external_id, self.now
        for purpose, channels in ((SERVICE, buyer.notify), (MARKETING, buyer.marketing)):
            for channel in channels:
                word = ConsentWord(purpose, channel, True)
                self._words.append(Said(buyer.phone, word, min(at, latest), source, proof, is_listed=True))
        for word in buyer.consents:
            self._words.append(Said(buyer.phone, word, min(word.at or event.at, latest), source, proof))

    def heard(
        self,
        event: StoreEvent,
        subject: Subject,
        before: About | None,
        after: About,
        customer_id: str | None,
        subject_id: str = "",
    ) -> None:
        """Finds the notices that an event's change of a subject makes due, for this customer."""
        if customer_id is None:
            return
        self._heard_of.add(subject_id)
        told = self._told.setdefault(after.order.number, {}) if after.order else {}
        what = EventFacts(event_type(event), event.source)
        change = Change(what, event.at, subject, before, after, told, self.hub.notices.when(self.now), subject_id)
        for notice in notices_due(change, self._kinds):
            told[notice.key] = True
            self._news.append(News(notice, customer_id))
        if hears(self.hub, what.type):
            self._heard.append(Heard(change, customer_id))

    def write(self) -> None:
        """Writes what changed."""
        kept = [(number, was, self.now_is[number]) for number, was in self._was.items()]
        lines = [(number, _lines(was), _lines(now)) for number, was, now in kept]
        parcels = [(number, was.parcels, now.parcels) for number, was, now in kept]
        order_writing.save_lines(self.conn, self.hub.store, lines)
        order_writing.save_parcels(self.conn, self.hub.store, parcels)
        order_writing.save_statuses(self.conn, self._statuses)
        if self._words:
            told_consents.note(self.conn, self._words, self.now)
        self.handed_on = release(self.hub, self.conn, {key for _, was, now in kept for key in _made_known(was, now)})

    def changed(self) -> list[tuple[Order | None, Order, datetime, str]]:
        """Lists the orders that changed: as they were, as they are, when the last event happened, and its type."""
        return [
            (self._was[number].order, after.order, *self._moved[number])
            for number, after in self.now_is.items()
            if after.order and number in self._moved
        ]

    def tell(self) -> list[str]:
        """Registers the notices that the changes made due, and fires rules; returns the ids of these notices."""
        self._hear_earlier()
        known = {number: now.order for number, now in self.now_is.items() if now.order}
        registered = register_all(self.hub, self.conn, self._news, self.now, known)
        if self._heard:
            fire(self.hub, self.conn, self._heard, self.now)
        return registered

    def _change(self, number: str, event: StoreEvent, after: Known) -> None:
        before = self.now_is[number]
        self.now_is[number] = after
        self._moved[number] = event.at, event_type(event)
        if after.order is None or after.customer_id is None:
            return
        was = About(order=before.order) if before.order else None
        now_is = About(order=after.order, returned=self._exchange(before.order, after.order))
        self.heard(event, Subject.ORDER, was, now_is, after.customer_id)

    def _hear_earlier(self) -> None:
        """Finds the notices of returns and refunds that were told before their order was: each by its own time."""
        if not self._first:
            return
        for number, listed in returns.of_orders(self.conn, self._first).items():
            for told in listed:
                since = told.told_at or self._first[number].at
                event = ReturnEvent(external_id=told.id, source=self._first[number].source, at=since, returned=told)
                self._hear_kept(event, Subject.RETURN, About(returned=told), told.id)
        for id_, paid in returns.refunds_of_orders(self.conn, self._first):
            source = self._first[paid.order_number].source
            refund = RefundEvent(external_id=id_, source=source, at=paid.at, refund=paid)
            self._hear_kept(refund, Subject.REFUND, About(refund=paid), id_)

    def _hear_kept(self, event: ReturnEvent | RefundEvent, subject: Subject, about: About, id_: str) -> None:
        if id_ in self._heard_of:
            return
        known = self.now_is[order_number(event)]
        self.heard(event, subject, None, msgspec.structs.replace(about, order=known.order), known.customer_id, id_)

    def _exchange(self, before: Order | None, after: Order) -> ReturnRecord | None:
        """Finds the exchange that a parcel which left belongs to; asks for returns only where there may be one."""
        if not may_be_exchange(before, after):
            return None
        listed = returns.of_order(self.conn, after.number)
        return next((each for each in listed if any(is_exchange(after, one, each) for one in after.shipments)), None)


def _made_known(was: Known, now: Known) -> Iterator[str]:
    """Names what may have been waited for: an order by the store's id of it, parcels by their numbers."""
    if now.order and now.order.store_id and not (was.order and was.order.store_id):
        yield f"{ORDER}{now.order.store_id}"
    numbers = {tracking_form(each.tracking_number)[:FORM_MAX] for each in was.parcels}
    for form in {tracking_form(each.tracking_number)[:FORM_MAX] for each in now.parcels} - numbers:
        yield f"{PARCEL}{form}"


def _lines(known: Known) -> tuple[Line, ...]:
    return known.order.lines if known.order else ()
