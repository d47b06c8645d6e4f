"""Tests what the store tells besides orders and parcels: accounts, points, products, returns, refunds, stock."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import msgspec
import pytest

from core.shop.buyers import AccountFacts, Expiring
from core.shop.catalogue import Product
from core.shop.orders import Buyer
from core.shop.returns import RefundRecord, ReturnRecord, ReturnState
from core.shop.stock_problems import StockProblem
from core.shop.store_events import (
    CustomerEvent,
    LoyaltyEvent,
    OrderEvent,
    ProductEvent,
    RefundEvent,
    ReturnEvent,
    StockEvent,
    StoreEvent,
)
from storage.people import accounts, customers
from storage.people.customers import Customer
from storage.shop import products, returns, stock_problems
from tests.fakes import NOW, PHONE
from tests.hub.house import House
from tests.storage.orders_sample import order

JANE = Buyer(id="c1", name="Jane Doe", phone=PHONE)
LOST = Expiring(20, date(2026, 12, 31))


def known(house: House) -> Customer:
    with house.store.read() as conn:
        (found,) = [each for each in customers.after(conn, "", 10) if each.store_id == "c1"]
    return found


def at(minutes: int) -> dict[str, Any]:
    return {"external_id": f"e{minutes}", "source": "shop", "at": NOW + timedelta(minutes=minutes)}


ACCOUNT: list[StoreEvent] = [
    CustomerEvent(**at(0), customer=msgspec.structs.replace(JANE, name="Old"), facts=AccountFacts(points=1)),
    LoyaltyEvent(**at(1), customer_id="c1", facts=AccountFacts(points=120, expiring=LOST)),
    CustomerEvent(**at(2), customer=JANE, facts=AccountFacts(birthday=date(1990, 5, 17))),
]


@pytest.mark.parametrize("told", list(permutations(ACCOUNT)))
def test_an_account_is_as_the_newest_events_say_in_any_sequence(house: House, told: Sequence[StoreEvent]) -> None:
    for event in told:
        house.told(event)
    who = known(house)
    with house.store.read() as conn:
        record = accounts.record(conn, who.id)
    assert record
    assert (record.name, record.points, record.expiring, record.birthday) == (
        "Jane Doe",
        120,
        LOST,
        date(1990, 5, 17),
    )


def test_products_returns_refunds_and_stock_are_kept(house: House) -> None:
    boots = Product("p1", "Leather boots")
    approved = ReturnRecord("r1", "1001", ReturnState.APPROVED)
    placed = OrderEvent(**at(0), kind="created", order=order(buyer=JANE, shipments=()))
    house.told(
        placed,
        ProductEvent(**at(1), product=boots),
        ReturnEvent(**at(3), returned=approved),
        ReturnEvent(**at(2), returned=msgspec.structs.replace(approved, state=ReturnState.REQUESTED)),
        RefundEvent(**at(4), refund=RefundRecord("1001", Decimal(5), NOW)),
        StockEvent(**at(5), problem=StockProblem("1001")),
    )
    with house.store.read() as conn:
        assert products.named(conn, "boots") == [boots]
        assert [each.state for each in returns.of_order(conn, "1001")] == [ReturnState.APPROVED]
        assert [each.amount for each in returns.refunds_of(conn, "1001")] == [Decimal(5)]
        assert stock_problems.of_order(conn, "1001") == StockProblem("1001")
