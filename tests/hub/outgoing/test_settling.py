"""What the store took and answers later is settled by the event that shows it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.shop.orders import Line, OrderStatus, StreetAddress
from core.shop.returns import RefundRecord, ReturnedLine, ReturnRecord, ReturnState
from core.shop.shop_actions import ShopAnswer, ShopStatus
from core.shop.store_events import OrderEvent, RefundEvent, ReturnEvent
from flows.engine.effects import ShopRequest
from tests.fakes import NOW
from tests.hub.house import House
from tests.hub.outgoing.asking import CANCEL, PENDING, Asking
from tests.storage.orders_sample import order

ELSEWHERE = StreetAddress(line1="5 Elm St", line2="Flat 2", city="Boston", postcode="02101", country="US")
WISH = {"line1": "5  elm st", "city": "Boston", "postcode": "02101", "country": "US"}
TO = ShopRequest("act-1", "order.change_address", "1001", {"address": WISH})
ITEMS = ShopRequest(
    "act-1",
    "order.change_items",
    "1001",
    {"items": [{"line_id": "l1", "quantity": 2}, {"line_id": "l2", "quantity": 0}]},
)
ADDED = ShopRequest("act-1", "order.change_items", "1001", {"items": [{"variant_id": "h1", "quantity": 2}]})
LINES = [{"line_id": "l1", "quantity": 1, "reason": "size_small"}]
RETURN = ShopRequest("act-1", "return.create", "1001", {"return": {"id": "R1001-1", "lines": LINES}})
REFUND = ShopRequest("act-1", "refund.issue", "1001", {"refund": {"amount": "10.00", "currency": "USD"}})
BOOTS, SOCKS = Line(id="l1", title="Boots", quantity=2), Line(id="l2", title="Socks")


@pytest.fixture
def asking(house: House) -> Asking:
    """Makes a house that knows a customer, and a store that takes everything and answers later."""
    house.hear("hello")
    house.texts()
    made = Asking(house)
    made.shop.script.extend([PENDING] * 9)
    return made


def ordered(id_: str = "e1", **changes: Any) -> OrderEvent:
    """Makes an order as it stands now."""
    at = NOW + timedelta(minutes=1)
    return OrderEvent(
        external_id=id_, source="shop", at=at, kind="updated", order=order(**{"shipments": (), **changes})
    )


def returned(state: str, id_: str = "shop-88", number: str = "1001", line: str = "l1") -> ReturnEvent:
    """Makes the store's news of a return."""
    told = ReturnRecord(id_, number, ReturnState(state), lines=(ReturnedLine(line, 1, "size_small"),))
    at = NOW + timedelta(minutes=1)
    return ReturnEvent(external_id=f"r-{state}", source="shop", at=at, returned=told)


def refunded(amount: str) -> RefundEvent:
    """Makes the store's news of money that it gave back."""
    at = NOW + timedelta(minutes=1)
    told = RefundRecord("1001", Decimal(amount), at, "USD")
    return RefundEvent(external_id=f"f-{amount}", source="shop", at=at, refund=told)


@pytest.mark.parametrize(
    ("request_", "event", "words"),
    [
        (CANCEL, ordered(status=OrderStatus.CANCELLED), "Order 1001 is cancelled."),
        (REFUND, ordered(status=OrderStatus.REFUNDED), "Your refund for order 1001"),
        (REFUND, refunded("10.00"), "Your refund for order 1001"),
        (TO, ordered(shipping=ELSEWHERE), "Order 1001 now goes to the new address."),
        (ITEMS, ordered(lines=(BOOTS,)), "Order 1001 is changed"),
        (ADDED, ordered(lines=(BOOTS, Line("l3", "Hat", quantity=2, variant_id="h1"))), "Order 1001 is changed"),
        (RETURN, returned("approved"), "Your return for order 1001 is registered."),
        (RETURN, returned("received"), "Your return for order 1001 is registered."),
        (RETURN, returned("refused"), "Sorry, your return for order 1001 was not accepted."),
        (RETURN, returned("cancelled"), "Sorry, your return for order 1001 was not accepted."),
    ],
)
def test_outcome_that_an_event_shows_is_told(asking: Asking, request_: ShopRequest, event: Any, words: str) -> None:
    asking.ask(request_)
    asking.call()
    assert [state for _, state, _ in asking.states()] == ["asked"]
    asking.house.told(event)
    (said,) = [text for text in asking.house.texts() if "1001" in text and "notice" not in text][:1]
    assert said.startswith(words)
    assert [state for _, state, _ in asking.states()] == ["refused" if words.startswith("Sorry") else "done"]


@pytest.mark.parametrize(
    ("request_", "event"),
    [
        (CANCEL, ordered(status=OrderStatus.PAID)),
        (CANCEL, ordered(number="1002", status=OrderStatus.CANCELLED)),
        (TO, ordered(shipping=StreetAddress(line1="1 Main St", city="Boston", postcode="02101", country="US"))),
        (ITEMS, ordered(lines=(BOOTS, SOCKS))),
        (RETURN, returned("requested")),
        (RETURN, returned("approved", line="l9")),
        (RETURN, returned("approved", number="1002")),
        (RETURN, ordered(status=OrderStatus.CANCELLED)),
        (RETURN, refunded("10.00")),
        (REFUND, refunded("9.99")),
    ],
)
def test_other_news_settles_nothing(asking: Asking, request_: ShopRequest, event: Any) -> None:
    asking.ask(request_)
    asking.call()
    asking.house.told(event)
    assert [state for _, state, _ in asking.states()] == ["asked"]


@pytest.mark.parametrize("id_", ["shop-88", "R1001-1"])
def test_return_is_found_by_the_stores_id_and_by_ours(asking: Asking, id_: str) -> None:
    asking.shop.script.appendleft(ShopAnswer(ShopStatus.PENDING, None, "shop-88"))
    other = ShopRequest("act-2", "return.create", "1001", {"return": {"id": "R1001-2", "lines": LINES}})
    asking.ask(RETURN, other)
    asking.call()
    asking.house.told(returned("approved", id_, line="l9"))
    assert [(key, state) for key, state, _ in asking.states()] == [("act-1", "done"), ("act-2", "asked")]


def test_lines_say_nothing_where_two_returns_are_open(asking: Asking) -> None:
    other = ShopRequest("act-2", "return.create", "1001", {"return": {"id": "R1001-2", "lines": LINES}})
    asking.ask(RETURN, other)
    asking.call()
    asking.house.told(returned("approved", "shop-99"))
    assert [state for _, state, _ in asking.states()] == ["asked", "asked"]


def test_request_that_an_event_settled_is_not_made_any_more(asking: Asking) -> None:
    asking.ask(CANCEL)
    asking.house.told(ordered(status=OrderStatus.CANCELLED))
    assert asking.call() == 0
    assert asking.states() == [("act-1", "done", 0)]
