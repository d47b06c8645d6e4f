"""Tests a change of address from the first word to the store's request: the code, who may see it, and a STOP."""

from functools import partial

import pytest
from sqlalchemy import select

from core.people.one_time_codes import code_of
from core.shop.orders import OrderStatus
from storage.engine.store import Store
from storage.people.tables import messages, one_time_codes
from storage.queues.tables import outbox
from storage.tables import metadata
from tests.hub.house import WHATSAPP, House
from tests.hub.people import JANE
from tests.storage.orders_sample import saved_order

PHONE_ENDS = "***01"


@pytest.fixture
def house(store: Store) -> House:
    """Makes an installation without e-mail, where Jane waits for an order that has not left."""
    made = House(store, code_of=partial(code_of, "secret"))
    saved_order(store, JANE, shipments=(), status=OrderStatus.PAID)
    return made


def the_code(house: House) -> str:
    """Derives the code that was sent last."""
    return code_of("secret", house.rows(one_time_codes)[-1].id)


def asks_for_the_code(house: House) -> None:
    house.hear("change the delivery address")
    assert PHONE_ENDS in house.texts()[-1]


def everything(house: House) -> str:
    with house.store.read() as conn:
        tables = [table for table in metadata.sorted_tables if table.name != "inbox"]
        return "\n".join(str(row) for table in tables for row in conn.execute(select(table)))


def test_a_code_by_sms_opens_the_change_of_address(house: House) -> None:
    asks_for_the_code(house)
    (sms,) = house.texts("sms")
    assert the_code(house) in sms
    house.hear(the_code(house))
    assert "write the whole address" in house.texts()[-1]
    assert house.row(one_time_codes).used


def test_the_code_that_the_customer_writes_is_kept_nowhere(house: House) -> None:
    asks_for_the_code(house)
    house.send()
    house.hear(f"my code is {the_code(house)}")
    house.hear("agent please")
    house.send()
    assert the_code(house) not in everything(house)
    assert "my code is ••••••" in [row.text for row in house.rows(messages)]


def test_wrong_codes_are_counted_in_the_row(house: House) -> None:
    asks_for_the_code(house)
    wrong = "000000" if the_code(house) != "000000" else "000001"
    for _ in range(5):
        house.hear(wrong)
    assert house.row(one_time_codes).tries == 5
    house.texts()
    house.hear(the_code(house))
    assert "write the whole address" not in " ".join(house.texts())


def test_two_tries_in_one_turn_are_two(house: House) -> None:
    asks_for_the_code(house)
    for text in ("000000", "000001"):
        house.say(text)
    house.drain()
    assert house.row(one_time_codes).tries == 2


def test_a_code_that_is_too_late_is_not_sent(house: House) -> None:
    house.hear("change the delivery address")
    house.later(minutes=11)
    assert house.texts("sms") == []
    assert {row.state for row in house.rows(outbox) if row.channel == "sms"} == {"cancelled"}


def test_a_number_that_said_stop_gets_no_code(house: House) -> None:
    house.hear("STOP", to=WHATSAPP.__class__("sms", "main", WHATSAPP.value))
    house.hear("change the delivery address")
    assert house.rows(one_time_codes) == []


def test_no_more_messages_is_a_stop_once_it_is_confirmed(house: House) -> None:
    house.hear("please stop sending me all these messages")
    assert house.consents() == []
    house.hear("yes")
    assert house.consents() == [
        ("whatsapp", "service", False, "keyword"),
        ("whatsapp", "marketing", False, "keyword"),
    ]
    assert "START" in house.texts()[-1]
