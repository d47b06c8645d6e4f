"""Tests order exports of shops, read as they are."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.shops.file import Defaults, read_orders
from adapters.shops.file.cells import day_time, money
from core.errors import MalformedPayload
from core.shop.orders import Buyer, Line, Order, OrderStatus, StreetAddress

FIXTURES = Path(__file__).parent / "fixtures"
SHOP = Defaults("America/New_York", "EUR")
BOOTS = Line("1", "Leather boots", "BOOT-42", "", 1, Decimal("129.80"))
SOCKS = Line("2", "Socks, grey", "SOCK", "", 2, Decimal("10.00"))


def test_an_export_of_shopify_is_read_as_it_is() -> None:
    orders, errors, notes = read_orders(FIXTURES / "shopify.csv", SHOP)
    assert errors == []
    assert orders[0] == Order(
        number="1001",
        placed_at=datetime(2026, 11, 20, 14, 58, tzinfo=UTC),
        status=OrderStatus.FULFILLED,
        currency="USD",
        total=Decimal("155.70"),
        buyer=Buyer(name="Jane Doe", email="jane@example.com", phone="+12025550101"),
        shipping=StreetAddress("1 Main St", "Apt 4", "Springfield", "01103", "MA", "US"),
        lines=(Line("1", "Leather boots - 42", "BOOT-42", "", 1, Decimal("129.80")), SOCKS),
        shipping_price=Decimal("5.90"),
    )
    assert [(order.number, order.status.value) for order in orders[1:]] == [
        ("1002", "pending_payment"),
        ("1003", "cancelled"),
        ("1004", "partially_fulfilled"),
        ("1005", "refunded"),
    ]
    assert (orders[1].buyer.phone, orders[1].buyer.name, orders[1].shipping.postcode) == (
        "+8613800138000",
        "王小明",
        "018961",
    )
    assert notes == [(5, "phone: this is no number that can be called; it is left out")]


def test_an_export_of_woocommerce_with_a_row_for_each_item() -> None:
    orders, errors, notes = read_orders(FIXTURES / "woocommerce_items.csv", SHOP)
    assert errors == []
    assert orders[0] == Order(
        number="2001",
        placed_at=datetime(2026, 11, 20, 14, 58, tzinfo=UTC),  # the shop's own clock
        status=OrderStatus.PAID,
        currency="USD",
        total=Decimal("155.70"),
        buyer=Buyer(id="7", name="Jane Doe", email="jane@example.com", phone="+12025550101"),
        shipping=StreetAddress("1 Main St", "Apt 4", "Springfield", "01103", "MA", "US"),
        lines=(BOOTS, SOCKS),
        shipping_price=Decimal("5.90"),
    )
    assert [(order.number, order.status.value, order.shipping.line1) for order in orders[1:]] == [
        ("2003", "pending_payment", "2 Side St")
    ]
    assert notes == [(4, "order 2002 is left out: status is checkout-draft")]


def test_an_export_of_woocommerce_with_columns_for_people() -> None:
    ((order,), errors, _) = read_orders(FIXTURES / "woocommerce_columns.csv", SHOP)
    assert errors == []
    assert (order.number, order.status.value, order.total, order.currency) == (
        "3001",
        "fulfilled",
        Decimal("1149.80"),
        "EUR",
    )
    assert order.buyer == Buyer(name="Jane Doe", email="jane@example.com", phone="+4930901820")
    assert [(line.title, line.quantity, line.unit_price) for line in order.lines] == [
        ("Leather boots", 1, Decimal("129.80")),
        ("Socks", 2, Decimal("10.00")),
    ]


def test_an_export_of_woocommerce_with_all_items_in_one_cell() -> None:
    ((order,), errors, _) = read_orders(FIXTURES / "woocommerce_line_items.csv", SHOP)
    assert errors == []
    assert order.lines == (BOOTS, SOCKS)
    assert (order.placed_at, order.status.value, order.shipping.country) == (
        datetime(2026, 11, 20, 14, 58, tzinfo=UTC),
        "fulfilled",
        "US",
    )


def test_a_mistake_in_an_export_is_told_by_its_own_column(tmp_path: Path) -> None:
    text = (FIXTURES / "shopify.csv").read_text(encoding="utf-8")
    path = tmp_path / "orders_export_1.csv"
    path.write_text(
        text.replace("2026-11-20 09:58:00 -0500", "yesterday", 1).replace("88.00", "a lot"), encoding="utf-8"
    )
    assert read_orders(path, SHOP).errors == [
        (2, "created at: expected a time with its zone, like 2026-12-01T10:00:00Z"),
        (4, 'total: expected an amount of money, like "129.80"'),
    ]


def test_any_other_table_is_told_what_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("id,when\n1,2\n")
    with pytest.raises(
        MalformedPayload, match=r"expected the columns number, .*, or an order export of Shopify or Woo"
    ):
        read_orders(path, SHOP)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("129.80", "129.80"),
        ("$1,234.50", "1234.50"),
        ("1.234,50 €", "1234.50"),
        ("12,5", "12.5"),
        ("1,234", "1234"),
        ("¥88", "88"),
        ("-5.00", "-5.00"),
        ("", ""),
        ("free", "free"),
    ],
)
def test_money_as_it_is_written(cell: str, read: str) -> None:
    assert money(cell) == read


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("2026-11-20 09:58:00 -0500", "2026-11-20T09:58:00-05:00"),
        ("2026-11-20T09:58:00Z", "2026-11-20T09:58:00+00:00"),
        ("2026-11-20 09:58", "2026-11-20T09:58:00+01:00"),
        ("11/20/2026 6:29:00", "2026-11-20T06:29:00+01:00"),
        ("11/20/2026 6:29 PM", "2026-11-20T18:29:00+01:00"),
        ("20.11.2026", "20.11.2026"),
        ("", ""),
    ],
)
def test_times_as_they_are_written(cell: str, read: str) -> None:
    assert day_time(cell, "Europe/Berlin") == read


def test_what_stands_in_every_row_of_an_order_changes_nothing(tmp_path: Path) -> None:
    header = "Name,Financial Status,Fulfillment Status,Currency,Total,Created at"
    items = "Lineitem quantity,Lineitem name,Lineitem price"
    placed = "2026-11-20 09:58:00 -0500"
    path = tmp_path / "orders.csv"
    path.write_text(
        f"{header},{items}\n#1,paid,fulfilled,USD,45.00,{placed},1,Red,20.00\n#1,,,,,{placed},1,Blue,20.00\n"
    )
    ((order,), errors, _) = read_orders(path, SHOP)
    assert (errors, order.status, order.currency) == ([], OrderStatus.FULFILLED, "USD")
    assert [line.title for line in order.lines] == ["Red", "Blue"]
