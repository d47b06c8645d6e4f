"""Whatever the shop says to an action has one of the outcomes that hub.outgoing knows."""

import pytest

from core.errors import Outcome, SendError
from core.shop.shop_actions import EVERY_ACTION, ShopStatus
from tests.adapters.shops.shopify.actions.acting import Acting, acting

ADDRESS = {"line1": "5 Oak Ave", "city": "New York", "postcode": "10002", "region": "NY", "country": "US"}


def test_it_does_everything() -> None:
    async def scenario(act: Acting) -> None:
        assert act.shop.actions == EVERY_ACTION
        assert (await act.shop.check()).endswith("lets us do everything")

    acting(scenario)


@pytest.mark.parametrize(
    ("action", "data", "scope"),
    [
        ("order.cancel", {}, "write_orders"),
        ("order.change_address", {"address": ADDRESS}, "write_orders"),
        ("order.change_items", {"items": [{"line_id": "12", "quantity": 1}]}, "write_order"),
        ("refund.issue", {"refund": {"amount": "5.00", "currency": "USD"}}, "write_orders"),
    ],
)
def test_scope_that_is_missing_is_peoples_and_named(action: str, data: dict[str, object], scope: str) -> None:
    async def scenario(act: Acting) -> None:
        await act.have()
        await act.place.api("shopify/scopes", {"scopes": ["read_orders", "read_returns"]})
        answer = await act.ask(action, **data)
        assert answer.status is ShopStatus.FAILED
        assert scope in (answer.reason or "")
        assert "but order.cancel" in await act.shop.check()

    acting(scenario)


def test_order_that_is_not_shown_is_peoples() -> None:
    async def scenario(act: Acting) -> None:
        await act.have(name="#10010")  # the search finds it by a part of its number
        answer = await act.ask("order.cancel")
        assert answer.status is ShopStatus.FAILED
        assert "read_all_orders" in (answer.reason or "")

    acting(scenario)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"kind": "status", "value": 500}, Outcome.RETRY),
        ({"kind": "status", "value": {"status": 429, "retry_after": 60}}, Outcome.PACE),
        ({"kind": "status", "value": 402}, Outcome.MISCONFIGURED),
        ({"kind": "drop_before"}, Outcome.RETRY),
    ],
)
def test_shop_that_is_away_or_slow_is_asked_again(fault: dict[str, object], outcome: Outcome) -> None:
    async def scenario(act: Acting) -> None:
        await act.have()
        await act.shop.check()
        await act.place.api("faults", {"platform": "shopify", "method": "graphql", **fault})
        with pytest.raises(SendError) as caught:
            await act.ask("order.cancel")
        assert caught.value.outcome in (outcome, Outcome.AMBIGUOUS)
        assert not (await act.order()).get("cancelledAt")

    acting(scenario)


def test_throttled_call_waits_a_little_and_else_comes_again() -> None:
    async def scenario(act: Acting) -> None:
        await act.have()
        await act.place.api("shopify/drain", {"restore": 50})
        assert (await act.ask("order.change_address", address=ADDRESS)).status is ShopStatus.DONE
        await act.place.api("shopify/drain", {"restore": 0.1})
        with pytest.raises(SendError) as caught:
            await act.ask("order.cancel")
        assert caught.value.outcome is Outcome.PACE
        assert (caught.value.retry_after or 0) > 6

    acting(scenario)


def test_token_that_was_revoked_names_the_cure() -> None:
    async def scenario(act: Acting) -> None:
        await act.have()
        await act.place.api("faults", {"platform": "shopify", "kind": "status", "value": 401, "method": "graphql"})
        with pytest.raises(SendError) as caught:
            await act.ask("order.cancel")
        assert (caught.value.outcome, caught.value.code) == (Outcome.MISCONFIGURED, "revoked")
        assert "install the app" in caught.value.detail

    acting(scenario)
