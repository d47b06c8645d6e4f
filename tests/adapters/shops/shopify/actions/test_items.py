"""Items are changed in one edit, all or nothing; nothing is added twice."""

from typing import Any

import pytest

from core.errors import SendError
from core.shop.shop_actions import Refusal, ShopAnswer, ShopStatus
from tests.adapters.shops.shopify.actions.acting import Acting, acting, sent

DONE = ShopAnswer(ShopStatus.DONE)
SWAP = [{"line_id": "11", "variant_id": "33"}, {"line_id": "12", "quantity": 1}, {"variant_id": "99", "quantity": 1}]
STEPS = ["OrderToEdit", "KeepAim", "BeginEdit", "SetQuantity", "AddVariant", "CommitEdit"]


async def there(act: Acting) -> dict[str, int]:
    """Counts what is in the order now, by variant."""
    counted: dict[str, int] = {}
    for line in (await act.order())["lineItems"]["nodes"]:
        variant = line["variant"]["id"].rpartition("/")[2]
        counted[variant] = counted.get(variant, 0) + line["currentQuantity"]
    return {variant: number for variant, number in counted.items() if number}


def test_variant_quantity_and_a_new_item_are_one_edit() -> None:
    async def scenario(act: Acting) -> None:
        await act.have()
        for _ in range(2):
            assert await act.ask("order.change_items", items=SWAP) == DONE
        assert await there(act) == {"33": 1, "32": 1, "99": 1}
        assert act.wire.called.count("CommitEdit") == 1
        assert await act.told(1) == ["orders/updated"]

    acting(scenario, subscribed=True)


@pytest.mark.parametrize("step", STEPS)
def test_request_that_is_repeated_after_any_step_is_done_once(step: str) -> None:
    async def scenario(act: Acting) -> None:
        await act.have()
        act.wire.lost = [step]
        with pytest.raises(SendError):
            await act.ask("order.change_items", items=SWAP)
        if step != "CommitEdit":
            assert await there(act) == {"31": 1, "32": 2}, "an edit that was not committed is no change"
        assert await act.ask("order.change_items", items=SWAP) == DONE
        assert await there(act) == {"33": 1, "32": 1, "99": 1}

    acting(scenario)


def test_the_same_wish_made_anew_is_another_one() -> None:
    async def scenario(act: Acting) -> None:
        await act.have()
        more = [{"variant_id": "99", "quantity": 2}]
        assert await act.ask("order.change_items", "act-1", items=more) == DONE
        assert await act.ask("order.change_items", "act-2", items=more) == DONE
        assert await act.ask("order.change_items", "act-1", items=more) == DONE
        assert (await there(act))["99"] == 4

    acting(scenario)


def test_what_is_out_of_stock_changes_nothing() -> None:
    async def scenario(act: Acting) -> None:
        await act.have()
        await act.place.api("shopify/stock", {"variants": {"99": {"stock": 0}}})
        answer = await act.ask("order.change_items", items=SWAP)
        assert answer == ShopAnswer(ShopStatus.REFUSED, why=Refusal.OUT_OF_STOCK)
        assert await there(act) == {"31": 1, "32": 2}

    acting(scenario)


@pytest.mark.parametrize(
    ("state", "why"), [(sent(), Refusal.SENT), ({"cancelledAt": "2026-12-01T10:00:00Z"}, Refusal.CANCELLED)]
)
def test_what_stands_against_it_is_said(state: dict[str, Any], why: Refusal) -> None:
    async def scenario(act: Acting) -> None:
        await act.have(**state)
        assert await act.ask("order.change_items", items=SWAP) == ShopAnswer(ShopStatus.REFUSED, why=why)
        assert "BeginEdit" not in act.wire.called

    acting(scenario)
