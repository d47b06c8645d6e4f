"""An order is cancelled once; what stands against it is said in words that we have, or goes to people."""

import asyncio

import pytest

from adapters.shops.shopify.actions import cancel
from core.errors import SendError
from core.shop.shop_actions import Refusal, ShopAnswer, ShopStatus
from tests.adapters.shops.shopify.actions.acting import Acting, acting, paid, sent

DONE = ShopAnswer(ShopStatus.DONE)


def test_order_is_cancelled_paid_back_and_told_by_webhook() -> None:
    async def scenario(act: Acting) -> None:
        await act.have()
        await act.place.api("shopify/jobs", {"seconds": 0.3})
        assert await act.ask("order.cancel", reason="changed_mind") == DONE
        order = await act.order()
        assert order["cancelledAt"]
        assert order["refunds"][0]["transactions"]["nodes"][0]["amountSet"]["presentmentMoney"]["amount"] == "120.00"
        (call,) = [each for each in act.wire.sent if "note" in each]
        assert call["note"].endswith("Doorstep act-7f3a")
        assert sorted(await act.told(3)) == ["orders/cancelled", "orders/updated", "refunds/create"]

    acting(scenario, subscribed=True)


def test_slow_job_is_pending_and_is_looked_at_by_its_id() -> None:
    async def scenario(act: Acting) -> None:
        await act.have()
        await act.place.api("shopify/jobs", {"seconds": 6})
        first = await act.ask("order.cancel")
        assert (first.status, first.again) == (ShopStatus.PENDING, cancel.LATER)
        assert cancel.JOB in (first.id or "")
        await asyncio.sleep(1.2)
        assert await act.ask("order.cancel", remote_id=first.id or "") == DONE
        assert act.wire.called.count("CancelOrder") == 1

    acting(scenario)


def test_repeated_request_cancels_nothing_again() -> None:
    async def scenario(act: Acting) -> None:
        await act.have()
        await act.place.api("shopify/jobs", {"seconds": 0})
        act.wire.lost = ["CancelOrder"]
        with pytest.raises(SendError):
            await act.ask("order.cancel")
        assert await act.ask("order.cancel") == DONE
        assert len((await act.order())["refunds"]) == 1
        assert act.wire.called.count("CancelOrder") == 1

    acting(scenario)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (sent(), Refusal.SENT),
        ({"returns": {"nodes": [{"id": "gid://shopify/Return/1", "status": "OPEN"}]}}, Refusal.RETURN_OPEN),
        ({"pendingAuthorization": True}, Refusal.UNPAID),
    ],
)
def test_what_stands_against_it_is_said(state: dict[str, object], why: Refusal) -> None:
    async def scenario(act: Acting) -> None:
        await act.have(**state)
        assert await act.ask("order.cancel") == ShopAnswer(ShopStatus.REFUSED, why=why)
        assert not (await act.order()).get("cancelledAt")

    acting(scenario)


def test_job_that_fails_goes_to_people_with_what_shopify_said() -> None:
    async def scenario(act: Acting) -> None:
        await act.have()
        await act.place.api("shopify/jobs", {"seconds": 0.2, "error": "NO_REFUND_PERMISSION"})
        answer = await act.ask("order.cancel")
        assert answer.status is ShopStatus.FAILED
        assert "refund_orders" in (answer.reason or "")

    acting(scenario)


def test_order_that_left_while_the_job_ran_is_refused_as_sent() -> None:
    async def scenario(act: Acting) -> None:
        await act.have()
        await act.place.api("shopify/jobs", {"seconds": 1, "error": "INVALID"})
        asked = asyncio.create_task(act.ask("order.cancel"))
        await asyncio.sleep(0.7)
        await act.place.api("shopify/orders", {"orders": [paid(**sent())]})
        assert await asked == ShopAnswer(ShopStatus.REFUSED, why=Refusal.SENT)

    acting(scenario)
