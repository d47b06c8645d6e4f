"""Tests that an agent writes to a customer first: a case of their own opens, where one may be written to."""

import pytest
from sqlalchemy import update

from core.desk.events import Command, Pressed
from hub.desk.reader import RowReader
from storage.desk.tables import cases
from storage.engine.store import Store
from storage.people.consents import row as consent
from storage.people.tables import consents, conversations, customers
from tests.fakes import PHONE, PLACE
from tests.hub.house import ANNA, BEN, GUEST, House


@pytest.fixture
def house(store: Store) -> House:
    """Makes a house where Jane wrote to the bot, and has no case."""
    house = House(store)
    house.hear("hello")
    house.texts()
    with store.write() as conn:
        conn.execute(update(customers).values(name="Jane Doe"))
    return house


def new(house: House, text: str, user: str = ANNA) -> str:
    house.posts()
    house.act(Command(house.fresh("c"), PLACE, user, f"new {text}", house.clock()))
    return "\n".join(each.text for each in house.ephemerals())


def test_a_case_opens_that_is_the_agents_own_and_its_thread_reaches_the_customer(house: House) -> None:
    assert "Case #1 is yours. Write in its thread." in new(house, PHONE)
    case = house.row(cases)
    assert (case.state, case.claimed_by, case.reason) == ("claimed", ANNA, "agent_began")
    assert house.row(conversations).owner == "agent"
    assert house.texts() == []
    house.writes("Your parcel waits at the counter.")
    assert house.texts() == ["Your parcel waits at the counter."]


def test_a_second_one_is_the_first(house: House) -> None:
    new(house, "jane")
    assert "open case already" in new(house, PHONE, BEN)
    assert len(house.rows(cases)) == 1


def test_outside_the_window_a_template_is_announced(house: House) -> None:
    house.later(days=3)
    assert "a template is offered" in new(house, "jane")


def test_nothing_opens_for_whom_it_must_not(house: House) -> None:
    assert "Say to whom" in new(house, "")
    assert "Nobody found" in new(house, "+15550000000")
    assert "guests" in new(house, PHONE, GUEST)
    house.hear("STOP")
    house.texts()
    assert ("whatsapp", "service", False, "keyword") in house.consents()
    assert "asked not to be written to" in new(house, PHONE)
    assert house.rows(cases) == []


def test_by_form_from_anywhere(house: House) -> None:
    reader = RowReader(house.store, house.desk.users.get, lambda: house.hub.agents, house.clock)
    filled = Pressed("ev", "", "", "", ANNA, "desk_new", "", house.clock(), {"whom": "nobody"})
    assert "Nobody found" in reader.check(filled)["whom"]
    right = Pressed("ev", "", "", "", ANNA, "desk_new", "", house.clock(), {"whom": "jane"})
    assert reader.form(right) is not None
    assert reader.check(right) == {}
    house.act(right)
    assert house.row(cases).claimed_by == ANNA


STRANGER = "+12025550199"


def agrees(house: House, channel: str, number: str, *, granted: bool = True) -> None:
    """Writes down what somebody said to service messages at a number."""
    with house.store.write() as conn:
        conn.execute(consents.insert(), consent(channel, number, "service", granted, "operator", house.clock()))


def test_a_number_that_is_new_makes_a_customer_where_it_agreed(house: House) -> None:
    assert "once its owner has agreed" in new(house, STRANGER)
    agrees(house, "sms", STRANGER)
    assert "Case #1 is yours. Write in its thread." in new(house, STRANGER)
    case = house.row(cases)
    (who,) = [row for row in house.rows(conversations) if row.value == STRANGER]
    assert (who.channel, who.owner, case.conversation_id) == ("sms", "agent", who.id)
    assert len(house.rows(customers)) == 2
    house.writes("Your parcel waits at the counter.")
    assert house.texts("sms") == ["Your parcel waits at the counter."]
    assert house.texts("whatsapp") == []


def test_by_whatsapp_a_new_number_is_written_to_by_a_template(house: House) -> None:
    agrees(house, "whatsapp", STRANGER)
    assert "a template is offered" in new(house, STRANGER)
    house.writes("Hello")
    assert house.texts("whatsapp") == []


def test_nobody_is_written_to_who_said_no_there(house: House) -> None:
    agrees(house, "sms", STRANGER)
    agrees(house, "sms", STRANGER, granted=False)
    assert "once its owner has agreed" in new(house, STRANGER)
    assert house.rows(cases) == []


def test_the_channel_may_be_chosen(house: House) -> None:
    assert "not agreed to hear from the store there" in new(house, "sms jane")
    agrees(house, "sms", PHONE)
    assert "Case #1 is yours" in new(house, "SMS jane")
    case = house.row(cases)
    (who,) = [row for row in house.rows(conversations) if row.id == case.conversation_id]
    assert (who.channel, who.customer_id) == ("sms", house.row(customers).id)


def test_the_form_takes_a_new_number_and_a_channel(house: House) -> None:
    agrees(house, "sms", STRANGER)
    reader = RowReader(house.store, house.desk.users.get, lambda: house.hub.agents, house.clock)
    values = {"whom": STRANGER, "channel": "sms"}
    filled = Pressed("ev", "", "", "", ANNA, "desk_new", "", house.clock(), values)
    assert reader.check(filled) == {}
    house.act(filled)
    assert house.row(cases).claimed_by == ANNA
