"""Tests that rows of either database are those of the other, and that only an empty one is written into."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from core.messages.inbound import ReceiptStatus
from core.shop.orders import Buyer
from storage import tables
from storage.backup import rows
from storage.desk import cases
from storage.engine import migrate
from storage.engine.store import Store
from tests.databases import copied
from tests.fakes import NOW, PHONE
from tests.hub.house import House
from tests.storage.orders_sample import saved_order


def fill(store: Store) -> None:
    """Gives every important table rows: an order, an answer that was read, a case with a note, a notice."""
    saved_order(store, Buyer(id="c1", name="Zoë 王 😀", phone=PHONE))
    house = House(store)
    house.hear("menu")
    house.texts()
    house.receipt(ReceiptStatus.READ, provider_id=house.parts()[-1].provider_id)
    house.hear("agent")
    house.texts()
    house.writes("a good customer", note=True)
    house.texts()


def whole(store: Store) -> dict[str, list[Any]]:
    with store.read() as conn:
        return {
            name: [tuple(row) for row in conn.execute(select(own).order_by(*own.primary_key))]
            for name, own in tables.metadata.tables.items()
            if name != "leases"
        }


def test_all_rows_are_the_same_in_the_other_database(store: Store, other: Store) -> None:
    fill(store)
    copied(store, other)
    assert whole(other) == whole(store)
    filled = {name for name, found in whole(store).items() if found}
    assert filled >= {"orders", "order_lines", "messages", "outbox", "outbox_parts", "cases", "customers", "inbox"}
    with store.read() as conn:
        assert rows.count(conn) == sum(map(len, whole(store).values()))


def test_the_next_case_has_the_next_number(store: Store, other: Store) -> None:
    fill(store)
    copied(store, other)
    with other.write() as conn:
        conn.execute(tables.cases.insert(), cases.row("new", "c", "c", "asked_human", "", "C1", NOW))
        numbers = list(conn.scalars(select(tables.cases.c.number).order_by(tables.cases.c.number)))
    assert len(numbers) == len(set(numbers)) == 2


def test_a_snapshot_sees_one_moment_while_others_write(store: Store) -> None:
    fill(store)
    with store.snapshot() as conn:
        before = list(rows.dump(conn, "customers"))
        saved_order(store, Buyer(id="c2", name="Later", phone="+12025550199"), number="1002")
        assert list(rows.dump(conn, "customers")) == before
        assert len(list(rows.dump(conn, "orders"))) == 1
    with store.snapshot() as conn:
        assert len(list(rows.dump(conn, "orders"))) == 2


def test_only_an_empty_database_takes_rows(store: Store, other: Store) -> None:
    assert rows.occupied(other, NOW) == ""
    with other.write() as conn:
        conn.execute(tables.leases.insert(), {"key": "worker:1", "owner": "w", "until": NOW + timedelta(seconds=5)})
    assert "a Doorstep works on it" in rows.occupied(other, NOW)
    assert rows.occupied(other, NOW + timedelta(seconds=5)) == ""
    fill(store)
    assert "it is not empty" in rows.occupied(store, NOW + timedelta(days=1))


def test_a_schema_of_before_is_made_anew_and_brought_up_to_date(store: Store, other: Store) -> None:
    fill(store)
    columns = {"number": "1001", "placed_at": 0, "status": "paid", "currency": "USD", "total": "1.00"}
    columns |= {"buyer": "{}", "shipping": "{}", "told_at": 0}
    rows.clear(other)
    assert migrate.version(other) is None
    migrate.upgrade(other, "0004")
    assert migrate.version(other) == "0004"
    with other.write() as conn:
        list(rows.load(conn, "orders", list(columns), [list(columns.values())]))
    migrate.upgrade(other)
    assert migrate.version(other) == migrate.HEAD
    assert [row[0] for row in whole(other)["orders"]] == ["1001"]
