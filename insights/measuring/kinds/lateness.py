"""Measures whether parcels came by the day that customers were told; the topic is the carrier, the detail the lane.

What counts as late says `insights.findings.lanes`. A parcel counts for the day on which it was due.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, time, timedelta

from sqlalchemy import Connection

from insights.findings.lanes import judged
from insights.measuring.kinds.contacts import CONTACT
from insights.measuring.kinds.parcels import DAYS, TOPIC, parcel_id
from insights.measuring.measurer import Measurer, Row, Shop, language, row
from storage.insight.sources import deliveries
from storage.insight.sources.deliveries import Way

PARCEL_LATE = "parcel_late"
NOON = time(12)  # of the day on which a parcel is due


def _changed(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the customers of whose parcels something was told, whose parcel should have come, or who ordered some days
    ago."""
    ordered = [(since - timedelta(days=ago), until - timedelta(days=ago)) for ago in DAYS]
    found = deliveries.told_of(conn, since, until) | deliveries.due(conn, since, until)
    return found | deliveries.ordered(conn, ordered)


def _measure(conn: Connection, customer_ids: Collection[str], shop: Shop, now: datetime) -> Iterator[Row]:
    ways = deliveries.of_customers(conn, customer_ids)
    told = deliveries.first_told_days(conn, {way.order_number for own in ways.values() for way in own})
    came = deliveries.contacts(conn, CONTACT, TOPIC, list(ways))
    speaks = deliveries.languages(conn, list(ways))
    for customer_id, own in ways.items():
        asked = came.get(customer_id, ())
        where = {"conversation_id": asked[-1].conversation_id if asked else ""}
        where |= {"language": language(speaks[customer_id]) if customer_id in speaks else ""}
        for way, due, days in judged(own, told, shop.zone, now):
            at = datetime.combine(due, NOON, shop.zone)
            of = {"value": int(days > 0), "topic": way.parcel.carrier[:64], "detail": lane(way)}
            yield row(shop, PARCEL_LATE, parcel_id(way), customer_id, at, **of, **where)


def lane(way: Way) -> str:
    """Names a carrier and where it delivers: UPS → US."""
    return f"{way.parcel.carrier} → {way.shipping.country}"[:64]


MEASURER = Measurer((PARCEL_LATE,), _changed, _measure)
