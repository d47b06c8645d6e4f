import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.shops.events import MAX_EVENTS, parse
from core.encoding import encode
from core.errors import MalformedPayload
from core.shop.orders import (
    Buyer,
    DeliveryProof,
    Line,
    Order,
    OrderStatus,
    Shipment,
    ShipmentStatus,
    ShippedLine,
    StreetAddress,
    TrackingEvent,
)
from core.shop.returns import RefundRecord, ReturnedLine, ReturnRecord, ReturnState
from core.shop.store_events import (
    CustomerEvent,
    Ignored,
    OrderEvent,
    RefundEvent,
    ReturnEvent,
    ShipmentEvent,
    decode_store_event,
    decode_store_item,
)

FIXTURES = Path(__file__).parent / "fixtures"
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def fixture(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def test_an_order() -> None:
    assert parse(fixture("order_created"), NOW) == [
        OrderEvent(
            external_id="evt-1",
            source="shop",
            at=datetime(2026, 12, 1, 10, tzinfo=UTC),
            kind="created",
            order=Order(
                number="1001",
                placed_at=datetime(2026, 12, 1, 9, 58, tzinfo=UTC),
                status=OrderStatus.PAID,
                currency="USD",
                total=Decimal("129.80"),
                buyer=Buyer(
                    id="c1",
                    name="Jane Doe",
                    email="jane@example.com",
                    phone="+12025550101",
                    locale="en",
                    tier="vip",
                    timezone="America/New_York",
                ),
                shipping=StreetAddress("1 Main St", "", "Springfield", "12345", "NY", "US"),
                lines=(Line("l1", "Leather boots", "BOOT-42", "42", 1, Decimal("129.80")),),
                promised_by=date(2026, 12, 8),
            ),
        )
    ]


def test_a_parcel() -> None:
    scan = TrackingEvent(datetime(2026, 12, 2, 7, 40, tzinfo=UTC), "in_transit", "Leipzig", "Departed facility")
    assert parse(fixture("shipment_updated"), NOW) == [
        ShipmentEvent(
            external_id="evt-2",
            source="shop",
            at=datetime(2026, 12, 2, 8, tzinfo=UTC),
            kind="updated",
            order_number="1001",
            shipment=Shipment(
                id="s1",
                status=ShipmentStatus.IN_TRANSIT,
                carrier="DHL",
                tracking_number="JD0001",
                tracking_url="https://track.example/JD0001",
                lines=(ShippedLine("l1", 1),),
                eta=date(2026, 12, 5),
                events=(scan,),
                proof=DeliveryProof("J. Doe", "https://proof.example/p.jpg"),
            ),
        )
    ]


def test_what_is_unusual_is_taken_and_what_is_unknown_is_kept() -> None:
    order, customer, refund, returned, cart, nothing = parse(fixture("unusual"), NOW)
    assert isinstance(order, OrderEvent)
    assert order.at == datetime(2030, 1, 1, 2, tzinfo=UTC)
    assert order.order.number == "1003"
    assert order.order.total == Decimal("99.9")
    assert order.order.buyer == Buyer(id="7", phone="+12025550102", notify=("sms", "whatsapp"))
    assert order.order.shipping.country == "US"
    assert order.order.promised_by == date(2026, 12, 8)
    assert order.order.lines[0].title == "Stiefel für Große 👢"
    assert order.order.shipments[0].delivered_at == datetime(2026, 12, 3, 8, tzinfo=UTC)
    assert order.extra == {
        "gift": True,
        "tags": [1, 2],
        "customer": {"points": 12},
        "shipping_address": {"door": "red"},
        "lines": {"l1": {"weight": 900}},
        "shipments": {"s1": {"box": "small"}},
    }
    assert customer == CustomerEvent(external_id="evt-4", source="woo", at=NOW, customer=Buyer(email="x@example.com"))
    told = RefundRecord("1003", Decimal("12.50"), NOW, "USD", "card")
    assert refund == RefundEvent(external_id="evt-5", source="woo", at=NOW, refund=told)
    assert returned == ReturnEvent(
        external_id="evt-6",
        source="woo",
        at=NOW,
        returned=ReturnRecord("1", "1003", ReturnState.RECEIVED, lines=(ReturnedLine("l1"),), told_at=NOW),
        extra={"requested_at": "2026-11-28", "lines": {"0": {"photos": 2}}},
    )
    assert cart == Ignored(external_id="evt-7", source="woo", at=NOW, kind="cart.abandoned", data={"cart": 1})
    assert nothing == Ignored(external_id="evt-8", source="woo", at=NOW, kind="com.example.nothing")


def test_events_survive_their_row() -> None:
    for event in parse(fixture("unusual"), NOW):
        assert decode_store_item(encode(event)) == event
        if not isinstance(event, Ignored):
            assert decode_store_event(encode(event)) == event


BAD_ORDERS = [
    ("number", None, "$.data.order.number", "text"),
    ("number", "", "$.data.order.number", "at least 1"),
    ("placed_at", "2026-12-01T09:58:00", "$.data.order.placed_at", "no zone"),
    ("placed_at", "yesterday", "$.data.order.placed_at", "a time with its zone"),
    ("placed_at", 1764583080, "$.data.order.placed_at", "a time with its zone"),
    ("placed_at", "9999-12-31T23:59:59Z", "$.data.order.placed_at", "a time with its zone"),
    ("status", "lost", "$.data.order.status", "pending_payment"),
    ("currency", "Dollars", "$.data.order.currency", "a currency, like USD"),
    ("total", "lots", "$.data.order.total", "an amount of money"),
    ("total", "-1", "$.data.order.total", "an amount of money"),
    ("total", "1e999999", "$.data.order.total", "an amount of money"),
    ("total", "NaN", "$.data.order.total", "an amount of money"),
    ("total", True, "$.data.order.total", "an amount of money"),
    ("promised_by", "soon", "$.data.order.promised_by", "a day"),
    ("customer", "Jane", "$.data.order.customer", "an object"),
    ("customer", {"notify": "sms"}, "$.data.order.customer.notify", "an array"),
    ("lines", {}, "$.data.order.lines", "an array"),
    ("lines", [{"id": "l1", "title": "Boots", "quantity": 0}], "$.data.order.lines[0].quantity", "1 or more"),
    ("lines", [{"id": "l1", "title": "Boots", "quantity": "two"}], "$.data.order.lines[0].quantity", "whole number"),
    ("lines", [{"id": "l1", "title": "Boots"}, {"id": "l2"}], "$.data.order.lines[1].title", "required"),
    ("shipments", [{"id": "s1", "status": "flying"}], "$.data.order.shipments[0].status", "in_transit"),
]


@pytest.mark.parametrize(("field", "value", "path", "expected"), BAD_ORDERS)
def test_a_fault_in_an_order_is_found(field: str, value: Any, path: str, expected: str) -> None:
    event = json.loads(fixture("order_created"))
    event["data"]["order"][field] = value
    with pytest.raises(MalformedPayload) as caught:
        parse(json.dumps(event).encode(), NOW)
    assert caught.value.path == path
    assert expected in str(caught.value)


BAD_EVENTS = [
    ({"specversion": "0.3"}, "$[1].specversion"),
    ({"specversion": None}, "$[1].specversion"),
    ({"id": ""}, "$[1].id"),
    ({"source": 5}, "$[1].source"),
    ({"type": ["order.created"]}, "$[1].type"),
    ({"time": "2026-12-01 10:00"}, "$[1].time"),
    ({"data": None}, "$[1].data"),
    ({"data": {}}, "$[1].data.order"),
    ({"data": {"order": []}}, "$[1].data.order"),
    ({"type": "shipment.created", "data": {"order_number": "1", "shipment": {}}}, "$[1].data.shipment.id"),
    ({"type": "shipment.created", "data": {"shipment": {"id": "s1"}}}, "$[1].data.order_number"),
    ({"type": "customer.updated", "data": {"customer": {"name": "Jane"}}}, "$[1].data.customer"),
    ({"type": "refund.issued", "data": {"order_number": "1", "amount": "much"}}, "$[1].data.amount"),
    ({"type": "return.updated", "data": {}}, "$[1].data.return"),
    ({"type": "stock.problem", "data": "none left"}, "$[1].data"),
    ({"type": "customer.updated", "data": {"customer": {"id": "c1", "points": -1}}}, "$[1].data.customer.points"),
    ({"type": "customer.updated", "data": {"customer": {"id": "c", "birthday": "May"}}}, "$[1].data.customer.birthday"),
]


@pytest.mark.parametrize(("change", "path"), BAD_EVENTS)
def test_one_bad_event_refuses_all(change: dict[str, Any], path: str) -> None:
    good = json.loads(fixture("order_created"))
    with pytest.raises(MalformedPayload) as caught:
        parse(json.dumps([good, {**good, **change}]).encode(), NOW)
    assert caught.value.path == path


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"3",
        b"null",
        b'"x"',
        b"[1]",
        b"[" * 100_000,
        b'{"a":' * 60 + b"1" + b"}" * 60,
        b'{"id": "\\ud800"}',
    ],
)
def test_what_is_no_event_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedPayload) as caught:
        parse(body, NOW)
    assert caught.value.path in ("$", "$[0]")


def test_values_are_never_repeated_in_an_error() -> None:
    event = json.loads(fixture("order_created"))
    event["data"]["order"]["customer"]["phone"] = {"secret": "+12025550199"}
    with pytest.raises(MalformedPayload) as caught:
        parse(json.dumps(event).encode(), NOW)
    assert "555" not in str(caught.value)


def test_too_many_events() -> None:
    event = {"specversion": "1.0", "id": "1", "source": "s", "type": "x"}
    assert len(parse(json.dumps([event] * MAX_EVENTS).encode(), NOW)) == MAX_EVENTS
    with pytest.raises(MalformedPayload, match="at most 1000"):
        parse(json.dumps([event] * (MAX_EVENTS + 1)).encode(), NOW)


def test_no_events_at_all() -> None:
    assert parse(b"[]", NOW) == []


def test_the_future_is_taken() -> None:
    event = json.loads(fixture("order_created")) | {"time": (NOW + timedelta(days=900)).isoformat()}
    assert parse(json.dumps(event).encode(), NOW)[0].at == NOW + timedelta(days=900)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    where=st.sampled_from(["number", "placed_at", "total", "customer", "lines", "shipments", "promised_by"]), value=JSON
)
def test_no_value_breaks_the_parser(where: str, value: Any) -> None:
    event = json.loads(fixture("order_created"))
    event["data"]["order"][where] = value
    try:
        events = parse(json.dumps(event).encode(), NOW)
    except MalformedPayload:
        return
    assert decode_store_event(encode(events[0])) == events[0]


@given(st.binary(max_size=200))
def test_no_bytes_break_the_parser(body: bytes) -> None:
    try:
        events = parse(body, NOW)
    except MalformedPayload:
        return
    assert events == []
