"""Finds the notices that time alone makes due: a day that cannot be met, a parcel that nobody scans, a birthday."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from hub.hub import Hub
from hub.notices.lifecycle import register_all
from hub.notices.planning import News
from hub.notices.walk import Group, Round, Visitor, Write
from notifications.catalogue.loading import notices_due
from notifications.catalogue.news import TIMER
from notifications.facts import About, EventFacts
from notifications.notice import Change, Kind, Kinds, Notice, Subject
from notifications.promises import PROMISES
from storage.notices import notices
from storage.people import accounts
from storage.people.customers import Customer
from storage.shop import orders

_WALKED = {Subject.ORDER: Round.ORDERS, Subject.PARCEL: Round.UNDER_WAY, Subject.CUSTOMER: Round.CUSTOMERS}


def _round_of(kind: Kind) -> Round | None:
    """Chooses what is walked over for a kind: orders whose customers were told a day, where it is about that."""
    return Round.PROMISED if PROMISES in kind.reads else _WALKED.get(kind.subject)


def _timed(hub: Hub) -> Kinds:
    return {name: kind for name, kind in hub.notices.asked().items() if TIMER in kind.hears}


def _rounds(hub: Hub) -> frozenset[Round]:
    return frozenset(filter(None, map(_round_of, _timed(hub).values())))


def _find(hub: Hub, conn: Connection, group: Group, now: datetime) -> Write | None:
    """Finds what is due in a group; what is returned registers it."""
    kinds = {name: kind for name, kind in _timed(hub).items() if (_round_of(kind) or group.round) in group.serves}
    news = _of_orders(hub, conn, kinds, group, now) + _of_people(hub, conn, kinds, group.people, now)
    return (lambda writing: len(register_all(hub, writing, news, now))) if news else None


def _of_orders(hub: Hub, conn: Connection, kinds: Kinds, group: Group, now: datetime) -> list[News]:
    told = notices.told_of_orders(conn, group.orders) if group.orders else {}
    news = []
    for number, known in group.orders.items():
        if known.order and known.customer_id:
            about = About(order=known.order, promises=tuple(group.promises.get(number, ())))
            due = _due(hub, kinds, Subject.ORDER, about, told[number], now)
            news += [News(notice, known.customer_id) for notice in due]
    return news


def _of_people(hub: Hub, conn: Connection, kinds: Kinds, people: Sequence[Customer], now: datetime) -> list[News]:
    ids = [each.id for each in people]
    told, ordered = (accounts.records(conn, ids), orders.last_placed(conn, ids)) if ids else ({}, {})
    news = []
    for each in people:
        about = About(customer=told.get(each.id), locale=each.spoken, last_order_at=ordered.get(each.id))
        due = _due(hub, kinds, Subject.CUSTOMER, about, {}, now)
        known = notices.known_keys(conn, [notice.key for notice in due]) if due else frozenset()
        news += [News(notice, each.id) for notice in due if notice.key not in known]
    return news


def _due(
    hub: Hub, kinds: Kinds, subject: Subject, about: About, told: Mapping[str, bool], now: datetime
) -> list[Notice]:
    change = Change(EventFacts(TIMER), now, subject, about, about, told, hub.notices.when(now))
    return notices_due(change, kinds)


TIMELY = Visitor(_rounds, _find)
