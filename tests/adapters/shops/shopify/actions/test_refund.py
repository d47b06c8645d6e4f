"""Money goes back once, the way it came or as credit, and never more than was paid."""

from typing import Any

import pytest

from adapters.shops.shopify.actions.refund import REFUND, idempotency_key
from core.errors import SendError
from core.shop.shop_actions import Refusal, ShopAnswer, ShopStatus
from tests.adapters.shops.shopify.actions.acting import Acting, acting, sent
from tests.sandbox.test_shopify import money


def wanted(amount: str | None = "20.00", method: str = "original", **more: Any) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD", "method": method, **more}


async def given(act: Acting) -> list[tuple[str, str]]:
    """Lists (gateway, amount) of all that went back."""
    refunds = (await act.order())["refunds"]
    return [
        (paid["gateway"], paid["amountSet"]["presentmentMoney"]["amount"])
        for refund in refunds
        for paid in refund["transactions"]["nodes"]
    ]


def test_money_goes_back_the_way_it_came() -> None:
    async def scenario(act: Acting) -> None:
        await act.have(**sent())
        lines = [{"line_id": "11", "quantity": 1}]
        answer = await act.ask("refund.issue", refund=wanted(lines=lines))
        (refund,) = (await act.order())["refunds"]
        assert answer == ShopAnswer(ShopStatus.DONE, id=refund["id"].rpartition("/")[2])
        assert await given(act) == [("shopify_payments", "20.00")]
        assert refund["refundLineItems"]["nodes"][0]["restockType"] == "NO_RESTOCK"
        assert act.wire.sent[-1]["input"]["notify"] is False
        assert await act.told(2) == ["refunds/create", "orders/updated"]

    acting(scenario, subscribed=True)


def test_store_credit_is_given_instead() -> None:
    async def scenario(act: Acting) -> None:
        await act.have(**sent())
        assert (await act.ask("refund.issue", refund=wanted(method="store_credit"))).status is ShopStatus.DONE
        assert await given(act) == [("shopify_store_credit", "20.00")]

    acting(scenario)


def test_what_was_paid_in_two_parts_goes_back_to_both() -> None:
    async def scenario(act: Acting) -> None:
        parts = [("gift_card", "50.00"), ("shopify_payments", "70.00")]
        sales = [
            {"id": f"gid://shopify/OrderTransaction/{n}", "kind": "SALE", "status": "SUCCESS"}
            | {"gateway": gateway, "amountSet": money(amount)}
            for n, (gateway, amount) in enumerate(parts)
        ]
        await act.have(**sent(transactions=sales))
        assert (await act.ask("refund.issue", refund=wanted("60.00"))).status is ShopStatus.DONE
        assert await given(act) == [("gift_card", "50.00"), ("shopify_payments", "10.00")]
        assert (await act.ask("refund.issue", "act-2", refund=wanted(None))).status is ShopStatus.DONE
        assert (await given(act))[2:] == [("shopify_payments", "60.00")]

    acting(scenario)


@pytest.mark.parametrize("step", ["OrderToRefund", "GiveBack"])
def test_request_that_is_repeated_after_any_step_is_done_once(step: str) -> None:
    async def scenario(act: Acting) -> None:
        await act.have(**sent())
        act.wire.lost = [step]
        with pytest.raises(SendError):
            await act.ask("refund.issue", refund=wanted())
        assert (await act.ask("refund.issue", refund=wanted())).status is ShopStatus.DONE
        assert await given(act) == [("shopify_payments", "20.00")]

    acting(scenario)


def test_two_requests_are_two_refunds_and_no_more_than_was_paid() -> None:
    async def scenario(act: Acting) -> None:
        await act.have(**sent())
        for number in (1, 2):
            assert (await act.ask("refund.issue", f"act-{number}", refund=wanted("50.00"))).status is ShopStatus.DONE
        third = await act.ask("refund.issue", "act-3", refund=wanted("20.01"))
        assert third == ShopAnswer(ShopStatus.REFUSED, why=Refusal.TOO_MUCH)
        assert len(await given(act)) == 2

    acting(scenario)


@pytest.mark.parametrize(
    ("changes", "words"), [({"method": "gift_card"}, "gift_card"), ({"currency": "EUR"}, "paid in USD, not in EUR")]
)
def test_what_no_app_can_do_goes_to_people(changes: dict[str, str], words: str) -> None:
    async def scenario(act: Acting) -> None:
        await act.have(**sent())
        answer = await act.ask("refund.issue", refund={**wanted(), **changes})
        assert answer.status is ShopStatus.FAILED
        assert words in (answer.reason or "")
        assert await given(act) == []

    acting(scenario)


def test_key_is_a_uuid_of_the_request_and_the_document_carries_it() -> None:
    assert idempotency_key("act-1") == idempotency_key("act-1") != idempotency_key("act-2")
    assert len(idempotency_key("act-1")) == 36
    assert "@idempotent(key: $key)" in REFUND
