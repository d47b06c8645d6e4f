"""Tests what the warehouse counts and the money that follows: once, approved by who may, never more than was paid."""

import asyncio
import dataclasses
from decimal import Decimal

import pytest
from msgspec.structs import replace

from core.errors import Outcome, SendError
from core.shop.returns import RefundRecord, ReturnedLine
from core.shop.shop_actions import Refusal, ShopAnswer, ShopStatus
from flows.loading.policies import Policies
from hub.hub import Outlets
from hub.outgoing.sender import OutgoingSender
from hub.store_folder import Shelf
from storage.engine.store import Store
from storage.outgoing.tables import outgoing
from storage.shop.tables import return_refunds
from tests.fakes import shipped_folder, shipped_policies
from tests.hub.house import ANNA, BEN
from tests.hub.returns.asked import TEAMS, AtDesk

SOCKS = (ReturnedLine("l2", 3, "changed_mind"),)
WORTH = {"currency": "USD", "goods": "30.00", "fee": "5.00", "total": "25.00", "values": {"l2": "30.00"}}
FAILS = SendError(Outcome.CONTENT_REJECTED, "http_400")


def limited(desk: AtDesk, sum_: str | None) -> AtDesk:
    """Sets the sum above which finance approves."""
    policies: Policies = shipped_policies()
    own = replace(policies, returns=replace(policies.returns, finance_above=sum_))
    folder = dataclasses.replace(shipped_folder(), routing=TEAMS, policies=own)
    desk.house.hub = dataclasses.replace(desk.house.hub, shelf=Shelf(lambda: folder))
    return desk


def approved(desk: AtDesk, by: str = ANNA) -> None:
    desk.press("return_approve", by)
    desk.call()
    desk.answered()
    desk.shop.asked.clear()


def test_what_came_in_order_is_paid_by_the_same_approval(desk: AtDesk) -> None:
    approved(desk)
    desk.press("return_received", BEN, ok_0="1")
    assert desk.tracks == ("approved", "inspected", "processing")
    assert desk.call() == 1
    asked = desk.shop.asked[0]
    assert (asked.type, asked.subject) == ("doorstep.refund.issue", "return/R1001-1")
    assert {name: asked.data["refund"][name] for name in ("amount", "currency", "method")} == {
        "amount": "99.80",
        "currency": "USD",
        "method": "original",
    }
    assert desk.tracks == ("approved", "inspected", "settled")
    assert (desk.money.asked_by, desk.money.approved_by, desk.money.state) == (ANNA, ANNA, "settled")
    assert desk.filed.record.state == "completed"
    desk.later()
    desk.later()
    assert sorted(desk.heard()) == ["refund_issued", "return_approved", "return_completed"]
    desk.told_refund(RefundRecord("1001", Decimal("99.80"), desk.house.clock(), "USD"))  # the shop's own event follows
    desk.told("completed")
    desk.later()
    assert sorted(desk.heard()) == ["refund_issued", "return_approved", "return_completed"]


def test_the_shop_s_event_may_come_before_its_answer(desk: AtDesk) -> None:
    approved(desk)
    desk.press("return_received", ok_0="1")
    desk.told_refund(RefundRecord("1001", Decimal("99.80"), desk.house.clock(), "USD"))
    assert desk.money.state == "settled"
    desk.call()
    desk.later()
    assert desk.heard().count("refund_issued") == 1


def test_above_the_limit_finance_approves_and_not_who_asked(desk: AtDesk) -> None:
    limited(desk, "50.00")
    approved(desk, ANNA)
    desk.press("return_received", ANNA, ok_0="1")
    assert desk.tracks[2] == "awaiting_approval"
    assert desk.call() == 0
    (post,) = desk.team_posts("finance")
    assert post.shown is not None
    assert ("To refund", "99.80 USD (finance approves it)") in post.shown.sums
    assert [button.label for button in post.buttons] == ["Refund"]
    desk.press("return_pay", ANNA)
    assert desk.answered() == ["You asked for this refund, so somebody else has to approve it."]
    assert desk.call() == 0
    desk.press("return_pay", BEN)
    desk.press("return_pay", BEN)
    assert desk.call() == 1
    assert (desk.money.asked_by, desk.money.approved_by) == (ANNA, BEN)
    assert desk.tracks[2] == "settled"
    post = desk.team_posts("finance")[-1]
    assert post.shown is not None
    assert post.shown.sums == ()  # what is sent is no longer to be refunded


def test_a_sum_in_a_currency_without_a_limit_is_finance_s(desk: AtDesk) -> None:
    limited(desk, "5000.00")
    policy = desk.house.hub.policies.returns
    assert policy.sum_in(policy.finance_above, "SGD") is None


def test_two_of_three_arrived_and_one_is_damaged(store: Store) -> None:
    desk = AtDesk(store, lines=SOCKS, quote=WORTH)
    desk.press("return_exception")  # they are of a final sale
    desk.call()
    desk.shop.asked.clear()
    desk.press("return_received", BEN, ok_0="1", damaged_0="1")
    assert desk.tracks == ("approved", "partially_received", "quoted")
    desk.later()
    assert "return_received" in desk.heard()
    desk.press("return_received", BEN, ok_0="2")
    assert desk.answered()[-1] == "That is more than is on its way. Nothing was changed."
    desk.press("return_received", BEN, missing_0="1")
    assert desk.tracks == ("approved", "inspected", "quoted")  # a person has a look
    assert desk.call() == 0
    desk.press("return_refund", ANNA)
    assert desk.call() == 1
    assert desk.shop.asked[0].data["refund"]["amount"] == "5.00"  # one of three, less the fee
    assert [line.condition for line in desk.filed.record.lines] == ["missing"]


def test_a_gateway_that_fails_is_seen_and_tried_again_by_the_same_id(desk: AtDesk) -> None:
    approved(desk)
    desk.shop.script.append(FAILS)
    desk.press("return_received", ok_0="1")
    desk.call()
    assert desk.tracks[2] == "failed"
    assert any("was not made" in getattr(post, "text", "") for post in desk.house.posts())
    desk.later()
    assert "refund_issued" not in desk.heard()
    desk.press("return_refund_again")
    desk.press("return_refund_again")
    assert desk.call() == 1
    first, again = desk.shop.asked
    assert first.data["id"] == again.data["id"]
    assert desk.tracks[2] == "settled"
    assert len(desk.house.rows(return_refunds)) == 1


def test_what_the_shop_refused_is_tried_again_by_another_id(desk: AtDesk) -> None:
    approved(desk)
    desk.shop.script.append(ShopAnswer(ShopStatus.REFUSED, why=Refusal.UNPAID))
    desk.press("return_received", ok_0="1")
    desk.call()
    assert desk.tracks[2] == "failed"
    desk.press("return_refund_again", BEN)
    desk.call()
    first, again = desk.shop.asked
    assert first.data["id"] != again.data["id"]
    assert desk.tracks[2] == "settled"


def test_never_more_than_is_left_of_what_was_paid(desk: AtDesk) -> None:
    approved(desk)
    desk.told_refund(RefundRecord("1001", Decimal("100.00"), desk.house.clock(), "USD"))
    desk.press("return_received", ok_0="1")
    assert desk.tracks == ("approved", "inspected", "quoted")  # 29.80 are left of 129.80
    assert desk.call() == 0
    desk.press("return_refund")
    assert desk.answered()[-1].startswith("That is more than is left")
    assert desk.house.rows(return_refunds) == []


def test_without_a_shop_the_money_is_sent_by_hand_and_told(desk: AtDesk) -> None:
    approved(desk)
    desk.house.hub = dataclasses.replace(desk.house.hub, outlets=Outlets())
    desk.press("return_received", ok_0="1")
    assert desk.tracks[2] == "failed"
    desk.press("return_by_hand", BEN)
    desk.later()
    assert desk.tracks[2] == "settled"
    assert "refund_issued" in desk.heard()


def test_what_the_customer_keeps_is_paid_when_it_is_approved(store: Store) -> None:
    desk = AtDesk(store, keep_item="yes")
    desk.press("return_approve")
    desk.call()
    assert desk.team_posts("warehouse") == []
    assert desk.call() + len(desk.shop.asked) >= 2
    assert desk.tracks == ("approved", "none", "settled")
    assert desk.filed.record.state == "completed"


def test_an_exchange_ends_in_no_money(store: Store) -> None:
    desk = AtDesk(store, resolution="exchange", quote={})
    approved(desk)
    desk.press("return_received", ok_0="1")
    assert desk.tracks == ("approved", "inspected", "none")
    desk.press("return_refund")
    assert desk.answered()[-1].startswith("This return does not end in money")


def test_money_that_waits_for_finance_is_not_sent_when_the_shop_settled_it(desk: AtDesk) -> None:
    limited(desk, "50.00")
    approved(desk)
    desk.press("return_received", ok_0="1")
    desk.told("completed")
    assert desk.tracks[2] == "settled"
    desk.press("return_pay", BEN)
    assert desk.answered()[-1] == "The refund was sent already."
    assert desk.money.reason == "settled in the shop itself"
    assert desk.call() == 0


@pytest.mark.parametrize("times", [1, 2])
def test_a_worker_that_dies_in_the_call_asks_by_the_same_id(desk: AtDesk, times: int) -> None:
    approved(desk)
    desk.press("return_received", ok_0="1")
    desk.shop.script.extend([SendError(Outcome.AMBIGUOUS, "timeout")] * times)
    for _ in range(times + 1):
        asyncio.run(OutgoingSender(desk.house.hub).look())
        desk.house.clock.advance(minutes=6)
    desk.house.drain()
    ids = {each.data["id"] for each in desk.shop.asked}
    assert len(ids) == 1
    assert [row.state for row in desk.house.rows(outgoing) if row.type == "doorstep.refund.issue"] == ["done"]
    assert desk.tracks[2] == "settled"
