"""What customers say at the store of marketing is obeyed, and never undoes what they said to us."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from core.people.consent import MARKETING
from core.shop.orders import Buyer
from core.shop.store_events import ConnectionEvent, ConsentEvent, CustomerEvent, DisputeEvent, OrderEvent
from storage.people import consents
from storage.people.tables import consents as consents_table
from tests.fakes import NOW, PHONE
from tests.hub.house import House
from tests.storage.orders_sample import order

SHOP = "shopify:northwind.myshopify.com"
JANE = Buyer(id="c1", name="Jane Doe", phone=PHONE, marketing=("whatsapp",), notify=("whatsapp",))


def said(minutes: int, granted: bool, **more: Any) -> ConsentEvent:
    at = NOW + timedelta(minutes=minutes)
    own = {"customer_id": "c1", "channel": "whatsapp", "granted": granted, "phone": PHONE, **more}
    return ConsentEvent(external_id=f"said:{minutes}:{granted}", source=SHOP, at=at, **own)


def account(minutes: int = 0) -> CustomerEvent:
    return CustomerEvent(external_id=f"e{minutes}", source=SHOP, at=NOW + timedelta(minutes=minutes), customer=JANE)


def allowed(house: House, channel: str = "whatsapp") -> bool:
    with house.store.read() as conn:
        return consents.state(conn, {(channel, PHONE)}).get((channel, PHONE, MARKETING), (False, ""))[0]


@pytest.mark.parametrize("events", list(permutations([account(), said(1, False), said(2, True), said(3, False)])))
def test_the_last_word_at_the_store_holds_whatever_comes_first(house: House, events: tuple[Any, ...]) -> None:
    house.clock.advance(minutes=10)
    for event in events:
        house.told(event)
    assert not allowed(house)


def test_who_agrees_again_at_the_store_hears_again(house: House) -> None:
    house.clock.advance(minutes=10)
    for event in (account(), said(1, False), said(2, True), said(2, True)):
        house.told(event)
    assert allowed(house)


def test_no_word_of_the_store_lifts_a_stop(house: House) -> None:
    house.told(account())
    house.hear("STOP")
    house.clock.advance(minutes=10)
    house.told(said(9, True))
    assert not allowed(house)


def test_a_yes_that_was_given_to_us_stands_against_an_older_no_of_the_store(house: House) -> None:
    with house.store.write() as conn:
        conn.execute(consents_table.insert(), consents.row("whatsapp", PHONE, MARKETING, True, "operator", NOW))
    house.told(said(-5, False))
    assert allowed(house)
    house.clock.advance(minutes=10)
    house.told(said(9, False))
    assert not allowed(house)


def test_one_channel_and_orders_are_not_concerned(house: House) -> None:
    house.told(account())
    house.told(said(1, False, channel="sms"))
    assert allowed(house)
    house.told(said(2, False))
    with house.store.read() as conn:
        assert consents.allows(conn, "whatsapp", PHONE, "service")


def test_order_that_still_says_yes_does_not_bring_it_back(house: House) -> None:
    house.told(account())
    house.told(said(1, False))
    house.told(OrderEvent(external_id="o1", source=SHOP, at=NOW, kind="updated", order=order(buyer=JANE)))
    assert not allowed(house)


def test_nobody_we_know_is_nobody(house: House) -> None:
    house.told(said(1, False, customer_id="stranger", phone=""))
    assert house.consents() == []
    house.told(said(2, False, customer_id="stranger"))
    assert not allowed(house)


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
