"""Tests what may come back, what for, and the request."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from core.people.conversations import Grant, Proof
from core.shop.returns import ReturnedLine
from flows.engine.actions import run_action
from flows.engine.context import ActionContext
from flows.engine.effects import Focus, OpenReturn, ShopRequest
from flows.loading.policies import Policies
from flows.loading.return_policy import AutoApprove, ByOutcome, Claims, HolidayExtension, OutcomeRules, ReturnPolicy
from flows.tools.memory_store import MemoryStore
from tests.flows.library.samples import NOW, PHONE, context, granted, order, value

BASKET = [
    {"id": "l1", "title": "Leather boots", "sku": "BOOT-42", "variant": "42", "quantity": 1, "unit_price": "60.00"},
    {"id": "l2", "title": "Wool socks", "quantity": 3, "unit_price": "10.00"},
]
ONE_BOOT = {"l1": {"quantity": 1, "reason": "size_small"}}


def windows(**policy: Any) -> Policies:
    return Policies(returns=ReturnPolicy(**policy))


def basket(policies: Policies | None = None, **changed: Any) -> ActionContext:
    placed = order(lines=BASKET, total="90.00", currency="USD")
    return context(placed, grants=granted(), policies=policies or Policies(), **changed)


@pytest.mark.parametrize(
    ("policies", "now", "outcome"),
    [
        (windows(window_days=7), "2026-12-02T23:00:00+00:00", "ok"),
        (windows(window_days=7), "2026-12-03T00:30:00+00:00", "just_late"),
        (windows(window_days=7), "2026-12-05T23:30:00+00:00", "just_late"),
        (windows(window_days=7), "2026-12-06T00:30:00+00:00", "out_of_window"),
        (windows(window_days=7, grace_days=0), "2026-12-03T00:30:00+00:00", "out_of_window"),
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
        ({"lines": [{"id": "l1", "title": "Hat", "tags": ["hygiene"]}]}, "nothing_left"),
    ],
)
def test_what_cannot_come_back(changed: dict[str, Any], outcome: str) -> None:
    ctx = context(order(**changed), grants=granted())
    assert value("check_return", ctx, order_number="1001")["outcome"] == outcome


def test_the_channel_s_word_for_the_order_s_number_is_enough() -> None:
    ctx = context(address=PHONE, channel="whatsapp")
    assert value("check_return", ctx, order_number="1001")["outcome"] == "ok"
    assert run_action("check_return", {"order_number": "1001"}, context()).error == "PermissionError"


# --- which order, which items


def test_an_order_is_found_by_what_is_in_it() -> None:
    boots = order("1001", lines=[{"id": "l1", "title": "Leather boots"}])
    hat = order("1002", lines=[{"id": "l1", "title": "Straw hat"}])
    other = order("1003", lines=[{"id": "l1", "title": "Rubber boots"}])
    ctx = context(boots, hat, address=PHONE, channel="whatsapp")
    assert value("find_orders", ctx, wanted="arrived", said="I want to return the boots")["order_number"] == "1001"
    assert value("find_orders", ctx, wanted="arrived", said="return please")["outcome"] == "several"
    assert value("find_orders", ctx, wanted="arrived", said="return it", spoken_of="1002")["order_number"] == "1002"
    on_boots = value("find_orders", ctx, wanted="arrived", said="return the boots", spoken_of="1002")
    assert on_boots["order_number"] == "1001"
    both = context(boots, hat, other, address=PHONE, channel="whatsapp")
    assert value("find_orders", both, wanted="arrived", said="return the boots")["outcome"] == "several"
    assert value("find_orders", both, wanted="arrived", said="return the rubber boots")["order_number"] == "1003"
    listed = value("list_orders", both, wanted="arrived", said="return the boots")
    assert {each["value"] for each in listed} == {"1001", "1003"}


def test_a_chinese_title_is_named_by_two_of_its_signs() -> None:
    lines = [{"id": "l1", "title": "纸灯笼台灯"}, {"id": "l2", "title": "青花瓷茶杯"}]
    ctx = context(order(lines=lines), grants=granted())
    assert value("check_return", ctx, order_number="1001", said="茶杯碎了")["named"] == ["l2"]
    assert value("check_return", ctx, order_number="1001", said="我想退货")["named"] == []


def test_what_is_spoken_of_is_remembered() -> None:
    assert run_action("check_return", {"order_number": "1001"}, basket()).effects == (Focus("1001"),)


# --- details of several items


def test_what_is_asked_of_several_items() -> None:
    lines = value("check_return", basket(), order_number="1001")["lines"]
    asked = value("next_detail", basket(), lines=lines, items=["l1", "l2"], reason="changed_mind")
    assert (asked["needs"], asked["line"]["value"]) == ("quantity", "l2")
    noted = value("note_detail", basket(), answers=asked["answers"], line=asked["line"], quantity=2)
    done = value("next_detail", basket(), lines=lines, items=["l1", "l2"], reason="changed_mind", answers=noted)
    assert done["needs"] == "none"
    assert done["answers"] == {
        "l1": {"quantity": 1, "reason": "changed_mind"},
        "l2": {"quantity": 2, "reason": "changed_mind"},
    }


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("2 of the wool socks and the boots", {"l2": 2}),
        ("2x3", {"l2": 3}),
        ("1x1, 2x2", {"l1": 1, "l2": 2}),
        ("two pairs of the socks", {"l2": 2}),
        ("退两双wool socks", {"l2": 2}),
        ("the socks in size 42", {}),
        ("9 socks", {}),  # there are three
        ("3x1", {}),
        ("return", {}),
    ],
)
def test_how_many_are_said_with_the_items(said: str, found: dict[str, int]) -> None:
    lines = value("check_return", basket(), order_number="1001")["lines"]
    told = value("read_quantities", basket(), lines=lines, items=["l1", "l2"], said=[None, said])
    assert told == {"by_line": found, "only": None}


def test_what_is_added_later_has_its_own_reason() -> None:
    lines = value("check_return", basket(), order_number="1001")["lines"]
    told = {"l1": {"quantity": 1, "reason": "size_small"}}
    said = {"by_line": {"l2": 2}, "only": None}
    args = {"lines": lines, "answers": told, "said": said, "reason": "size_small"}
    asked = value("next_detail", basket(), items=["l1", "l2"], **args)
    assert (asked["needs"], asked["line"]["value"], asked["answers"]["l2"]) == ("reason", "l2", {"quantity": 2})
    left = value("next_detail", basket(), items=["l1"], **args)
    assert (left["needs"], left["answers"]) == ("none", told)


def test_different_reasons_are_asked_one_by_one() -> None:
    lines = value("check_return", basket(), order_number="1001")["lines"]
    told = {"l1": {"quantity": 1}, "l2": {"quantity": 1, "reason": "damaged"}}
    asked = value("next_detail", basket(), lines=lines, items=["l1", "l2"], reason="differ", answers=told)
    assert (asked["needs"], asked["line"]["value"]) == ("reason", "l1")
    told = value("note_detail", basket(), answers=asked["answers"], line=asked["line"], reason="size_small")
    done = value("next_detail", basket(), lines=lines, items=["l1", "l2"], reason="differ", answers=told)
    assert (done["needs"], done["faults"]) == ("none", True)


# --- what for


def rules(**own: Any) -> ReturnPolicy:
    outcomes = ByOutcome(**{name: OutcomeRules(**each) for name, each in own.items()})
    return ReturnPolicy(currency="USD", outcomes=outcomes)


def test_each_outcome_has_its_arithmetic() -> None:
    policies = Policies(returns=rules(refund={"fee": "5.90"}, store_credit={"enabled": True, "bonus": "10%"}))
    found = value("list_offers", basket(policies), order_number="1001", answers=ONE_BOOT)
    assert (found["refund"]["goods"], found["refund"]["fee"], found["refund"]["total"]) == ("60.00", "5.90", "54.10")
    assert (found["store_credit"]["bonus"], found["store_credit"]["total"]) == ("6.00", "66.00")
    assert found["count"] == 3
    assert found["only"] is None


def test_our_mistake_is_free_of_fees_and_a_gift_is_worth_credit_only() -> None:
    policies = Policies(returns=rules(refund={"fee": "5.90", "restocking": "50%"}, exchange={"enabled": False}))
    broken = {"l1": {"quantity": 1, "reason": "damaged"}}
    assert value("list_offers", basket(policies), order_number="1001", answers=broken)["refund"]["total"] == "60.00"
    mixed = {**broken, "l2": {"quantity": 3, "reason": "other"}}
    assert value("list_offers", basket(policies), order_number="1001", answers=mixed)["refund"]["total"] == "69.10"
    given = {"l1": {"quantity": 1, "reason": "gift"}}
    assert value("list_offers", basket(policies), order_number="1001", answers=given)["only"] == "store_credit"


def test_the_first_exchange_is_free() -> None:
    policies = Policies(returns=rules(exchange={"fee": "3.00", "first_free": True}))
    assert value("list_offers", basket(policies), order_number="1001", answers=ONE_BOOT)["exchange"]["fee"] is None
    paid = Policies(returns=rules(exchange={"fee": "3.00"}))
    assert value("list_offers", basket(paid), order_number="1001", answers=ONE_BOOT)["exchange"]["fee"] == "3.00"


def test_the_summary_says_who_pays_and_what_can_be_kept() -> None:
    policies = Policies(returns=replace(rules(), keep_item_under="15.00"))
    told = value("sum_up", basket(policies), order_number="1001", answers=ONE_BOOT, resolution="refund")
    assert (told["total"], told["pays"], told["keep"]) == ("60.00", "customer", False)
    sock = {"l2": {"quantity": 1, "reason": "changed_mind"}}
    told = value("sum_up", basket(policies), order_number="1001", answers=sock, resolution="refund")
    assert (told["total"], told["pays"], told["keep"]) == ("10.00", "store", True)
    broken = {"l1": {"quantity": 1, "reason": "damaged"}}
    told = value("sum_up", basket(policies), order_number="1001", answers=broken, resolution="refund")
    assert told["pays"] == "store"


@pytest.mark.parametrize(
    ("price", "difference", "dearer"), [("65.00", "5.00", 1), ("60.00", "0.00", 0), ("52.50", "-7.50", -1)]
)
def test_an_exchange_costs_what_the_other_costs_more(price: str, difference: str, dearer: int) -> None:
    wanted = {"l1": {"variant_id": "v43", "title": "43", "price": price, "currency": "USD"}}
    args = {"order_number": "1001", "answers": ONE_BOOT, "resolution": "exchange", "exchange_for": wanted}
    told = value("sum_up", basket(), **args)
    assert (told["difference"], told["dearer"]) == (difference, dearer)
    assert told["lines"][0]["to"] == "43"


# --- the request

CREATE = {"order_number": "1001", "answers": ONE_BOOT, "resolution": "refund"}


def test_a_request_is_checked_again_and_made_once() -> None:
    ctx = basket()
    result = run_action("create_return", CREATE, ctx)
    assert result.value == {"reference": "R1001-1", "approved": False, "request": None, "keep": False}
    (opened,) = result.effects
    assert isinstance(opened, OpenReturn)
    assert opened.lines == (ReturnedLine("l1", 1, "size_small"),)
    assert opened.details["items"] == "1 × Leather boots 42 (size small)"
    assert opened.details["amount"] == "60.00 USD"
    too_many = {"l1": {"quantity": 2, "reason": "other"}}
    assert run_action("create_return", {**CREATE, "answers": too_many}, ctx).error == "ValueError"
    unknown = {"l9": {"quantity": 1, "reason": "other"}}
    assert run_action("create_return", {**CREATE, "answers": unknown}, ctx).error == "ValueError"
    assert run_action("create_return", {**CREATE, "resolution": "store_credit"}, ctx).error == "ValueError"
    assert run_action("create_return", {**CREATE, "resolution": "replacement"}, ctx).error == "ValueError"
    assert run_action("create_return", {**CREATE, "answers": {}}, ctx).error == "ValueError"
    assert isinstance(ctx.store, MemoryStore)
    ctx.store.apply(opened, NOW)
    assert run_action("create_return", CREATE, ctx).error == "ValueError"
    assert run_action("create_return", CREATE, replace(basket(), grants=())).error == "PermissionError"


def test_within_its_limits_the_store_s_system_is_asked_at_once() -> None:
    granting = Policies(returns=replace(rules(), auto_approve=AutoApprove("100.00", ("refund",))))
    ctx = basket(granting, shop=frozenset(("return.create",)), key="returns.create.1")
    result = run_action("create_return", CREATE, ctx)
    opened, asked = result.effects
    assert isinstance(opened, OpenReturn)
    assert opened.approved
    assert isinstance(asked, ShopRequest)
    assert result.value["request"] == {"id": asked.id}
    assert asked.data == {
        "return": {
            "id": "R1001-1",
            "resolution": "refund",
            "refund": {"amount": "60.00", "currency": "USD", "method": "original"},
            "photos": [],
            "lines": [{"line_id": "l1", "quantity": 1, "reason": "size_small"}],
        }
    }
    again = run_action("create_return", CREATE, ctx)
    assert again.effects == result.effects


@pytest.mark.parametrize(
    ("limits", "shop", "reason"),
    [
        (AutoApprove("100.00", ("refund",)), frozenset[str](), "size_small"),  # nobody there to do it
        (AutoApprove("59.99", ("refund",)), frozenset(("return.create",)), "size_small"),
        (AutoApprove({"EUR": "100.00"}, ("refund",)), frozenset(("return.create",)), "size_small"),
        (AutoApprove("100.00", ("exchange",)), frozenset(("return.create",)), "size_small"),
        (AutoApprove("100.00", ("refund",)), frozenset(("return.create",)), "damaged"),
        (None, frozenset(("return.create",)), "size_small"),
    ],
)
def test_beyond_its_limits_a_person_decides(limits: AutoApprove | None, shop: frozenset[str], reason: str) -> None:
    ctx = basket(Policies(returns=replace(rules(), auto_approve=limits)), shop=shop)
    answers = {"l1": {"quantity": 1, "reason": reason}}
    assert run_action("create_return", {**CREATE, "answers": answers}, ctx).value["approved"] is False


# --- our mistakes


def test_a_claim_ignores_the_sale_and_takes_what_broke_later_as_faulty() -> None:
    lines = [{"id": "l1", "title": "Lamp", "final_sale": True, "unit_price": "59.00"}]
    ctx = context(order(lines=lines, total="59.00"), grants=granted(), policies=Policies(warranty_months=12))
    assert value("check_claim", ctx, order_number="1001", kind="damaged")["kind"] == "damaged"
    later = replace(ctx, now=NOW + timedelta(days=60), grants=(Grant(Proof.ORDER, "1001", NOW + timedelta(days=61)),))
    assert value("check_claim", later, order_number="1001", kind="damaged")["kind"] == "defective"
    assert value("check_claim", later, order_number="1001", kind="wrong_item")["outcome"] == "out_of_window"


def test_what_is_missing_may_be_in_another_parcel() -> None:
    shipments = [
        {"id": "s1", "status": "delivered", "delivered_at": "2026-11-25T20:00:00+00:00", "lines": [{"line_id": "l1"}]},
        {"id": "s2", "status": "in_transit", "carrier": "DHL", "eta": "2026-12-04", "lines": [{"line_id": "l2"}]},
    ]
    ctx = context(order(lines=BASKET, shipments=shipments), grants=granted())
    found = value("check_claim", ctx, order_number="1001", kind="missing_item", said="the socks are missing")
    assert found["outcome"] == "coming"
    assert found["coming"] == [{"title": "Wool socks", "carrier": "DHL", "eta": "2026-12-04"}]
    assert value("check_claim", ctx, order_number="1001", kind="damaged")["coming"] == []


def test_a_claim_is_filed_with_its_photos() -> None:
    args = {
        "order_number": "1001",
        "answers": {"l1": {"quantity": 1, "reason": "wrong_item"}},
        "resolution": "replacement",
        "claim": "wrong_item",
        "photos": [{"id": "m1", "kind": "image"}, {"id": "m2", "kind": "image"}],
        "note": "red ones",
    }
    (opened,) = run_action("create_return", args, basket()).effects
    assert isinstance(opened, OpenReturn)
    assert opened.photos == ("m1", "m2")
    assert (opened.details["kind"], opened.details["note"]) == ("wrong_item", "red ones")
    assert opened.details["return_shipping"] == "store"


def test_a_small_claim_is_granted_where_the_store_says_so() -> None:
    granting = Policies(returns=replace(rules(), claims=Claims(auto_approve_under="70.00")))
    ctx = basket(granting, shop=frozenset(("return.create",)))
    args = {**CREATE, "answers": {"l1": {"quantity": 1, "reason": "damaged"}}, "claim": "damaged"}
    assert run_action("create_return", args, ctx).value["approved"] is True
    both = {"l1": {"quantity": 1, "reason": "damaged"}, "l2": {"quantity": 1, "reason": "damaged"}}
    assert run_action("create_return", {**args, "answers": both}, ctx).value["approved"] is False
