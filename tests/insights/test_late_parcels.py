"""Tests that parcels which are late equal a recount by brute force, however they were measured."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import Connection, select

from benchmarks.insight import causes
from benchmarks.insight.history import fill
from insights.measuring.increments import measure_all
from insights.metrics.counting import counted
from storage.engine.store import Store
from storage.insight.counting import Span
from storage.people import privacy
from storage.promises.tables import promises
from storage.shop.tables import orders, shipments
from tests.insights.month import ZONE
from tests.insights.test_a_history import BEGIN, NOW, SHOP, SPAN


def late(conn: Connection) -> Iterator[tuple[date, str, bool]]:
    """Says of each parcel that was due: when, on which lane, and whether it was late."""
    found = select(shipments.c.data, orders).join(orders, orders.c.number == shipments.c.order_number)
    for row in conn.execute(found.where(orders.c.buyer != "{}")).all():
        parcel, country = json.loads(row.data), json.loads(row.shipping).get("country", "")
        told = select(promises.c.due_on, promises.c.matter_id).where(promises.c.order_number == row.number)
        told = told.where(promises.c.purpose == "delivery", promises.c.due_on.is_not(None)).order_by(promises.c.told_at)
        days = conn.execute(told).all()
        own = [day for day, parcel_id in days if parcel_id == parcel["id"]] + [day for day, of in days if not of]
        written = parcel.get("eta")
        due = (own or [row.promised_by or (date.fromisoformat(written[:10]) if written else None)])[0]
        came = parcel.get("delivered_at")
        day = datetime.fromisoformat(came).astimezone(ZONE).date() if came else None
        if due and parcel.get("status") != "returned" and (day or NOW.astimezone(ZONE).date() > due):
            yield due, f"{parcel['carrier']} → {country}", day is None or day > due


def told(store: Store, by: str) -> dict[str, tuple[int, float]]:
    with store.read() as conn:
        groups = counted(conn, ["parcels_late"], SPAN, by, ZONE)
    values = {key: each["parcels_late"] for key, each in groups.items()}
    return {key: (each.n, round((each.value or 0) * each.n)) for key, each in values.items() if each.n}


def again(store: Store, by: str) -> dict[str, tuple[int, float]]:
    with store.read() as conn:
        rows = [(str(due) if by == "day" else lane, is_late) for due, lane, is_late in late(conn)]
    number, ones = Counter(key for key, _ in rows), Counter(key for key, is_late in rows if is_late)
    return {key: (count, ones[key]) for key, count in number.items()}


@pytest.mark.parametrize("times", [1, 2])
def test_every_day_and_lane_equals_a_recount(store: Store, times: int) -> None:
    fill(store, messages=700, cases=40, seed=4, now=NOW)
    for _ in range(times):
        measure_all(store, SHOP, BEGIN, NOW, NOW)
    for by in ("day", "detail"):
        assert told(store, by) == again(store, by)


def test_the_planted_tuesday_is_of_one_carrier(store: Store) -> None:
    fill(store, messages=2_000, cases=100, seed=4, now=NOW)
    measure_all(store, SHOP, BEGIN, NOW, NOW)
    day = causes.late_day(NOW)
    with store.read() as conn:
        lanes = counted(conn, ["parcels_late"], Span(day, day), "detail", ZONE)
        worst = max(lanes, key=lambda key: lanes[key]["parcels_late"].n * (lanes[key]["parcels_late"].value or 0))
    assert worst == f"{causes.LATE_CARRIER} → {causes.LATE_COUNTRY}"


def test_who_is_erased_leaves_no_way_back(store: Store) -> None:
    fill(store, messages=400, cases=20, seed=4, now=NOW)
    measure_all(store, SHOP, BEGIN, NOW, NOW)
    before = sum(n for n, _ in told(store, "day").values())
    with store.write() as conn:
        someone = conn.scalars(select(orders.c.customer_id).where(orders.c.customer_id.is_not(None))).first()
        assert someone
        privacy.erase(conn, someone, NOW)
    measure_all(store, SHOP, BEGIN, NOW, NOW)
    assert sum(n for n, _ in told(store, "day").values()) <= before
