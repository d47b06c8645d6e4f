"""Finds the notices that time alone makes due: a day that cannot be met, a parcel that nobody scans, a birthday."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.shop.promises import Promise
from hub.hub import Hub
from hub.notices.lifecycle import register_all
from hub.notices.planning import News
from notifications.catalogue.kind_file import TIMER
from notifications.catalogue.loading import notices_due
from notifications.facts import About, EventFacts
from notifications.notice import Change, Kinds, Notice, Subject
from notifications.promises import HISTORY, PROMISES
from storage.notices import notices
from storage.people import accounts, customers
from storage.promises import ledger
from storage.shop import orders

GROUP = 100  # orders or customers in one transaction
REMEMBERED = timedelta(days=400)  # a warranty's reminder is about an order of a year ago


def look(hub: Hub, now: datetime) -> int:
    """Registers what is due now; returns how many notices are new."""
    timed = {name: kind for name, kind in hub.notices.asked().items() if TIMER in kind.hears}
    promising = {name: kind for name, kind in timed.items() if PROMISES in kind.reads}
    kinds = {name: kind for name, kind in timed.items() if name not in promising}
    subjects = {kind.subject for kind in kinds.values()}
    fresh = 0
    if promising:
        fresh += _in_groups(hub, lambda last: _promised(hub, promising, last, now), now)
    if subjects & {Subject.ORDER, Subject.PARCEL}:
        only_under_way = Subject.ORDER not in subjects
        fresh += _in_groups(hub, lambda last: _orders(hub, kinds, last, now, only_under_way=only_under_way), now)
    if Subject.CUSTOMER in subjects:
        fresh += _in_groups(hub, lambda last: _customers(hub, kinds, last, now), now)
    if fresh:
        hub.waker.outbox()
    return fresh


def is_needed(hub: Hub) -> bool:
    """Tells whether the store sends any notice that time alone makes due."""
    return any(TIMER in kind.hears for kind in hub.notices.asked().values())


def _in_groups(hub: Hub, read: Callable[[str], tuple[str, list[News]] | None], now: datetime) -> int:
    """Reads group after group, each from where the last one ended, and registers what is due."""
    last, fresh = "", 0
    while group := read(last):
        last, news = group
        if news:
            with hub.store.write() as conn:
                fresh += len(register_all(hub, conn, news, now))
    return fresh


def _orders(hub: Hub, kinds: Kinds, last: str, now: datetime, *, only_under_way: bool) -> tuple[str, list[News]] | None:
    with hub.store.read() as conn:
        numbers = orders.after(conn, last, GROUP, now - REMEMBERED, only_under_way=only_under_way)
        return (numbers[-1], _of_orders(hub, conn, kinds, numbers, {}, now)) if numbers else None


def _promised(hub: Hub, kinds: Kinds, last: str, now: datetime) -> tuple[str, list[News]] | None:
    """Reads orders whose customers were told a day of arrival, with what they were told."""
    with hub.store.read() as conn:
        numbers = ledger.awaited(conn, last, GROUP, now - HISTORY)
        if not numbers:
            return None
        return numbers[-1], _of_orders(hub, conn, kinds, numbers, ledger.of_orders(conn, numbers), now)


def _of_orders(
    hub: Hub,
    conn: Connection,
    kinds: Kinds,
    numbers: Sequence[str],
    promises: Mapping[str, Sequence[Promise]],
    now: datetime,
) -> list[News]:
    told = notices.told_of_orders(conn, numbers)
    news = []
    for number, known in orders.known(conn, numbers).items():
        if known.order and known.customer_id:
            about = About(order=known.order, promises=tuple(promises.get(number, ())))
            due = _due(hub, kinds, Subject.ORDER, about, told[number], now)
            news += [News(notice, known.customer_id) for notice in due]
    return news


def _customers(hub: Hub, kinds: Kinds, last: str, now: datetime) -> tuple[str, list[News]] | None:
    with hub.store.read() as conn:
        people = customers.after(conn, last, GROUP)
        if not people:
            return None
        ids = [each.id for each in people]
        told, ordered = accounts.records(conn, ids), orders.last_placed(conn, ids)
        news = []
        for each in people:
            about = About(customer=told.get(each.id), locale=each.spoken, last_order_at=ordered.get(each.id))
            due = _due(hub, kinds, Subject.CUSTOMER, about, {}, now)
            known = notices.known_keys(conn, [notice.key for notice in due]) if due else frozenset()
            news += [News(notice, each.id) for notice in due if notice.key not in known]
    return people[-1].id, news


def _due(
    hub: Hub, kinds: Kinds, subject: Subject, about: About, told: Mapping[str, bool], now: datetime
) -> list[Notice]:
    change = Change(EventFacts(TIMER), now, subject, about, about, told, hub.notices.when(now))
    return notices_due(change, kinds)
