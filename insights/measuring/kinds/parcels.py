"""Measures parcels that left, and how often their customers asked where they are.

The detail says whether they had heard of the parcel from us.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from insights.measuring.kinds.contacts import CONTACT
from insights.measuring.measurer import Measurer, Row, Shop, language, row
from insights.measuring.parcels import Asked, Parcel, attributed, ended_at, left_at
from storage.insight.sources import deliveries
from storage.insight.sources.deliveries import Way

PARCEL, PARCEL_CONTACT = "parcel", "parcel_contact"
TOPIC = "order_status"
AGAIN = (timedelta(), timedelta(hours=1), timedelta(days=1))  # a contact may be measured later than this
DAYS = (
    0,
    1,
    2,
    3,
    4,
    5,
    7,
    10,
    14,
    21,
    30,
    45,
    60,
)  # after its order a parcel is looked at again, whoever tells of it


def _changed(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the customers of whose parcels something was told, who asked for them, or who ordered some days ago."""
    found = deliveries.told_of(conn, since, until)
    found |= deliveries.ordered(conn, [(since - timedelta(days=ago), until - timedelta(days=ago)) for ago in DAYS])
    return found.union(*(deliveries.asked(conn, CONTACT, TOPIC, since - ago, until - ago) for ago in AGAIN))


def _measure(conn: Connection, customer_ids: Collection[str], shop: Shop, _now: datetime) -> Iterator[Row]:
    ways = deliveries.of_customers(conn, customer_ids)
    told = deliveries.told_parcels(conn, {way.order_number for own in ways.values() for way in own})
    came = deliveries.contacts(conn, CONTACT, TOPIC, list(ways))
    speaks = deliveries.languages(conn, list(ways))
    for customer_id, own in ways.items():
        parcels = [parcel for way in own if (parcel := _parcel(way, told.get((way.order_number, way.parcel.id))))]
        spoken = language(speaks[customer_id]) if customer_id in speaks else ""
        for each in parcels:
            yield row(shop, PARCEL, each.id, customer_id, each.left_at, detail=each.kind, language=spoken)
        yield from _contacts(shop, customer_id, parcels, came.get(customer_id, ()))


def _contacts(shop: Shop, customer_id: str, parcels: Sequence[Parcel], came: Sequence[Any]) -> Iterator[Row]:
    found = {each.subject: each for each in came}
    for contact, parcel in attributed(parcels, [Asked(each.subject, each.at) for each in came]):
        of = found[contact.id]
        where = {"conversation_id": of.conversation_id, "channel": of.channel, "language": of.language}
        yield row(shop, PARCEL_CONTACT, of.subject, customer_id, parcel.left_at, detail=parcel.kind, **where)


def _parcel(way: Way, told_at: datetime | None) -> Parcel | None:
    left = left_at(way.parcel)
    return Parcel(parcel_id(way), left, ended_at(way.parcel), told_at) if left else None


def parcel_id(way: Way) -> str:
    """Makes an id of ours of what the store names a parcel by."""
    return hashlib.blake2b(f"{way.order_number}\n{way.parcel.id}".encode(), digest_size=12).hexdigest()


MEASURER = Measurer((PARCEL, PARCEL_CONTACT), _changed, _measure)
