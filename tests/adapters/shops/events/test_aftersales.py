"""Returns, refunds, problems of stock, points and products: what is read, and what is refused with its path."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters.shops.events import parse
from core.encoding import encode
from core.errors import MalformedPayload
from core.shop.buyers import AccountFacts, Expiring
from core.shop.catalogue import Product, Variant
from core.shop.orders import Discount, Line, Order, Payment, ShippedLine, StreetAddress
from core.shop.returns import Refunded, RefundRecord, ReturnedLine, ReturnRecord, ReturnState
from core.shop.stock_problems import StockOption, StockProblem
from core.shop.store_events import (
    CustomerEvent,
    LoyaltyEvent,
    OrderEvent,
    ProductEvent,
    RefundEvent,
    ReturnEvent,
    StockEvent,
    StoreEvent,
    decode_store_event,
)

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
RETURN = {"id": "r1", "order_number": "1001", "state": "approved"}
PRODUCT = {"id": "p1", "title": "Leather boots"}


def told(kind: str, data: Any) -> Any:
    body = {"specversion": "1.0", "id": "e", "source": "shop", "type": kind, "data": data}
    (event,) = parse(json.dumps(body).encode(), NOW)
    assert decode_store_event(encode(event)) == event
    return event


def test_a_product_with_its_variants() -> None:
    variant = {
        "id": "v42",
        "sku": "BOOT-42",
        "options": {"size": "42", "colour": "black"},
        "price": "129.80",
        "currency": "usd",
        "stock": 3,
    }
    ahead = {"id": "v43", "options": {"size": "43", "fit": "wide"}, "stock": -2, "available_on": "2026-12-24"}
    event = told(
        "product.updated",
        {
            "product": {
                **PRODUCT,
                "titles": {"zh": "皮靴"},
                "options": ["size"],
                "variants": [variant, ahead],
                "brand": "N",
            }
        },
    )
    assert isinstance(event, ProductEvent)
    black = Variant("v42", "BOOT-42", {"size": "42", "colour": "black"}, Decimal("129.80"), "USD", 3)
    wide = Variant("v43", options={"size": "43", "fit": "wide"}, stock=0, available_on=date(2026, 12, 24))
    assert event.product == Product(
        "p1", "Leather boots", options=("size", "colour", "fit"), variants=(black, wide), titles={"zh": "皮靴"}
    )
    assert event.extra == {"brand": "N"}


def test_a_return_with_what_it_costs() -> None:
    line = {
        "line_id": "l1",
        "quantity": 2,
        "reason": "size_small",
        "condition": "ok",
        "exchange_for": {"variant_id": "v43"},
    }
    money = {"amount": "19.90", "currency": "USD", "method": "store_credit"}
    whole = {**RETURN, "resolution": "exchange", "lines": [line], "label_url": "https://l.example/1", "refund": money}
    assert told("return.updated", {"return": whole}) == ReturnEvent(
        external_id="e",
        source="shop",
        at=NOW,
        returned=ReturnRecord(
            "r1",
            "1001",
            ReturnState.APPROVED,
            "exchange",
            (ReturnedLine("l1", 2, "size_small", "ok", "v43"),),
            "https://l.example/1",
            Refunded(Decimal("19.90"), "USD", "store_credit"),
            told_at=NOW,
        ),
    )


def test_a_refund_of_lines() -> None:
    data = {"order_number": "1001", "amount": 12.5, "lines": [{"line_id": "l1"}]}
    event = told("refund.issued", data)
    assert isinstance(event, RefundEvent)
    assert event.refund == RefundRecord("1001", Decimal("12.5"), NOW, lines=(ReturnedLine("l1"),))


def test_what_is_not_in_stock() -> None:
    data: dict[str, Any] = {"order_number": "1001", "lines": [{"line_id": "l1", "quantity": 2}]}
    event = told("stock.problem", {**data, "expected": "2026-12-09", "options": ["wait", "refund", "wait"]})
    assert isinstance(event, StockEvent)
    options = (StockOption.WAIT, StockOption.REFUND)
    assert event.problem == StockProblem("1001", (ShippedLine("l1", 2),), date(2026, 12, 9), options)
    assert told("stock.problem", data).problem.options == (StockOption.WAIT, StockOption.REPLACE, StockOption.REFUND)


def test_points_and_what_is_known_of_an_account() -> None:
    data = {"customer_id": "c1", "points": 120, "expiring": {"points": 20, "on": "2026-12-31"}}
    event = told("loyalty.updated", data)
    assert isinstance(event, LoyaltyEvent)
    assert event.facts == AccountFacts(points=120, expiring=Expiring(20, date(2026, 12, 31)))
    customer = {"id": "c1", "birthday": "--02-29", "points": 7, "addresses": [{"city": "Springfield", "country": "us"}]}
    event = told("customer.updated", {"customer": customer})
    assert isinstance(event, CustomerEvent)
    places = (StreetAddress(city="Springfield", country="US"),)
    assert event.facts == AccountFacts(points=7, birthday=date(1904, 2, 29), addresses=places)
    assert told("customer.updated", {"customer": {"id": "c1", "birthday": "1990-05-17"}}).facts.birthday.year == 1990


def test_how_an_order_was_paid_and_what_its_lines_are() -> None:
    line = {"id": "l1", "title": "Boots", "product_id": 7, "variant_id": "v42", "options": {"size": "42"}, "tax": "0.5"}
    order = {
        "number": "1001",
        "placed_at": "2026-12-01T09:58:00Z",
        "status": "paid",
        "currency": "USD",
        "total": "1",
        "lines": [line],
        "payment": {"method": "card", "status": "paid"},
        "discounts": ["WELCOME", {"code": "TEN", "amount": "10.00"}],
        "shipping_method": "Standard",
        "invoice_url": "https://shop.example/i/1",
        "shipping_price": "5.90",
        "tax": "1.00",
    }
    event: StoreEvent = told("order.created", {"order": order})
    assert isinstance(event, OrderEvent)
    assert event.order == Order(
        number="1001",
        placed_at=datetime(2026, 12, 1, 9, 58, tzinfo=UTC),
        status=event.order.status,
        currency="USD",
        total=Decimal(1),
        lines=(Line("l1", "Boots", product_id="7", variant_id="v42", options={"size": "42"}, tax=Decimal("0.5")),),
        payment=Payment("card", "paid"),
        discounts=(Discount("WELCOME"), Discount("TEN", amount=Decimal("10.00"))),
        shipping_method="Standard",
        invoice_url="https://shop.example/i/1",
        shipping_price=Decimal("5.90"),
        tax=Decimal("1.00"),
    )
    assert event.extra == {}


BAD = [
    ("product.updated", {}, "$.data.product", "required"),
    ("product.updated", {"product": {**PRODUCT, "title": ""}}, "$.data.product.title", "at least 1"),
    (
        "product.updated",
        {"product": {**PRODUCT, "variants": [{"id": "v", "price": "cheap"}]}},
        "$.data.product.variants[0].price",
        "an amount of money",
    ),
    (
        "product.updated",
        {"product": {**PRODUCT, "variants": [{"id": "v", "stock": "many"}]}},
        "$.data.product.variants[0].stock",
        "a whole number",
    ),
    (
        "product.updated",
        {"product": {**PRODUCT, "variants": [{"id": "v"}, {"id": "v"}]}},
        "$.data.product",
        "two variants have the same id",
    ),
    ("return.updated", {"return": {**RETURN, "state": "lost"}}, "$.data.return.state", "requested"),
    ("return.updated", {"return": {**RETURN, "resolution": "cash"}}, "$.data.return.resolution", "refund"),
    (
        "return.updated",
        {"return": {**RETURN, "lines": [{"line_id": "l1", "condition": "bad"}]}},
        "$.data.return.lines[0].condition",
        "damaged",
    ),
    ("return.updated", {"return": {"id": "r1", "state": "approved"}}, "$.data.return.order_number", "required"),
    ("stock.problem", {"order_number": "1"}, "$.data.lines", "required"),
    ("stock.problem", {"order_number": "1", "lines": []}, "$.data.lines", "at least 1"),
    (
        "stock.problem",
        {"order_number": "1", "lines": [{"line_id": "l"}], "options": ["hope"]},
        "$.data.options[0]",
        "wait",
    ),
    ("loyalty.updated", {"points": 3}, "$.data.customer_id", "required"),
    ("loyalty.updated", {"customer_id": "c", "points": 3, "expiring": {"points": 1}}, "$.data.expiring.on", "required"),
]


@pytest.mark.parametrize(("kind", "data", "path", "expected"), BAD)
def test_a_fault_is_found(kind: str, data: Any, path: str, expected: str) -> None:
    with pytest.raises(MalformedPayload) as caught:
        told(kind, data)
    assert caught.value.path == path
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "path", "words"),
    [
        ({"phone": "555-0101"}, "$.data.customer.phone", "+12025550101"),
        ({"phone": "call me"}, "$.data.customer.phone", "+12025550101"),
        ({"notify": ["sms", "whatsap"]}, "$.data.customer.notify[1]", "did you mean 'whatsapp'"),
        ({"marketing": ["email"]}, "$.data.customer.marketing[0]", "whatsapp"),
        (
            {"consents": [{"purpose": "service", "channel": "telegramm", "granted": True}]},
            "$.data.customer.consents[0].channel",
            "did you mean 'telegram'",
        ),
    ],
)
def test_what_would_be_left_out_of_a_customer_is_refused_by_its_place(
    fields: dict[str, Any], path: str, words: str
) -> None:
    with pytest.raises(MalformedPayload) as caught:
        told("customer.updated", {"customer": {"id": "c1", **fields}})
    assert caught.value.path == path
    assert words in str(caught.value)


def test_a_customer_without_a_phone_or_with_one_written_for_people_is_taken() -> None:
    assert told(
        "customer.updated", {"customer": {"id": "c1", "phone": "", "notify": [" WhatsApp "]}}
    ).customer.notify == ("whatsapp",)
    assert told("customer.updated", {"customer": {"phone": "+1 (202) 555-0101"}}).customer.phone == "+12025550101"


def test_an_order_is_taken_whatever_its_customer_has_for_a_phone() -> None:
    order = {"number": "1", "placed_at": "2026-12-01T10:00:00Z", "status": "paid", "currency": "USD", "total": "1"}
    made = told("order.created", {"order": {**order, "customer": {"phone": "none", "notify": ["fax"]}}}).order.buyer
    assert (made.phone, made.notify) == ("", ())
