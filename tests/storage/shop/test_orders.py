"""Orders come back from the database as they went in."""

from datetime import timedelta

import msgspec

from core.orders import Buyer, OrderStatus, ShipmentStatus
from storage.engine.store import Store
from storage.shop import orders
from tests.fakes import NOW, PHONE
from tests.storage.orders_sample import PARCEL, order, saved_order

JANE = Buyer(id="c1", name="Jane Doe", email="jane@example.com", phone=PHONE, notify=("sms",))


def test_an_order_comes_back_whole(store: Store) -> None:
    saved_order(store, JANE)
    with store.read() as conn:
        assert orders.by_number(conn, "1001") == order(buyer=JANE)
        assert orders.by_number(conn, "1002") is None


def test_saving_again_replaces_lines_and_parcels(store: Store) -> None:
    jane = saved_order(store, JANE)
    shorter = order(buyer=JANE, lines=order().lines[:1], shipments=(), status=OrderStatus.CANCELLED)
    with store.write() as conn:
        orders.save(conn, store, shorter, jane, NOW + timedelta(hours=1), '{"note": "x"}')
        assert orders.by_number(conn, "1001") == shorter
        assert orders.state_of(conn, "1001") == (NOW + timedelta(hours=1), jane)
        assert orders.by_tracking(conn, "JD0001") is None
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
        found = orders.by_tracking(conn, "JD0001")
    assert found is not None
    assert found.number == "1001"


def test_parcels_of_an_order_that_is_not_known_yet_are_kept(store: Store) -> None:
    with store.write() as conn:
        orders.save_parcels(conn, "1001", [PARCEL])
        assert orders.parcels_of(conn, "1001") == (PARCEL,)
        assert orders.by_number(conn, "1001") is None
        assert orders.by_tracking(conn, "JD0001") is None


def test_parcels_and_state_change_alone(store: Store) -> None:
    saved_order(store, JANE)
    delivered = msgspec.structs.replace(PARCEL, status=ShipmentStatus.DELIVERED, delivered_at=NOW)
    second = msgspec.structs.replace(PARCEL, id="s2", tracking_number="JD0002")
    with store.write() as conn:
        orders.save_parcels(conn, "1001", [delivered, second])
        orders.save_status(conn, "1001", OrderStatus.FULFILLED, NOW)
        found = orders.by_number(conn, "1001")
    assert found == order(buyer=JANE, status=OrderStatus.FULFILLED, shipments=(delivered, second))
