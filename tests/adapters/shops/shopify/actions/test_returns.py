"""A return is made once, for what was sent and not returned yet; a replacement for our mistake leaves at once."""

from typing import Any

import pytest

from core.errors import SendError
from core.shop.shop_actions import Refusal, ShopAnswer, ShopStatus
from tests.adapters.shops.shopify.actions.acting import Acting, acting, sent


def wanted(resolution: str = "refund", **line: Any) -> dict[str, Any]:
    """Makes a return as flows ask for it."""
    lines = [{"line_id": "11", "quantity": 1, "reason": "size_small", **line}]
    return {"id": "R1001-1", "resolution": resolution, "refund": None, "photos": [], "lines": lines}


async def returns(act: Acting) -> list[dict[str, Any]]:
    return list((await act.order()).get("returns", {"nodes": []})["nodes"])


def test_return_is_open_and_told_and_bears_our_number() -> None:
    async def scenario(act: Acting) -> None:
        await act.have(**sent())
        answer = await act.ask("return.create", **{"return": wanted()})
        (made,) = await returns(act)
        assert answer == ShopAnswer(ShopStatus.DONE, id=made["id"].rpartition("/")[2])
        assert (made["status"], made["name"]) == ("OPEN", "#1001-R1")
        (line,) = made["returnLineItems"]["nodes"]
        assert (line["returnReason"], line["returnReasonNote"]) == ("SIZE_TOO_SMALL", "size small [R1001-1]")
        assert await act.told(2) == ["returns/approve", "orders/updated"]

    acting(scenario, subscribed=True)


def test_store_credit_that_is_wanted_is_in_the_note() -> None:
    async def scenario(act: Acting) -> None:
        await act.have(**sent())
        await act.ask("return.create", **{"return": wanted("store_credit", reason="other")})
        ((line,),) = [each["returnLineItems"]["nodes"] for each in await returns(act)]
        assert (line["returnReason"], line["returnReasonNote"]) == ("OTHER", "other [R1001-1, store credit]")

    acting(scenario)


@pytest.mark.parametrize("step", ["OrderToReturn", "Returnable", "CreateReturn", "ReleaseReplacement"])
def test_request_that_is_repeated_after_any_step_is_done_once(step: str) -> None:
    async def scenario(act: Acting) -> None:
        await act.have(**sent())
        wish = wanted("exchange", condition="damaged", exchange_for={"variant_id": "31"})
        act.wire.lost = [step]
        with pytest.raises(SendError):
            await act.ask("return.create", **{"return": wish})
        answer = await act.ask("return.create", **{"return": wish})
        assert answer.status is ShopStatus.DONE
        (made,) = await returns(act)
        assert [each["unprocessedQuantity"] for each in made["exchangeLineItems"]["nodes"]] == [0]
        lines = (await act.order())["lineItems"]["nodes"]
        assert [each["variant"]["id"].rpartition("/")[2] for each in lines] == ["31", "32", "31"]

    acting(scenario)


def test_exchange_that_the_customer_wishes_waits_for_what_comes_back() -> None:
    async def scenario(act: Acting) -> None:
        await act.have(**sent())
        await act.ask("return.create", **{"return": wanted("exchange", exchange_for={"variant_id": "43"})})
        (made,) = await returns(act)
        assert [each["variantId"] for each in made["exchangeLineItems"]["nodes"]] == ["gid://shopify/ProductVariant/43"]
        assert "ReleaseReplacement" not in act.wire.called

    acting(scenario)


def test_pieces_are_taken_from_the_parcels_that_they_came_in() -> None:
    async def scenario(act: Acting) -> None:
        state = sent()
        first = state["fulfillments"][0]
        first["fulfillmentLineItems"]["nodes"][1]["quantity"] = 1
        second = {**first, "id": "gid://shopify/Fulfillment/42"}
        second["fulfillmentLineItems"] = {"nodes": [{"quantity": 1, "lineItem": {"id": "gid://shopify/LineItem/12"}}]}
        await act.have(**{**state, "fulfillments": [first, second]})
        assert (
            await act.ask("return.create", **{"return": wanted(line_id="12", quantity=2)})
        ).status is ShopStatus.DONE
        ((one, other),) = [each["returnLineItems"]["nodes"] for each in await returns(act)]
        assert one["fulfillmentLineItem"]["id"] != other["fulfillmentLineItem"]["id"]

    acting(scenario)


def test_what_is_on_its_way_back_cannot_be_returned_again() -> None:
    async def scenario(act: Acting) -> None:
        await act.have(**sent())
        await act.ask("return.create", **{"return": wanted()})
        again = await act.ask("return.create", "act-2", **{"return": {**wanted(), "id": "R1001-2"}})
        assert again == ShopAnswer(ShopStatus.REFUSED, why=Refusal.NOT_RETURNABLE)
        assert len(await returns(act)) == 1

    acting(scenario)


def test_what_has_not_left_cannot_be_returned() -> None:
    async def scenario(act: Acting) -> None:
        await act.have()
        answer = await act.ask("return.create", **{"return": wanted()})
        assert answer == ShopAnswer(ShopStatus.REFUSED, why=Refusal.NOT_RETURNABLE)

    acting(scenario)


def test_replacement_that_is_sold_out_makes_no_return() -> None:
    async def scenario(act: Acting) -> None:
        await act.have(**sent())
        await act.place.api("shopify/stock", {"variants": {"43": {"stock": 0}}})
        answer = await act.ask("return.create", **{"return": wanted("exchange", exchange_for={"variant_id": "43"})})
        assert answer == ShopAnswer(ShopStatus.REFUSED, why=Refusal.OUT_OF_STOCK)
        assert await returns(act) == []

    acting(scenario)
