"""An order goes elsewhere while it has not left."""

from typing import Any

import pytest

from core.shop.shop_actions import Refusal, ShopAnswer, ShopStatus
from tests.adapters.shops.shopify.actions.acting import Acting, acting, sent

DONE = ShopAnswer(ShopStatus.DONE)
THERE = {
    "line1": "5 Oak Ave",
    "line2": "Flat 2",
    "city": "Boston",
    "postcode": "02101",
    "region": "MA",
    "country": "US",
}


def test_address_is_changed_and_who_lives_there_stays() -> None:
    async def scenario(act: Acting) -> None:
        await act.have()
        for _ in range(2):
            assert await act.ask("order.change_address", address=THERE) == DONE
        there = (await act.order())["shippingAddress"]
        assert [there[name] for name in ("address1", "address2", "city", "zip", "provinceCode")] == [
            *("5 Oak Ave", "Flat 2", "Boston", "02101", "MA")
        ]
        assert (there["firstName"], there["phone"]) == ("Jane", "+12025550123")
        assert act.wire.called.count("SendElsewhere") == 1
        assert await act.told(1) == ["orders/updated"]

    acting(scenario, subscribed=True)


def test_region_that_was_not_told_stays_in_the_country() -> None:
    async def scenario(act: Acting) -> None:
        await act.have()
        told = {name: value for name, value in THERE.items() if name not in ("region", "line2", "country")}
        assert await act.ask("order.change_address", address={**told, "postcode": "10002"}) == DONE
        there = (await act.order())["shippingAddress"]
        assert (there["provinceCode"], there["countryCode"], there["address2"]) == ("NY", "US", "")

    acting(scenario)


@pytest.mark.parametrize(
    ("state", "address", "why"),
    [
        (sent(), THERE, Refusal.SENT),
        ({"cancelledAt": "2026-12-01T10:00:00Z"}, THERE, Refusal.CANCELLED),
        ({}, {**THERE, "postcode": "ABC"}, Refusal.ADDRESS),
        ({}, {**THERE, "region": "Massachusetts"}, Refusal.ADDRESS),
    ],
)
def test_what_stands_against_it_is_said(state: dict[str, Any], address: dict[str, str], why: Refusal) -> None:
    async def scenario(act: Acting) -> None:
        await act.have(**state)
        assert await act.ask("order.change_address", address=address) == ShopAnswer(ShopStatus.REFUSED, why=why)
        assert (await act.order())["shippingAddress"]["address1"] == "12 Elm St"

    acting(scenario)
