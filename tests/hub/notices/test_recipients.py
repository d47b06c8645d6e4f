"""Tests whom a notice reaches: nobody hears of an order because of what somebody typed at the checkout."""

from datetime import datetime

import msgspec
import pytest

from core.people.addresses import Address
from core.shop.orders import Buyer
from hub.notices.recipients import recipient_for
from storage.people import customers
from storage.shop import orders
from tests.fakes import PHONE
from tests.hub.house import SMS, TELEGRAM, WHATSAPP, House
from tests.hub.people import HIDDEN, JANE, customer_of, knows_as, shares_contact
from tests.storage.orders_sample import saved_order


def hears(house: House, who: str, number: str) -> dict[str, datetime | None]:
    """Lists the channels by which this customer would hear of an order -> their last message there."""
    with house.store.read() as conn:
        known = customers.by_id(conn, who)
        assert known is not None
        reached = recipient_for(house.hub, conn, known, orders.by_number(conn, number))
    return {f"{c.address.channel}:{c.address.value}": c.last_inbound_at for c in reached.candidates}


def proves(house: House, number: str, to: Address = TELEGRAM) -> None:
    house.hear("hello", to)
    house.hear(f"where is order {number}?", to)
    house.hear("12345", to)


GUEST = Buyer(name="Jane", email="jane@example.com", phone=PHONE)
TELEGRAM_42, EVIL_PHONE = "telegram:42", "+12025550199"


@pytest.mark.parametrize("jane", [GUEST, Buyer(name="Jane", phone=PHONE), JANE])
@pytest.mark.parametrize(
    "evil", [Buyer(id="c9", name="Evil", email="evil@example.com", phone=PHONE), Buyer(name="Evil", phone=PHONE)]
)
def test_a_number_typed_at_the_checkout_leads_nobody_to_anothers_notices(
    house: House, jane: Buyer, evil: Buyer
) -> None:
    buyer = saved_order(house.store, jane)
    house.hear("hello")
    saved_order(house.store, evil, number="1002")
    proves(house, "1002")
    attached = customer_of(house, TELEGRAM)
    assert TELEGRAM_42 in hears(house, attached, "1002")
    assert TELEGRAM_42 not in hears(house, buyer, "1001")
    assert f"whatsapp:{PHONE}" in hears(house, buyer, "1001")
    shares_contact(house, EVIL_PHONE, own=True)  # and whatever Evil adds to it
    house.hear("hello", msgspec.structs.replace(SMS, value=EVIL_PHONE))
    assert hears(house, buyer, "1001").keys() == {f"whatsapp:{PHONE}", f"sms:{PHONE}"}


def test_whoever_proved_one_order_hears_of_that_one_until_the_number_is_proved(house: House) -> None:
    jane = saved_order(house.store, JANE)
    saved_order(house.store, JANE, number="1002")
    proves(house, "1001")
    assert customer_of(house, TELEGRAM) == jane
    assert TELEGRAM_42 in hears(house, jane, "1001")
    house.later(days=3)  # long after the proof stopped letting the customer in
    house.hear("hello", TELEGRAM)
    assert TELEGRAM_42 in hears(house, jane, "1001")
    assert TELEGRAM_42 not in hears(house, jane, "1002")
    proves(house, "1002")
    assert TELEGRAM_42 in hears(house, jane, "1002")


def test_a_proved_number_hears_of_all_its_orders(house: House) -> None:
    jane = saved_order(house.store, JANE)
    saved_order(house.store, JANE, number="1002")
    proves(house, "1001")
    shares_contact(house, PHONE, own=True)
    assert TELEGRAM_42 in hears(house, jane, "1002")


def test_a_guests_order_that_came_to_an_account_by_its_number_is_told_at_that_number(house: House) -> None:
    evil = saved_order(house.store, Buyer(id="c9", name="Evil", phone=PHONE), number="1002")
    saved_order(house.store, Buyer(id="c9", phone=EVIL_PHONE), number="1003")
    house.hear("hello", msgspec.structs.replace(WHATSAPP, value=EVIL_PHONE))
    saved_order(house.store, Buyer(id="c9", phone=PHONE), number="1003")
    assert saved_order(house.store, Buyer(name="Jane", phone=PHONE)) == evil
    saved_order(house.store, Buyer(id="c9", phone=EVIL_PHONE), number="1003")
    assert hears(house, evil, "1001").keys() == {f"whatsapp:{PHONE}", f"sms:{PHONE}"}
    assert f"whatsapp:{EVIL_PHONE}" in hears(house, evil, "1003")


def test_an_account_with_the_number_of_a_guest_who_writes_is_told_where_they_write(house: House) -> None:
    saved_order(house.store, GUEST)
    house.hear("hello", HIDDEN, profile=knows_as(WHATSAPP))
    account = saved_order(
        house.store, msgspec.structs.replace(GUEST, id="c1", email="jane@work.example"), number="1002"
    )
    assert account != customer_of(house, HIDDEN)
    assert hears(house, account, "1002") == {f"whatsapp:{HIDDEN.value}": house.clock(), f"sms:{PHONE}": None}
