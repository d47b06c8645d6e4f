"""Tests events that name things as the store's own system does: orders by ids, variants without products, accounts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import select

from core.shop.catalogue import Product, Variant
from core.shop.orders import Buyer, OrderStatus, Shipment, ShipmentStatus
from core.shop.returns import RefundRecord, ReturnRecord, ReturnState
from core.shop.store_events import (
    ConnectionEvent,
    CustomerEvent,
    MergeEvent,
    OrderEvent,
    PrivacyEvent,
    ProductEvent,
    RefundEvent,
    ReturnEvent,
    ShipmentEvent,
    StockLevelEvent,
)
from hub.accounts.shop_upkeep import SHOPS
from storage.notices.tables import notices
from storage.people import customers
from storage.people.tables import customers as customers_table
from storage.queues import inbox, timers
from storage.queues.tables import inbox as inbox_table
from storage.queues.tables import outbox
from storage.queues.tables import timers as timers_table
from storage.shop import orders, products, returns
from tests.fakes import NOW
from tests.hub.house import House
from tests.storage.orders_sample import order

SHOP = "shopify:northwind.myshopify.com"
AT = NOW.astimezone(UTC)
ID = "5678901234567"


def ordered(id_: str = "o1", at: datetime = AT, **changes: object) -> OrderEvent:
    whole = msgspec.structs.replace(order(shipments=()), **{"store_id": ID, **changes})
    return OrderEvent(external_id=id_, source=SHOP, at=at, kind="updated", order=whole)


def refunded(id_: str = "r1") -> RefundEvent:
    money = RefundRecord("", Decimal("10.00"), AT, "USD")
    return RefundEvent(external_id=id_, source=SHOP, at=AT, refund=money, order_id=ID)


def scanned(status: ShipmentStatus = ShipmentStatus.OUT_FOR_DELIVERY) -> ShipmentEvent:
    parcel = Shipment("f1", status)
    return ShipmentEvent(
        external_id="s1", source=SHOP, at=AT, kind="updated", order_number="", order_id=ID, shipment=parcel
    )


def test_an_order_is_found_by_the_id_that_the_store_has_for_it(house: House) -> None:
    record = ReturnRecord("ret1", "", ReturnState.APPROVED)
    asked = ReturnEvent(external_id="b1", source=SHOP, at=AT, returned=record, order_id=ID)
    house.told(ordered(), refunded(), scanned(), asked)
    with house.store.read() as conn:
        known = orders.by_number(conn, "1001")
        assert known is not None
        assert (known.store_id, [each.status for each in known.shipments]) == (ID, [ShipmentStatus.OUT_FOR_DELIVERY])
        assert [each.amount for each in returns.refunds_of(conn, "1001")] == [Decimal("10.00")]
        assert [each.state for each in returns.of_order(conn, "1001")] == [ReturnState.APPROVED]


def test_what_comes_before_its_order_waits_for_it(house: House) -> None:
    house.told(refunded())
    with house.store.read() as conn:
        assert conn.scalar(select(inbox_table.c.state)) == inbox.WAITING
    house.told(ordered())
    with house.store.read() as conn:
        assert [each.amount for each in returns.refunds_of(conn, "1001")] == [Decimal("10.00")]
        assert set(conn.scalars(select(inbox_table.c.state))) == {inbox.HANDLED}


def test_another_source_does_not_take_the_id_away(house: House) -> None:
    house.told(ordered(), ordered("o2", AT + timedelta(minutes=1), store_id=""))
    with house.store.read() as conn:
        assert orders.numbers_of(conn, [ID]) == {ID: "1001"}


def test_stock_of_one_variant_or_of_all(house: House) -> None:
    boots = Product("p1", "Boots", variants=(Variant("v1", stock=3), Variant("v2", stock=3)))
    one = StockLevelEvent(
        external_id="a", source=SHOP, at=AT + timedelta(minutes=1), product_id="p1", variant_id="v1", stock=0
    )
    unknown = msgspec.structs.replace(one, external_id="b", product_id="p2")
    house.told(ProductEvent(external_id="p", source=SHOP, at=AT, product=boots), one, unknown)
    with house.store.read() as conn:
        known = products.by_id(conn, "p1")
        assert known is not None
        assert [each.stock for each in known.variants] == [0, 3]
    house.told(StockLevelEvent(external_id="c", source=SHOP, at=AT + timedelta(minutes=2), product_id="p1", stock=0))
    with house.store.read() as conn:
        known = products.by_id(conn, "p1")
        assert known is not None
        assert [each.stock for each in known.variants] == [0, 0]


def _told(house: House, id_: str, **known: str) -> None:
    house.told(CustomerEvent(external_id=f"c-{id_}", source=SHOP, at=AT, customer=Buyer(id=id_, **known)))


def _merge(house: House, id_: str = "m1") -> None:
    house.told(MergeEvent(external_id=id_, source=SHOP, at=AT, kept_id="c1", gone_id="c2"))


def test_two_accounts_that_the_store_merges_are_one_customer(house: House) -> None:
    _told(house, "c1", name="Jane", email="jane@example.com")
    _told(house, "c2", name="J. Doe", email="jd@example.com")
    _merge(house)
    _merge(house, "m2")
    with house.store.read() as conn:
        ids = [customers.known_by(conn, "store_id", id_)[0].id for id_ in ("c1", "c2")]
        one, two = (customers.by_id(conn, id_) for id_ in ids)
        assert one is not None
        assert one == two
        assert one.name == "Jane"


def test_an_account_that_only_changes_its_id_keeps_its_customer(house: House) -> None:
    _told(house, "c2", name="Jane")
    _merge(house)
    with house.store.read() as conn:
        assert [each.name for each in customers.known_by(conn, "store_id", "c1")] == ["Jane"]


def _posts(house: House) -> str:
    with house.store.read() as conn:
        return " ".join(conn.scalars(select(outbox.c.payload).where(outbox.c.lane == "desk")))


def test_who_is_to_be_removed_is_removed_and_the_team_hears_of_it(house: House) -> None:
    _told(house, "c1", name="Jane", email="jane@example.com")
    house.told(PrivacyEvent(external_id="x", source=SHOP, at=AT, kind="erase", customer_id="c1"))
    with house.store.read() as conn:
        assert "Jane" not in [name for (name,) in conn.execute(select(customers_table.c.name))]
    assert "was removed here" in _posts(house)


def test_who_wants_their_data_is_told_to_the_team(house: House) -> None:
    _told(house, "c1", name="Jane")
    house.told(
        PrivacyEvent(external_id="x", source=SHOP, at=AT, kind="export", customer_id="c1"),
        PrivacyEvent(external_id="y", source=SHOP, at=AT, kind="export", customer_id="c9"),
    )
    assert "doorstep customer export" in _posts(house)
    assert "Nothing is kept" in _posts(house)


def test_the_team_hears_that_the_app_was_uninstalled(house: House) -> None:
    house.told(ConnectionEvent(external_id="u", source=SHOP, at=AT, kind="uninstalled"))
    assert "doorstep shops setup" in _posts(house)


@pytest.mark.parametrize(
    ("asked", "due", "then"),
    [
        (None, 10, 0),  # nobody ever asked: at once
        (5, 5, 0),
        (0.5, 9.5, 0.5),  # a minute after the last time
        (0.5, 0.2, 0.2),  # it would be soon anyway
    ],
)
def test_where_the_shop_knows_more_than_it_told_it_is_asked_soon(
    house: House, asked: float | None, due: float, then: float
) -> None:
    now = house.clock()
    with house.store.write() as conn:
        timers.ensure(conn, house.store, SHOPS, [SHOP], now)
        if asked is not None:
            timers.mark_done(conn, SHOPS, SHOP, now - timedelta(minutes=asked))
        timers.move(conn, SHOPS, SHOP, now + timedelta(minutes=due))
    house.told(ConnectionEvent(external_id="l", source=SHOP, at=AT, kind="look"))
    with house.store.read() as conn:
        found = conn.scalar(select(timers_table.c.due_at).where(timers_table.c.kind == SHOPS))
        assert found == now + timedelta(minutes=then)
        assert conn.scalar(select(outbox.c.id)) is None  # the team is not told


def test_the_first_news_of_an_order_that_was_just_placed_are_that_it_was_made(house: House) -> None:
    unpaid = ordered(status=OrderStatus.PENDING_PAYMENT, placed_at=AT - timedelta(hours=1))
    house.told(unpaid)
    house.told(ordered("o2", number="1002", placed_at=AT - timedelta(days=2), status=OrderStatus.PENDING_PAYMENT))
    with house.store.read() as conn:
        reminded = set(conn.scalars(select(notices.c.order_number).where(notices.c.kind == "payment_reminder")))
    assert reminded == {"1001"}
