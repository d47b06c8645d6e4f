import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.shops.file import read_orders
from core.errors import MalformedPayload
from core.shop.orders import Buyer, Line, Order, OrderStatus, StreetAddress

CSV = Path(__file__).parent / "fixtures" / "orders.csv"
PLACED = datetime(2026, 12, 1, 9, 58, tzinfo=UTC)
GOOD = {"number": "1", "placed_at": "2026-12-01T09:58:00Z", "status": "paid", "currency": "USD", "total": "10"}


def test_rows_of_an_order_are_its_lines() -> None:
    orders = read_orders(CSV).orders
    assert [order.number for order in orders] == ["1001", "1004"]
    assert orders[0] == Order(
        number="1001",
        placed_at=PLACED,
        status=OrderStatus.PAID,
        currency="USD",
        total=Decimal("149.80"),
        buyer=Buyer(name="Jane Doe", phone="+12025550101", notify=("whatsapp", "sms")),
        shipping=StreetAddress("1 Main St", "", "Springfield", "12345", "NY", "US"),
        lines=(
            Line("1", "Leather boots", "BOOT-42", "", 1, Decimal("129.80")),
            Line("2", "Socks, grey", "SOCK", "", 2, Decimal("10.00"), final_sale=True),
        ),
        promised_by=datetime(2026, 12, 8, tzinfo=UTC).date(),
    )
    assert orders[1].lines == ()


def test_bad_rows_are_named() -> None:
    errors = read_orders(CSV).errors
    assert sorted(errors) == [
        (4, "placed_at: the time has no zone: expected one like 2026-12-01T10:00:00Z"),
        (5, "quantity: expected 1 or more"),
        (7, "number: this field is required"),
        (10, "status: differs from row 9 of the same order"),
    ]


@pytest.mark.parametrize("wrap", [lambda orders: orders, lambda orders: {"orders": orders}])
def test_json(tmp_path: Path, wrap: object) -> None:
    assert callable(wrap)
    path = tmp_path / "orders.json"
    path.write_text(json.dumps(wrap([GOOD, {**GOOD, "number": "2", "total": "x"}, GOOD, 7])))
    orders, errors, _ = read_orders(path)
    assert [order.number for order in orders] == ["1"]
    assert [(row, message.partition(":")[0]) for row, message in errors] == [
        (2, "total"),
        (3, "order 1 is in the file twice; the first counts"),
        (4, "expected an object"),
    ]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_and_a_byte_order_mark(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "orders.csv"
    rows = [list(GOOD), list(GOOD.values())]
    path.write_text("\n".join(delimiter.join(row) for row in rows), encoding="utf-8-sig")
    orders, errors, _ = read_orders(path)
    assert [order.placed_at for order in orders] == [PLACED]
    assert errors == []


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("o.csv", b"", "expected the columns number"),
        ("o.csv", b"number,total\n1,2", "expected the columns placed_at, status, currency"),
        ("o.csv", b"number,\xff", "UTF-8"),
        ("o.json", b"number,total", "JSON"),
        ("o.json", b'{"orders": 3}', "an array of orders"),
    ],
)
def test_no_such_file(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(MalformedPayload, match=expected):
        read_orders(tmp_path / name)
