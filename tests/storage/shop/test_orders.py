"""Tests that orders come back from the database as they went in."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import event

from core.shop.orders import Buyer, Discount, OrderStatus, Payment, ShipmentStatus
from storage.engine.store import Store
from storage.shop import order_writing, orders
from storage.shop.orders import Known
from tests.fakes import NOW, PHONE
from tests.statements import listening
from tests.storage.orders_sample import PARCEL, order, save_whole, saved_order

JANE = Buyer(id="c1", name="Jane Doe", email="jane@example.com", phone=PHONE, notify=("sms",))


def test_an_order_comes_back_whole(store: Store) -> None:
    saved_order(store, JANE)
    with store.read() as conn:
        assert orders.by_number(conn, "1001") == order(buyer=JANE)
        assert orders.by_number(conn, "1002") is None


def test_what_nobody_asks_the_database_for_comes_back_too(store: Store) -> None:
    money = {"shipping_price": Decimal("5.90"), "tax": Decimal("1.05"), "discounts": (Discount("TEN"),)}
    told = {
        "payment": Payment("card", "paid"),
        "shipping_method": "Standard",
        "invoice_url": "https://shop.example/i/1",
    }
    saved_order(store, JANE, **money, **told)
    with store.read() as conn:
        assert orders.by_number(conn, "1001") == order(buyer=JANE, **money, **told)


def test_saving_again_replaces_lines_and_parcels(store: Store) -> None:
    jane = saved_order(store, JANE)
    shorter = order(buyer=JANE, lines=order().lines[:1], shipments=(), status=OrderStatus.CANCELLED)
    with store.write() as conn:
        save_whole(conn, store, shorter, jane, NOW + timedelta(hours=1), '{"note": "x"}')
        assert orders.by_number(conn, "1001") == shorter
        assert orders.state_of(conn, "1001") == (NOW + timedelta(hours=1), jane)
        assert orders.by_forms(conn, ["JD0001"]) == []
        assert orders.state_of(conn, "1002") is None


def test_orders_are_found_by_number_phone_parcel_and_customer(store: Store) -> None:
    jane = saved_order(store, JANE)
    saved_order(store, JANE, number="1002", placed_at=NOW, shipments=())
    saved_order(store, Buyer(id="c2", phone="+12025550102"), number="1003", shipments=())
    with store.read() as conn:
        assert [each.number for each in orders.by_phone(conn, PHONE)] == ["1002", "1001"]
        assert [each.number for each in orders.by_phone(conn, PHONE, 1)] == ["1002"]
        assert [each.number for each in orders.of_customer(conn, jane)] == ["1002", "1001"]
        assert [each.shipments for each in orders.by_phone(conn, PHONE)] == [(), (PARCEL,)]
        (found,) = orders.by_forms(conn, ["JD0001"])
    assert found.number == "1001"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("#343395", "343395"),
        ("ab-133339", "AB-133339"),
        ("Ab196691", "#aB196691"),
        ("DS-1001", "ds 1001"),
        ("2026/12/0001", "2026-12-0001"),
        ("10.001", "10.001"),
        ("WC_2024_99", "wc_2024_99"),
        ("١٠٠١", "1001"),
        ("1001", "１００１"),
        ("Ж-7", "ж7"),
    ],
)
def test_an_order_is_found_however_its_number_is_written(store: Store, number: str, written: str) -> None:
    saved_order(store, JANE, number=number, shipments=(PARCEL,))
    saved_order(store, JANE, number="77", shipments=())
    asked: list[str] = []
    with store.read() as conn, listening(lambda sql, _values: asked.append(sql)):
        assert [each.number for each in orders.by_forms(conn, [written, "9999"])] == [number]
        assert len(asked) == 2
        assert [each.number for each in orders.by_forms(conn, ["9999", "jd 0001"])] == [number]
        asked.clear()
        for part in ("34339", "1001.1", "9", "", "#", "10001"):
            assert orders.by_forms(conn, [part]) == []
        assert len(asked) == 4  # what has no letter and no digit is not asked for


def test_a_number_that_the_store_corrects_is_found_by_its_new_form(store: Store) -> None:
    saved_order(store, JANE, number="1001")
    moved = msgspec.structs.replace(PARCEL, tracking_number="JD-2")
    with store.write() as conn:
        order_writing.save_parcels(conn, store, [("1001", (PARCEL,), (moved,))])
        assert orders.by_forms(conn, ["JD0001"]) == []
        assert [each.number for each in orders.by_forms(conn, ["jd2"])] == ["1001"]


def test_parcels_of_an_order_that_is_not_known_yet_are_kept(store: Store) -> None:
    with store.write() as conn:
        order_writing.save_parcels(conn, store, [("1001", (), (PARCEL,))])
        assert orders.known(conn, ["1001", "1002"]) == {"1001": Known(parcels=(PARCEL,)), "1002": Known()}
        assert orders.by_number(conn, "1001") is None
        assert orders.by_forms(conn, ["JD0001"]) == []


def test_parcels_and_state_change_alone(store: Store) -> None:
    saved_order(store, JANE)
    delivered = msgspec.structs.replace(PARCEL, status=ShipmentStatus.DELIVERED, delivered_at=NOW)
    second = msgspec.structs.replace(PARCEL, id="s2", tracking_number="JD0002")
    with store.write() as conn:
        order_writing.save_parcels(conn, store, [("1001", (PARCEL,), (delivered, second))])
        order_writing.save_statuses(conn, {"1001": OrderStatus.FULFILLED})
        found = orders.by_number(conn, "1001")
    assert found == order(buyer=JANE, status=OrderStatus.FULFILLED, shipments=(delivered, second))


def test_what_is_kept_of_many_orders_is_read_together(store: Store) -> None:
    jane = saved_order(store, JANE)
    saved_order(store, JANE, number="1002", shipments=())
    with store.read() as conn:
        found = orders.known(conn, ["1002", "1001", "1003"])
    first, second = order(buyer=JANE), order(buyer=JANE, number="1002", shipments=())
    assert found == {
        "1001": Known(first, (PARCEL,), NOW, jane),
        "1002": Known(second, (), NOW, jane),
        "1003": Known(),
    }


def test_lines_and_parcels_are_written_where_they_differ(store: Store) -> None:
    """Swapped, changed, gone and new ones end where the order has them; what is equal is not written."""
    saved_order(store, JANE)
    boots, socks = order().lines
    many = msgspec.structs.replace(socks, quantity=9)
    hat = msgspec.structs.replace(boots, id="l3", title="Hat")
    written: list[str] = []
    with store.write() as conn:
        event.listen(conn, "before_cursor_execute", lambda _c, _cur, sql, *_: written.append(sql))
        order_writing.save_lines(conn, store, [("1001", (boots, socks), (boots, socks))])
        order_writing.save_parcels(conn, store, [("1001", (PARCEL,), (PARCEL,))])
        assert written == []
        for before, after in (((boots, socks), (socks, boots)), ((socks, boots), (many, hat)), ((many, hat), (hat,))):
            order_writing.save_lines(conn, store, [("1001", before, after)])
            found = orders.by_number(conn, "1001")
            assert found
            assert found.lines == after
