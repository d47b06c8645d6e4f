"""Tests that an agent writes to a customer first: a case of their own opens, where one may be written to."""

import pytest
from sqlalchemy import update

from core.desk.events import Command, Pressed
from hub.desk.reader import RowReader
from storage.desk.tables import cases
from storage.engine.store import Store
from storage.people.tables import conversations, customers
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
