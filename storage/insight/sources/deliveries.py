"""Reads what parcels are measured from: who has any under way, what was told of them, who asked where they are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, or_, select

from core.ids import first_id
from core.shop.orders import Shipment, StreetAddress
from core.shop.promises import PromiseState, Purpose
from core.shop.store_events import ORDER
from storage.insight.tables import measures
from storage.notices.tables import notices
from storage.people.tables import customers
from storage.promises.tables import promises
from storage.queues.inbox import STORE_LANE
from storage.queues.tables import inbox
from storage.shop.tables import orders, shipments

_SHIPMENT = msgspec.json.Decoder(Shipment)
_ADDRESS = msgspec.json.Decoder(StreetAddress)
_SENT = "sent"
DAY = timedelta(days=1)
_GROUP = 500  # orders that are named in one statement


class Way(NamedTuple):
    """Holds a parcel, with the order that it is of. `shipping` is the address, empty of whoever was erased."""

    order_number: str
    customer_id: str | None
    placed_at: datetime
    promised_by: date | None
    shipping: StreetAddress
    parcel: Shipment


def ordered(conn: Connection, spans: Iterable[tuple[datetime, datetime]]) -> set[str]:
    """Names the customers who ordered in one of these times."""
    placed = or_(*((orders.c.placed_at >= since) & (orders.c.placed_at < until) for since, until in spans))
    return {id_ for id_ in conn.scalars(select(orders.c.customer_id).where(placed)) if id_}


def told_of(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the customers of whose orders the store or a carrier told something between two moments."""
    came = inbox.c.id >= first_id(since), inbox.c.id < first_id(until), inbox.c.lane == STORE_LANE
    keys = conn.scalars(select(inbox.c.key).distinct().where(*came))
    names = sorted(key.removeprefix(ORDER) for key in keys if key.startswith(ORDER))
    found = set[str]()
    for start in range(0, len(names), _GROUP):
        named = or_(*(column.in_(names[start : start + _GROUP]) for column in (orders.c.number, orders.c.store_id)))
        found |= {id_ for id_ in conn.scalars(select(orders.c.customer_id).where(named)) if id_}
    return found


def due(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the customers to whom an arrival was promised for a day that ended between two moments."""
    any_ = promises.c.state.in_([state.value for state in PromiseState])  # it is the index's first column
    over = any_, promises.c.due_at >= since, promises.c.due_at < until
    found = select(promises.c.customer_id).where(*over, promises.c.purpose == Purpose.DELIVERY.value)
    return set(conn.scalars(found))


def asked(conn: Connection, metric: str, topic: str, since: datetime, until: datetime) -> set[str]:
    """Names the customers who came with this topic between two moments."""
    days = measures.c.day >= since.date() - DAY, measures.c.day <= until.date() + DAY  # whatever the shop's zone
    when = measures.c.at >= since, measures.c.at < until
    found = select(measures.c.about).where(measures.c.metric == metric, *days, *when, measures.c.topic == topic)
    return {id_ for id_ in conn.scalars(found) if id_}


def contacts(conn: Connection, metric: str, topic: str, customer_ids: Collection[str]) -> Mapping[str, list[Any]]:
    """Reads by customer when they came with this topic: subject, at, conversation_id, channel, language."""
    columns = [measures.c[name] for name in ("about", "metric", "topic", "subject", "at")]
    columns += [measures.c[name] for name in ("conversation_id", "channel", "language")]
    found: dict[str, list[Any]] = defaultdict(list)
    for row in conn.execute(select(*columns).where(measures.c.about.in_(list(customer_ids)))):
        if (row.metric, row.topic) == (
            metric,
            topic,
        ):  # not in the statement: SQLite would go through all of the metric
            found[row.about].append(row)
    return found


def of_customers(conn: Connection, customer_ids: Collection[str]) -> Mapping[str, list[Way]]:
    """Reads the parcels of customers, without those who were erased."""
    which = orders.c.customer_id.in_(list(customer_ids)), orders.c.buyer != "{}"
    found: dict[str, list[Way]] = defaultdict(list)
    for way in _ways(conn, which):
        found[str(way.customer_id)].append(way)
    return found


def placed(conn: Connection, since: datetime, until: datetime) -> Iterable[Way]:
    """Reads the parcels of orders that were placed between two moments."""
    return _ways(conn, (orders.c.placed_at >= since, orders.c.placed_at < until))


def _ways(conn: Connection, which: Sequence[Any]) -> Iterable[Way]:
    columns = orders.c.number, orders.c.customer_id, orders.c.placed_at, orders.c.promised_by, orders.c.shipping
    found = select(*columns, shipments.c.data).join(shipments, shipments.c.order_number == orders.c.number)
    for number, customer_id, placed_at, promised_by, shipping, data in conn.execute(found.where(*which)):
        address = _ADDRESS.decode(shipping)
        yield Way(number, customer_id, placed_at, promised_by, address, _SHIPMENT.decode(data))


def told_parcels(conn: Connection, numbers: Collection[str]) -> Mapping[tuple[str, str], datetime]:
    """Reads when the first notice of each parcel was sent, by order and parcel."""
    wanted = notices.c.order_number.in_(list(numbers)), notices.c.state == _SENT, notices.c.shipment_id.is_not(None)
    columns = notices.c.order_number, notices.c.shipment_id, notices.c.decided_at
    found: dict[tuple[str, str], datetime] = {}
    for number, parcel, at in conn.execute(select(*columns).where(*wanted).order_by(notices.c.decided_at.desc())):
        found[number, parcel] = at
    return found


def first_told_days(conn: Connection, numbers: Collection[str]) -> Mapping[tuple[str, str], date]:
    """Reads the first day of arrival that customers were told, by order and parcel ("" where the order was meant)."""
    found: dict[tuple[str, str], date] = {}
    columns = promises.c.order_number, promises.c.matter_id, promises.c.due_on
    told = select(*columns).where(promises.c.purpose == Purpose.DELIVERY.value, promises.c.due_on.is_not(None))
    names = sorted(numbers)
    for start in range(0, len(names), _GROUP):
        own = promises.c.order_number.in_(names[start : start + _GROUP])
        for number, parcel, day in conn.execute(told.where(own).order_by(promises.c.told_at)):
            found.setdefault((number, parcel), day)
    return found


def languages(conn: Connection, customer_ids: Collection[str]) -> Mapping[str, Any]:
    """Reads which language customers speak, by their ids: id, language, locale."""
    found = select(customers.c.id, customers.c.language, customers.c.locale)
    return {row.id: row for row in conn.execute(found.where(customers.c.id.in_(list(customer_ids))))}
