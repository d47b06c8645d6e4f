"""Tests what a store tells of consents: each word by its own clock, a withdrawal obeyed, a STOP never undone."""

from datetime import datetime, timedelta
from itertools import permutations

import msgspec
import pytest

from core.people.consent import MARKETING, SERVICE, ConsentWord
from core.shop.store_events import CustomerEvent
from storage.engine.store import Store
from storage.people import consents
from tests.fakes import NOW, PHONE
from tests.hub.house import SMS, House
from tests.hub.notices.test_lifecycle import JANE, ordered

HOUR = timedelta(hours=1)
OFFERED = msgspec.structs.replace(JANE, marketing=("sms",))
Told = tuple[bool, datetime]


@pytest.fixture
def house(store: Store) -> House:
    house = House(store)
    house.clock.time = NOW + timedelta(days=1)
    return house


def tell(house: House, granted: bool, at: datetime | None, event_at: datetime = NOW, purpose: str = MARKETING) -> None:
    word = ConsentWord(purpose, "sms", granted, at)
    buyer = msgspec.structs.replace(JANE, notify=(), consents=(word,))
    house.told(CustomerEvent(external_id=house.fresh("c"), source="shop", at=event_at, customer=buyer))


def allowed(house: House, purpose: str = MARKETING) -> bool | None:
    with house.store.read() as conn:
        return consents.state(conn, {("sms", PHONE)}).get(("sms", PHONE, purpose), (None, ""))[0]


def test_a_yes_at_the_store_is_taken_back_at_the_store(house: House) -> None:
    house.told(CustomerEvent(external_id="c", source="shop", at=house.clock(), customer=OFFERED))
    assert allowed(house) is True
    tell(house, False, house.clock() + HOUR)  # a store's clock that is ahead counts as now
    assert allowed(house) is not False
    house.later(minutes=1)
    tell(house, False, house.clock(), house.clock())
    assert allowed(house) is False
    house.later(minutes=1)
    tell(house, True, house.clock(), house.clock())
    assert allowed(house) is True


def test_an_empty_list_takes_nothing_back(house: House) -> None:
    house.told(CustomerEvent(external_id="c", source="shop", at=NOW, customer=OFFERED))
    house.later(hours=1)
    bare = msgspec.structs.replace(JANE, marketing=())
    house.told(CustomerEvent(external_id="d", source="shop", at=house.clock(), customer=bare))
    assert allowed(house) is True


def test_no_yes_of_the_stores_undoes_a_stop(house: House) -> None:
    house.hear("STOP", SMS)
    house.later(hours=1)
    tell(house, True, house.clock(), house.clock())
    assert allowed(house) is False


def test_a_withdrawal_of_before_the_customers_own_start_is_old_news(house: House) -> None:
    house.hear("STOP", SMS)
    house.later(hours=1)
    house.hear("START", SMS)
    tell(house, False, house.clock() - HOUR, purpose=SERVICE)
    assert allowed(house, SERVICE) is True
    house.later(hours=1)
    tell(house, False, house.clock(), house.clock(), purpose=SERVICE)
    assert allowed(house, SERVICE) is False


WORDS = [(True, NOW), (False, NOW + HOUR), (True, NOW + 2 * HOUR), (False, NOW + 3 * HOUR)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whatever_the_sequence_the_last_word_holds(house: House, order: tuple[int, ...]) -> None:
    """The events' own times say nothing: the words in them have clocks of their own."""
    for n in order:
        tell(house, *WORDS[n], NOW + n * HOUR)
    assert allowed(house) is True
    tell(house, *WORDS[3], NOW)  # in an event that is older than all others
    assert allowed(house) is False


def test_an_order_that_comes_late_still_brings_its_words(house: House) -> None:
    house.told(ordered("new", NOW))
    word = ConsentWord(MARKETING, "sms", False, NOW - HOUR)
    house.told(ordered("old", NOW - HOUR, buyer=msgspec.structs.replace(JANE, consents=(word,))))
    assert allowed(house) is False


@pytest.mark.parametrize("first", ["order", "word"])
def test_a_no_after_the_checkout_holds_however_late_the_order_comes(house: House, first: str) -> None:
    """What an order lists was agreed to when it was placed, not when we heard of it after an outage."""
    buyer = msgspec.structs.replace(JANE, notify=("sms",), marketing=("sms",))

    def order() -> None:
        house.told(ordered("o", house.clock(), buyer=buyer, placed_at=NOW - 2 * HOUR))

    def no() -> None:
        for purpose in (SERVICE, MARKETING):
            tell(house, False, NOW - HOUR, house.clock(), purpose)

    for each in (order, no) if first == "order" else (no, order):
        each()
        house.later(minutes=1)
    assert allowed(house) is False
    assert allowed(house, SERVICE) is False
    again = msgspec.structs.replace(buyer, name="Jane D.")
    house.told(ordered("p", house.clock(), buyer=again, placed_at=NOW - 2 * HOUR))
    assert allowed(house) is False


def test_no_list_undoes_a_stop(house: House) -> None:
    house.hear("STOP", SMS)
    house.later(hours=1)
    buyer = msgspec.structs.replace(OFFERED, notify=("sms",))
    house.told(ordered("o", house.clock(), buyer=buyer, placed_at=house.clock()))
    assert allowed(house) is False
    assert allowed(house, SERVICE) is False


def test_a_word_has_its_proof(house: House) -> None:
    tell(house, False, NOW)
    with house.store.read() as conn:
        (entry,) = [each for each in consents.entries(conn, {("sms", PHONE)}) if each.purpose == MARKETING]
    assert (entry.source, bool(entry.proof), entry.at) == ("customer.updated", True, NOW)


def test_a_stop_has_the_message_as_its_proof(house: House) -> None:
    house.hear("STOP", SMS)
    with house.store.read() as conn:
        entries = consents.entries(conn, {("sms", PHONE)})
    assert {(each.purpose, each.granted, bool(each.proof)) for each in entries} == {
        (SERVICE, False, True),
        (MARKETING, False, True),
    }
