"""Tests commands that change something: carried out by a worker, never by the process that only reads."""

import pytest

from core.desk.events import Command
from hub.desk import commands
from hub.desk.deeds import DEEDS
from storage.desk.tables import cases
from tests.fakes import PLACE
from tests.hub.house import BEN, GUEST, House


def command(house: House, text: str, user: str = BEN) -> str:
    house.act(Command(house.fresh("trigger"), PLACE, user, text, house.clock()))
    said = house.ephemerals()
    return said[0].text if said else ""


def test_what_changes_something_is_left_to_a_worker() -> None:
    assert set(DEEDS) < commands.LATER
    assert not commands.LATER & set(commands.WORDS)


@pytest.mark.parametrize("number", ["1", "#1"])
def test_a_case_is_taken_by_its_number(house: House, number: str) -> None:
    command(house, f"take {number}")
    assert (house.row(cases).state, house.row(cases).claimed_by) == ("claimed", BEN)


@pytest.mark.parametrize("words", ["take 99", "take", "take me", "take 99999999999999999999999"])
def test_a_case_that_is_not_there_is_said(house: House, words: str) -> None:
    assert "There is no case" in command(house, words)
    assert house.row(cases).state == "open"


def test_a_guest_takes_nothing(house: House) -> None:
    assert "Only full members" in command(house, "take 1", GUEST)
    assert house.row(cases).state == "open"
