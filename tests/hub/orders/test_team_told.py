"""The team hears of disputes, and of the end of the connection."""

from typing import Any

import pytest

from core.shop.store_events import ConnectionEvent, DisputeEvent
from tests.fakes import NOW
from tests.hub.house import House

SHOP = "shopify:northwind.myshopify.com"


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (
            DisputeEvent(
                external_id="d1", source=SHOP, at=NOW, kind="opened", order_id="77", amount="128.22", currency="USD"
            ),
            "128.22 USD for order with the store's id 77",
        ),
        (ConnectionEvent(external_id="r1", source=SHOP, at=NOW, kind="redact"), "asks to remove"),
        (ConnectionEvent(external_id="u1", source=SHOP, at=NOW, kind="uninstalled"), "was uninstalled"),
    ],
)
def test_the_team_is_told(house: House, event: Any, words: str) -> None:
    house.told(event)
    assert any(words in str(post) for post in house.posts())
