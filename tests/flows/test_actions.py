"""Actions on a store in memory: proof, status in every state, return windows."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from core.addresses import Address
from core.conversations import Grant, Proof
from core.orders import ShipmentStatus
from flows.engine.actions import ACTIONS, Result, action, run_action
from flows.engine.context import ActionContext, CustomerView
from flows.engine.effects import GrantProof, OpenReturn, RecordGuess, ReturnLine, Say
from flows.engine.flowset import FlowSet
from flows.loading.policies import HolidayExtension, Policies, ReturnPolicy
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore, orders_from

NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)
PHONE = "+12025550101"


def order(number: str = "1001", **changed: Any) -> dict[str, Any]:
    return {
        "number": number,
        "placed_at": "2026-11-20T12:00:00+00:00",
        "status": "fulfilled",
        "customer": {"email": "Jane@Example.com", "phone": PHONE},
        "shipping_address": {"postcode": "12345-6789", "country": "US"},
        "lines": [{"id": "l1", "title": "Boots", "quantity": 2}],
        "shipments": [{"id": "s1", "status": "delivered", "delivered_at": "2026-11-25T20:00:00+00:00"}],
        **changed,
    }


def context(*orders: dict[str, Any], address: str = "77", channel: str = "messenger", **changed: Any) -> ActionContext:
    store = MemoryStore(orders_from(list(orders) or [order()]))
    made = ActionContext(CustomerView(), Address(channel, "main", address), (), store, Policies(), NOW)
    return replace(made, **changed)


def granted(number: str = "1001", level: Proof = Proof.ORDER, hours: int = 1) -> tuple[Grant, ...]:
    return (Grant(level, number, NOW + timedelta(hours=hours)),)


def value(name: str, ctx: ActionContext, **args: Any) -> Any:
    result = run_action(name, args, ctx)
    assert result.error == ""
    return result.value


@pytest.mark.parametrize(
    ("proof", "outcome"),
    [
        ("jane@example.com", "ok"),
        ("12345-6789", "ok"),
        ("12345", "ok"),
        ("0101", "ok"),
        ("john@example.com", "mismatch"),
        ("12346", "mismatch"),
        ("1234", "mismatch"),
        ("0102", "mismatch"),
        ("", "mismatch"),
    ],
)
def test_one_fact_proves_an_order(proof: str, outcome: str) -> None:
    result = run_action("check_identity", {"order_number": "1001", "proof": proof}, context())
    assert result.value["outcome"] == outcome
    right = (RecordGuess("1001", True), GrantProof(Proof.ORDER, "1001"))
    assert result.effects == (right if outcome == "ok" else (RecordGuess("1001", False),))


def test_an_order_without_facts_is_proven_by_nothing() -> None:
    bare = context(order(customer={}, shipping_address={}))
    for proof in ("", "0000", "none", "@"):
        assert value("check_identity", bare, order_number="1001", proof=proof)["outcome"] == "mismatch"


def test_no_such_order_looks_like_a_wrong_fact() -> None:
    wrong = run_action("check_identity", {"order_number": "1001", "proof": "99999"}, context())
    none = run_action("check_identity", {"order_number": "9999", "proof": "99999"}, context())
    assert wrong.value["outcome"] == none.value["outcome"]
    assert none.effects == (RecordGuess("9999", False),)
    asked = [value("check_proof", context(), order_number=number) for number in ("1001", "9999")]
    assert [answer["outcome"] for answer in asked] == ["ask", "ask"]


def test_a_tracking_number_gives_no_further_guesses() -> None:
    ctx = context(order(shipments=[{"id": "s", "tracking_number": "JD0001"}]))
    result = run_action("check_identity", {"order_number": "JD0001", "proof": "99999"}, ctx)
    assert result.effects == (RecordGuess("1001", False),)


def test_five_wrong_guesses_lock_for_an_hour_even_the_right_one() -> None:
    ctx = context()
    assert isinstance(ctx.store, MemoryStore)
    for _ in range(5):
        assert value("check_identity", ctx, order_number="1001", proof="99999")["outcome"] == "mismatch"
        ctx.store.apply(RecordGuess("1001", False), NOW)
    assert value("check_identity", ctx, order_number="1001", proof="12345")["outcome"] == "locked"
    assert value("check_proof", ctx, order_number="1001")["outcome"] == "locked"
    vouched = replace(ctx, address=Address("sms", "main", PHONE))
    assert value("check_proof", vouched, order_number="1001")["outcome"] == "ok"
    later = replace(ctx, now=NOW + timedelta(minutes=61))
    assert value("check_identity", later, order_number="1001", proof="12345")["outcome"] == "ok"


@pytest.mark.parametrize(
    ("channel", "address", "level", "outcome"),
    [
        ("sms", PHONE, "contact", "ok"),
        ("whatsapp", PHONE, "contact", "ok"),
        ("whatsapp", PHONE, "order", "ask"),
        ("whatsapp", "US.1349", "contact", "ask"),
        ("telegram", PHONE, "contact", "ask"),
        ("sms", "+12025550199", "contact", "ask"),
    ],
)
def test_only_the_channel_s_own_number_vouches(channel: str, address: str, level: str, outcome: str) -> None:
    ctx = context(address=address, channel=channel)
    assert value("check_proof", ctx, order_number="1001", level=level)["outcome"] == outcome


def test_a_national_number_of_the_shop_is_the_same_phone() -> None:
    ctx = context(order(customer={"phone": "(202) 555-0101"}), address=PHONE, channel="sms")
    assert value("check_proof", ctx, order_number="1001")["outcome"] == "ok"


def test_where_the_channel_vouches_the_last_digits_prove_nothing_more() -> None:
    ctx = context(address=PHONE, channel="whatsapp")
    assert value("check_identity", ctx, order_number="1001", proof="0101")["outcome"] == "mismatch"


@pytest.mark.parametrize(
    ("grants", "outcome"),
    [
        (granted(), "ok"),
        (granted(level=Proof.OTP), "ok"),
        (granted(level=Proof.CONTACT), "ask"),
        (granted(hours=-1), "ask"),
        (granted("1002"), "ask"),
    ],
)
def test_a_grant_holds_for_its_order_and_time(grants: tuple[Grant, ...], outcome: str) -> None:
    assert value("check_proof", context(grants=grants), order_number="1001", level="order")["outcome"] == outcome


def test_the_context_learns_what_was_granted() -> None:
    ctx = context().after((GrantProof(Proof.ORDER, "1001"), RecordGuess("1001", True)))
    assert ctx.grants == (Grant(Proof.ORDER, "1001", NOW + timedelta(hours=24)),)
    assert context().after(()).grants == ()


@pytest.mark.parametrize("name", ["report_order", "check_return", "list_return_lines"])
def test_nothing_is_told_without_proof(name: str) -> None:
    assert run_action(name, {"order_number": "1001"}, context()) == Result(error="PermissionError")
    assert run_action(name, {"order_number": "9999"}, context()) == Result(error="LookupError")


def test_contact_proof_tells_the_status_but_opens_no_return() -> None:
    ctx = context(address=PHONE, channel="sms")
    assert value("report_order", ctx, order_number="1001")["order_number"] == "1001"
    assert run_action("check_return", {"order_number": "1001"}, ctx).error == "PermissionError"


def test_faulty_and_unknown_actions_are_results() -> None:
    @action("faulty_for_test")
    def faulty(ctx: ActionContext) -> Result:
        raise RuntimeError(ctx.now)

    assert run_action("faulty_for_test", {}, context()) == Result(error="RuntimeError")
    del ACTIONS["faulty_for_test"]
    assert run_action("gone", {}, context()).error == "unknown_action"
    assert run_action("find_orders", {"wrong": 1}, context()).error == "TypeError"


# --- which order

OPEN = [{"id": "s", "status": "in_transit"}]


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


def test_at_most_five_orders_are_listed_open_ones_first() -> None:
    orders = [order(str(n), placed_at=f"2026-11-{n:02}T00:00:00+00:00") for n in range(10, 18)]
    orders[0]["shipments"] = OPEN
    listed = value("list_orders", context(*orders, address=PHONE, channel="sms"))
    assert [item["value"] for item in listed] == ["10", "17", "16", "15", "14"]


# --- status in words


def said(flows: FlowSet, policies: Policies, locale: str, **changed: Any) -> str:
    store = MemoryStore(orders_from([order(**changed)]))
    chat = Chat(flows, store, "sms", locale, NOW, PHONE, "America/New_York", policies)
    [answer] = [effect for effect in chat.say("where is my order") if isinstance(effect, Say)]
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


# --- what may come back


def windows(**policy: Any) -> Policies:
    return Policies(returns=ReturnPolicy(**policy))


@pytest.mark.parametrize(
    ("policies", "now", "outcome"),
    [
        (windows(window_days=7), "2026-12-02T23:00:00+00:00", "ok"),
        (windows(window_days=7), "2026-12-03T00:30:00+00:00", "out_of_window"),
        (
            windows(
                window_days=7,
                holiday_extension=HolidayExtension(date(2026, 11, 20), date(2026, 12, 24), date(2027, 1, 31)),
            ),
            *("2027-01-31T23:00:00+00:00", "ok"),
        ),
        (
            windows(
                window_days=7,
                holiday_extension=HolidayExtension(date(2026, 11, 21), date(2026, 12, 24), date(2027, 1, 31)),
            ),
            *("2026-12-10T12:00:00+00:00", "out_of_window"),
        ),
    ],
)
def test_the_return_window(policies: Policies, now: str, outcome: str) -> None:
    ctx = context(grants=granted(), policies=policies, now=datetime.fromisoformat(now))
    ctx = replace(ctx, grants=(Grant(Proof.ORDER, "1001", ctx.now + timedelta(hours=1)),))
    assert value("check_return", ctx, order_number="1001")["outcome"] == outcome


def test_without_a_delivery_day_it_counts_from_a_week_after_the_order() -> None:
    ctx = context(order(shipments=[{"id": "s", "status": "delivered"}]), grants=granted())
    assert value("check_return", ctx, order_number="1001")["deadline"] == "2026-12-27"


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"status": "cancelled"}, "closed"),
        ({"shipments": []}, "not_delivered"),
        ({"lines": [{"id": "l1", "title": "Hat", "final_sale": True}]}, "nothing_left"),
    ],
)
def test_what_cannot_come_back(changed: dict[str, Any], outcome: str) -> None:
    ctx = context(order(**changed), grants=granted())
    assert value("check_return", ctx, order_number="1001")["outcome"] == outcome


def test_a_request_is_checked_again_and_made_once() -> None:
    ctx = context(grants=granted())
    args = {"order_number": "1001", "line_id": "l1", "quantity": 2, "reason": "damaged", "resolution": "refund"}
    result = run_action("create_return", args, ctx)
    assert result.value == {"reference": "R1001-1"}
    assert result.effects == (OpenReturn("1001", (ReturnLine("l1", 2, "damaged"),), "refund", "R1001-1"),)
    assert run_action("create_return", {**args, "quantity": 3}, ctx).error == "ValueError"
    assert run_action("create_return", {**args, "line_id": "l9"}, ctx).error == "ValueError"
    assert isinstance(ctx.store, MemoryStore)
    ctx.store.apply(result.effects[0], NOW)
    assert run_action("create_return", args, ctx).error == "ValueError"
    assert run_action("create_return", args, context()).error == "PermissionError"
