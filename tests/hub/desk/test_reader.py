"""Tests that the desk is told at once what a worker would have said, and that nothing is written for it."""

import pytest

from core.desk.events import Command, DeskUser
from core.desk.links import without_links
from hub.desk.reader import RowReader
from storage.desk.tables import cases
from storage.engine.schema import metadata
from tests.fakes import PLACE
from tests.hub.house import ANNA, BEN, GUEST, House


def reader(house: House, *known: str) -> RowReader:
    users: dict[str, DeskUser] = {id_: house.desk.users[id_] for id_ in known}
    return RowReader(house.store, users.get, lambda: house.hub.agents, house.clock)


def command(house: House, text: str, user: str = ANNA) -> Command:
    return Command(house.fresh("trigger"), PLACE, user, text, house.clock())


@pytest.fixture
def house(house: House) -> House:
    """Makes a house with a case that Anna has."""
    house.presses("case_claim")
    house.posts()
    return house


@pytest.mark.parametrize("text", ["queue", "", "help", "find Jane"])
@pytest.mark.parametrize("user", [ANNA, GUEST])
def test_at_once_is_as_later(house: House, text: str, user: str) -> None:
    asked = command(house, text, user)
    at_once = reader(house, ANNA, GUEST).command(asked)
    house.act(asked)
    (later,) = house.ephemerals()
    assert at_once == later.text


def test_the_queue_names_who_has_a_case(house: House) -> None:
    told = reader(house, ANNA, BEN).command(command(house, "queue", BEN))
    assert told is not None
    assert "#1 Jane (whatsapp): The customer asked for a person, with Anna" in without_links(told)


def test_who_is_not_known_is_left_to_a_worker(house: House) -> None:
    assert reader(house).command(command(house, "help")) is None
    with house.store.write() as conn:
        conn.execute(cases.update().values(agent_name=""))  # taken before names were kept
    assert reader(house, BEN).command(command(house, "queue", BEN)) is None  # nobody knows who has the case


def test_reading_writes_nothing(house: House) -> None:
    before = {table.name: house.rows(table) for table in metadata.sorted_tables}
    reader(house, ANNA).command(command(house, "queue"))
    assert {table.name: house.rows(table) for table in metadata.sorted_tables} == before
