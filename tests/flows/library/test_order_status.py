"""Tests which order is meant, and its status in words."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from core.shop.orders import ShipmentStatus
from flows.engine.context import ActionContext, CustomerView
from flows.engine.effects import Say
from flows.engine.flowset import FlowSet
from flows.loading.policies import Policies
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore, orders_from
from tests.flows.library.samples import NOW, OPEN, PHONE, context, granted, order, value


@pytest.mark.parametrize(
    ("orders", "outcome", "number"),
    [
        ([order("1"), order("2", shipments=OPEN)], "one", "2"),
        ([order("1")], "one", "1"),
        ([order("1"), order("2")], "several", None),
        ([order("1", shipments=OPEN), order("2", shipments=[])], "several", None),
        ([order("1", status="cancelled", shipments=[]), order("2", shipments=[])], "one", "2"),
        ([order("1", customer={"phone": "+12025550199"})], "none", None),
    ],
)
def test_the_open_order_is_meant(orders: list[dict[str, Any]], outcome: str, number: str | None) -> None:
    found = value("find_orders", context(*orders, address=PHONE, channel="sms"))
    assert found == {"outcome": outcome, "order_number": number}


def test_a_named_order_of_somebody_else_is_asked_about() -> None:
    assert value("find_orders", context(), order_number="1001") == {"outcome": "ask", "order_number": "1001"}
    assert value("find_orders", context(grants=granted()), order_number="1001")["outcome"] == "one"


def test_a_number_that_only_stands_in_the_message_counts_where_it_is_theirs() -> None:
    ctx = context(order("1001"), order("1002"), order("500", customer={}), address=PHONE, channel="sms")
    assert value("find_orders", ctx, order_number=["129.80", "1002"]) == {"outcome": "one", "order_number": "1002"}
    assert value("find_orders", ctx, order_number=["129.80", "500"], proof=["500"])["outcome"] == "several"
    stranger = context(order("1001"))
    assert value("find_orders", stranger, order_number=["1001"]) == {"outcome": "none", "order_number": None}
    asked = value("find_orders", stranger, order_number=["1001"], proof=["12345"])
    assert asked == {"outcome": "ask", "order_number": ["1001"]}


def test_orders_are_listed_open_ones_first() -> None:
    orders = [order(str(n), placed_at=f"2026-11-{n:02}T00:00:00+00:00") for n in range(10, 18)]
    orders[0]["shipments"] = OPEN
    listed = value("list_orders", context(*orders, address=PHONE, channel="sms"))
    assert [item["value"] for item in listed] == ["10", "17", "16", "15", "14", "13", "12", "11"]


def _several() -> ActionContext:
    texas = {"city": "Austin", "region": "TX", "country": "US", "postcode": "73301"}
    return context(
        order("1", lines=[{"id": "l", "title": "Tablet 10 inch"}, {"id": "m", "title": "Case"}]),
        order("2", lines=[{"id": "l", "title": "Leather boots"}], shipping_address=texas),
        order("3", lines=[{"id": "l", "title": "真丝丝巾"}, {"id": "m", "title": "Case"}]),
        address=PHONE,
        channel="whatsapp",
    )


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("the order with the tablet", "1"),
        ("where is the one sent to Texas?", "2"),
        ("my boot never came", "2"),
        ("丝巾到哪了", "3"),
        ("the one with the case", None),
        ("where is my order", None),
    ],
)
def test_what_is_in_an_order_tells_which_it_is(said: str, number: str | None) -> None:
    found = value("find_orders", _several(), said=said)
    assert found == {"outcome": "one" if number else "several", "order_number": number}


def test_words_of_one_order_alone_choose_it_from_the_list() -> None:
    listed = {item["value"]: item["synonyms"] for item in value("list_orders", _several())}
    assert {"texas", "austin", "boot"} <= set(listed["2"])
    assert "united" not in listed["1"]


ASKED = {"en": "where is my order", "zh": "我的订单到哪了"}


def said(flows: FlowSet, policies: Policies, locale: str, **changed: Any) -> str:
    store = MemoryStore(orders_from([order(**changed)]))
    chat = Chat(flows, store, "sms", locale, NOW, PHONE, "America/New_York", policies)
    [answer] = [effect for effect in chat.say(ASKED[locale]) if isinstance(effect, Say)]
    assert answer.key == "utter_order_status"
    return answer.text


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize("status", list(ShipmentStatus))
def test_every_parcel_status_has_its_own_words(
    flows: FlowSet, policies: Policies, status: ShipmentStatus, locale: str
) -> None:
    events = [{"time": "2026-12-02T07:40:00+00:00", "status": status, "location": "Leipzig"}]
    bare = said(flows, policies, locale, shipments=[{"id": "s", "status": status}])
    full = said(flows, policies, locale, shipments=[{"id": "s", "status": status, "events": events}])
    assert len(bare.splitlines()) == 2
    assert len(full.splitlines()) == 2
    assert any("一" <= sign <= "鿿" for sign in full) is (locale == "zh")
    assert "_" not in full
    others = [other for other in ShipmentStatus if other != status]
    assert bare not in [said(flows, policies, locale, shipments=[{"id": "s", "status": s}]) for s in others]


@pytest.mark.parametrize(
    ("status", "english", "chinese"),
    [
        ("pending_payment", "waiting for your payment", "等待付款"),
        ("paid", "getting it ready", "正在备货"),
        ("partially_fulfilled", "comes in parts", "分批发货"),
        ("fulfilled", "left our warehouse", "已从仓库发出"),
        ("cancelled", "has been cancelled", "已取消"),
        ("refunded", "has been refunded", "已退款"),
    ],
)
def test_every_order_status_has_its_words(
    flows: FlowSet, policies: Policies, status: str, english: str, chinese: str
) -> None:
    assert english in said(flows, policies, "en", status=status, shipments=[])
    assert chinese in said(flows, policies, "zh", status=status, shipments=[])


def test_late_is_after_the_promised_day_in_the_customer_s_place() -> None:
    late = order(promised_by="2026-12-01", shipments=OPEN)
    ctx = context(late, grants=granted())
    assert value("report_order", ctx, order_number="1001")["late"]
    early = replace(ctx, now=datetime(2026, 12, 2, 3, tzinfo=UTC), customer=CustomerView(timezone="America/New_York"))
    assert not value("report_order", early, order_number="1001")["late"]
    delivered = context(order(promised_by="2026-12-01"), grants=granted())
    assert not value("report_order", delivered, order_number="1001")["late"]
