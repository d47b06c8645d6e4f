"""Tests that what an outage made us miss of a shop is fetched, once, and that lost webhooks come back."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import func, select

from core.errors import Outcome, SendError
from core.ports.channel import Finding
from core.shop.orders import OrderStatus
from core.shop.store_events import OrderEvent, StoreEvent
from hub.accounts.shop_upkeep import OVERLAP, SHOPS, ShopUpkeep
from storage.queues import timers
from storage.queues.inbox import Arrival
from storage.queues.tables import inbox
from storage.shop import orders
from tests.hub.house import House
from tests.storage.orders_sample import order

NAME = "shopify:northwind.myshopify.com"
URL = "https://desk.example"


class FakeShop:
    """Tells what it is given; `fails`: it is down; `error`: what it says instead."""

    def __init__(self, *told: StoreEvent) -> None:
        self.told = told
        self.asked: list[datetime] = []
        self.made: list[str] = []
        self.fails = False
        self.error: SendError | None = None

    @property
    def name(self) -> str:
        return NAME

    async def status(self, base_url: str) -> list[Finding]:
        return []

    async def setup(self, base_url: str) -> list[Finding]:
        self.made.append(base_url)
        return [Finding("orders/paid", True, "subscribed")]

    async def missed(self, since: datetime) -> list[StoreEvent]:
        self.asked.append(since)
        if self.fails:
            raise SendError(Outcome.RETRY, "http_503")
        if self.error:
            raise self.error
        return list(self.told)


def changed(house: House, minutes: float = 0, status: OrderStatus = OrderStatus.PAID) -> OrderEvent:
    at = house.clock() + timedelta(minutes=minutes)
    whole = msgspec.structs.replace(order(shipments=()), status=status)
    return OrderEvent(external_id=f"changed:1001:{at}", source=NAME, at=at, kind="updated", order=whole)


def look(house: House, shop: FakeShop) -> datetime | None:
    def accept(arrivals: Sequence[Arrival]) -> list[bool]:
        with house.store.write() as conn:
            return [
                conn.execute(house.store.insert(inbox), msgspec.structs.asdict(each)).rowcount == 1
                for each in arrivals
                if not _is_there(house, each)
            ]

    with house.store.write() as conn:
        timers.ensure(conn, house.store, SHOPS, [NAME], house.clock())
    return asyncio.run(ShopUpkeep([shop], accept, URL).look_after(house.hub, NAME, house.clock()))


def _is_there(house: House, arrival: Arrival) -> bool:
    with house.store.read() as conn:
        same = (inbox.c.external_id == arrival.external_id, inbox.c.account == arrival.account)
        return bool(conn.scalar(select(func.count()).select_from(inbox).where(*same)))


def test_it_asks_since_the_last_time_that_was_kept(house: House) -> None:
    shop = FakeShop()
    begin = house.clock()
    assert look(house, shop) == begin + house.hub.timing.upkeep
    house.clock.advance(hours=3)
    shop.fails = True
    look(house, shop)
    house.clock.advance(hours=3)
    shop.fails = False
    look(house, shop)
    house.clock.advance(minutes=10)
    look(house, shop)
    assert shop.asked == [begin - OVERLAP] * 3 + [begin + timedelta(hours=6) - OVERLAP]


def test_what_was_missed_counts_once_and_what_is_older_than_known_not_at_all(house: House) -> None:
    house.told(changed(house, 5, OrderStatus.CANCELLED))
    shop = FakeShop(changed(house))
    for _ in range(2):
        look(house, shop)
        house.drain()
    with house.store.read() as conn:
        known = orders.by_number(conn, "1001")
        assert known is not None
        assert known.status is OrderStatus.CANCELLED
        assert conn.scalar(select(func.count()).select_from(inbox)) == 2


def test_lost_subscriptions_come_back_even_when_orders_cannot_be_asked_for(house: House) -> None:
    shop = FakeShop()
    shop.fails = True
    look(house, shop)
    assert shop.made == [URL]


def test_a_shop_that_is_not_connected_any_more_has_no_timer(house: House) -> None:
    upkeep = ShopUpkeep([], lambda _: [], URL)
    assert asyncio.run(upkeep.look_after(house.hub, NAME, house.clock())) is None


def test_shop_that_does_not_let_us_in_is_told_once_with_what_to_mend_and_its_end_too(house: House) -> None:
    shop = FakeShop()

    def looked_after() -> list[str]:
        look(house, shop)
        house.clock.advance(minutes=10)
        return [str(post) for post in house.posts()]

    assert looked_after() == []
    shop.error = SendError(Outcome.MISCONFIGURED, "revoked", "the token is not taken; is the app still installed?")
    (told,) = looked_after()
    assert "is the app still installed?" in told
    assert "doorstep shops status" in told
    assert looked_after() == []
    shop.error = SendError(Outcome.RETRY, "http_500")
    assert looked_after() == []  # an outage neither opens nor ends it
    shop.error = None
    (ended,) = looked_after()
    assert "lets us in again" in ended
    assert looked_after() == []
