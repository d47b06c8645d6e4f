"""Tests that a group of the store's events costs few statements, and means what they mean one after the other."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import event

from core.shop.orders import Buyer, OrderStatus, ShipmentStatus, StreetAddress
from core.shop.store_events import CustomerEvent, OrderEvent, ShipmentEvent, StoreEvent
from hub.orders import apply
from storage.engine import migrate
from storage.engine.store import Store
from storage.people.tables import consents, customers
from storage.shop import orders
from storage.shop.tables import orders as orders_table
from tests.fakes import NOW, PHONE
from tests.hub.house import House
from tests.storage.orders_sample import PARCEL, order

MOST = 14  # statements for an event that is applied alone, with its notice decided
JANE = Buyer(
    id="c1",
    name="Jane Doe",
    email="jane@example.com",
    phone=PHONE,
    locale="en",
    timezone="America/New_York",
    notify=("whatsapp", "sms"),
)


def ordered(id_: str, at: int = 0, **changes: Any) -> OrderEvent:
    """Makes an order as it stands `at` minutes after noon."""
    whole = order(**{"buyer": JANE, "shipments": (), **changes})
    return OrderEvent(external_id=id_, source="shop", at=NOW + timedelta(minutes=at), kind="updated", order=whole)


def parcel(id_: str, at: int = 0, number: str = "1001", **changes: Any) -> ShipmentEvent:
    told = msgspec.structs.replace(PARCEL, **changes)
    when = NOW + timedelta(minutes=at)
    return ShipmentEvent(external_id=id_, source="shop", at=when, kind="updated", order_number=number, shipment=told)


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """Counts the statements that run meanwhile, without those that begin a transaction; "COMMIT" for each that ends."""
    ran: list[str] = []

    def note(_conn: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if not sql.startswith("BEGIN"):
            ran.append(sql)

    def commit(_conn: Any) -> None:
        ran.append("COMMIT")

    event.listen(store.engine, "before_cursor_execute", note)
    event.listen(store.engine, "commit", commit)
    try:
        yield ran
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
        event.remove(store.engine, "commit", commit)


def applied(house: House, *events: StoreEvent) -> list[str]:
    """Counts the statements of applying these events in one transaction."""
    with counted(house.store) as ran, house.store.write() as conn:
        apply.apply_all(house.hub, conn, events, house.clock())
    assert ran.pop() == "COMMIT"
    return ran


@pytest.fixture
def known(house: House) -> House:
    """Makes an installation with Jane, who wrote on WhatsApp and ordered."""
    house.hear("hello")
    house.told(ordered("first", -60))
    return house


@pytest.mark.parametrize(
    "news",
    [
        pytest.param(parcel("a"), id="a parcel leaves"),
        pytest.param(ordered("b", promised_by=date(2026, 12, 30)), id="an order is late"),
    ],
)
def test_an_event_alone_with_its_notice(known: House, news: StoreEvent) -> None:
    ran = applied(known, news)
    assert len(known.notices()) == 1
    assert len(ran) <= MOST, "\n".join(ran)


def test_an_order_of_somebody_new(house: House) -> None:
    ran = applied(house, ordered("a"))
    assert len(house.rows(orders_table)) == 1
    assert len(ran) <= MOST, "\n".join(ran)


def test_a_group_reads_and_writes_together(known: House) -> None:
    numbers = [str(number) for number in range(2000, 2050)]
    placed = applied(known, *(ordered(f"o{number}", number=number) for number in numbers))
    assert len(placed) / len(numbers) < 6
    moved = applied(known, *(parcel(f"p{number}", number=number) for number in numbers))
    assert len(known.notices()) == len(numbers)
    assert len(moved) <= MOST, "\n".join(moved)


def test_a_group_is_one_transaction(known: House) -> None:
    with counted(known.store) as ran:
        known.told(*(ordered(f"o{n}", number=str(n)) for n in range(2000, 2040)))
    assert ran.count("COMMIT") <= 3  # the rows come in, they are claimed, they are applied


def test_an_event_of_an_order_that_is_told_again_writes_only_what_differs(known: House) -> None:
    known.told(parcel("a"))
    writes = [sql for sql in applied(known, parcel("b", 1)) if not sql.lstrip().startswith("SELECT")]
    assert writes == []


# --- the same as one by one

BUYERS = (
    JANE,
    msgspec.structs.replace(JANE, id="", email=""),  # a guest with Jane's number
    Buyer(id="c2", name="Ben", email="ben@example.com", phone=PHONE, marketing=("sms",)),  # and Ben typed it too
    Buyer(name="Guest", email="guest@example.com", phone="+12025550177", notify=("sms",)),
    Buyer(id="c3", name="Guest", phone="+12025550177"),
)


def some_events(seed: int, count: int = 12) -> list[StoreEvent]:
    """Makes orders, parcels and customers in any order, old news between new."""
    chance = random.Random(seed)
    made: list[StoreEvent] = []
    for n in range(count):
        number, at = chance.choice(("1001", "1002", "1003")), chance.randrange(-50, 50)
        kind = chance.randrange(5)
        if kind == 0:
            who = chance.choice(BUYERS)
            made.append(CustomerEvent(external_id=f"c{n}", source="shop", at=NOW, customer=who))
        elif kind < 3:
            made.append(
                parcel(
                    f"p{n}",
                    at,
                    number,
                    id=chance.choice(("s1", "s2")),
                    status=chance.choice(list(ShipmentStatus)),
                    eta=date(2026, 12, chance.randrange(4, 20)),
                )
            )
        else:
            lines = list(order().lines)
            chance.shuffle(lines)
            made.append(
                ordered(
                    f"o{n}",
                    at,
                    number=number,
                    buyer=chance.choice(BUYERS),
                    status=chance.choice((OrderStatus.PAID, OrderStatus.PAID, OrderStatus.CANCELLED)),
                    shipping=StreetAddress(country="US"),
                    lines=tuple(lines[: chance.randrange(1, 3)]),
                    promised_by=date(2026, 12, chance.randrange(4, 20)),
                )
            )
    return made


def outcome(house: House, groups: Sequence[Sequence[StoreEvent]]) -> dict[str, Any]:
    """Reads what is known after the groups of events, whatever the ids of rows."""
    for group in groups:
        applied(house, *group)
    with house.store.read() as conn:
        found = orders.known(conn, ["1001", "1002", "1003"])
    people = sorted(house.rows(customers), key=lambda row: row.id)
    agreed = [(row.channel, row.subject, row.purpose, row.granted) for row in house.rows(consents)]
    name = {row.id: f"customer {n}" for n, row in enumerate(people)}
    return {
        "orders": {number: (each.order, each.parcels, each.told_at) for number, each in found.items()},
        "whose": {number: name[each.customer_id] for number, each in found.items() if each.customer_id},
        "people": [(row.store_id, row.email, row.phone, row.name, name.get(row.merged_into)) for row in people],
        "agreed": sorted(agreed, key=lambda row: row[:3]),  # of one consent in sequence
        "told": {key for key, _, _ in house.notices()},
    }


@pytest.mark.parametrize("seed", range(12))
def test_a_group_means_what_its_events_mean_one_by_one(tmp_path: Path, seed: int) -> None:
    events = some_events(seed)
    found = []
    for name, groups in (("alone", [[each] for each in events]), ("together", [events])):
        store = Store(f"sqlite:///{tmp_path / name}.db")
        migrate.upgrade(store)
        found.append(outcome(House(store), groups))
        store.close()
    alone, together = found
    assert together == alone
