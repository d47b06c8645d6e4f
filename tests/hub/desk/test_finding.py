"""Tests `/desk find`, `case` and `report`: everything an agent may have in hand, with addresses masked."""

import dataclasses

import pytest
from sqlalchemy import update

from core.desk.events import Command
from core.desk.links import has_links, resolve_times, without_links
from hub.desk.reader import RowReader
from storage.desk.tables import cases
from storage.people.tables import customers
from tests.fakes import PHONE, PLACE
from tests.hub.house import ANNA, GUEST, House


def says(house: House, text: str, user: str = ANNA) -> str:
    known = house.desk.users.get, lambda: house.hub.agents, house.clock
    reader = RowReader(house.store, *known, numbers=house.hub.numbers)
    told = reader.command(Command(house.fresh("c"), PLACE, user, text, house.clock()))
    assert told is not None
    return told


@pytest.fixture
def house(house: House) -> House:
    """Makes a house with a case of Jane Doe's."""
    with house.store.write() as conn:
        conn.execute(update(customers).values(name="Jane Doe", email="jane@example.com"))
    return house


@pytest.mark.parametrize(
    "text", [PHONE, PHONE[1:], f"00{PHONE[1:]}", "#1", "1", "jane", "DOE  jane", "jane@example.com"]
)
def test_whatever_an_agent_has_in_hand_finds_the_customer(house: House, text: str) -> None:
    told = says(house, f"find {text}")
    assert "Jane Doe" in told
    assert "#1" in without_links(told)
    assert PHONE not in told
    assert "jane@example.com" not in told


def test_a_found_case_links_to_its_thread(house: House) -> None:
    with house.store.write() as conn:
        conn.execute(update(cases).values(place="C0SUPPORT", thread="1796119280.445566"))
    assert has_links(says(house, "find jane"))
    assert has_links(says(house, "case 1"))
    assert has_links(says(house, "queue"))


def test_readers_see_times_in_their_own_zone(house: House) -> None:
    for command in ("case 1", "queue"):
        assert "since LOCAL" in resolve_times(says(house, command), lambda _at: "LOCAL")


@pytest.mark.parametrize("text", ["nobody", "9999", "%", "_", "jane smith", "+15550000000"])
def test_nobody_is_found_by_what_nobody_has(house: House, text: str) -> None:
    assert "Nobody found" in says(house, f"find {text}")


def test_find_asks_what_for(house: House) -> None:
    assert "Say what you have" in says(house, "find")


def test_a_case_in_short(house: House) -> None:
    house.presses("case_claim")
    told = without_links(says(house, "case #1"))
    assert told.startswith("#1 Jane Doe · whatsapp")
    assert "claimed with Anna" in told
    for wrong in ("7", "", "x", "9" * 30):
        assert "There is no case" in says(house, f"case {wrong}")


def test_a_report_counts_today(house: House) -> None:
    told = says(house, "report")
    assert "Opened 1 · resolved 0 · waiting 1" in told


def test_a_report_tells_how_the_shop_s_week_is_too(house: House) -> None:
    house.hub = dataclasses.replace(house.hub, numbers=lambda now: f"Contacts 3 by {now:%d %b}")
    assert says(house, "report").endswith("\nContacts 3 by 02 Dec")


@pytest.mark.parametrize("text", ["find jane", "case 1", "report"])
def test_a_guest_hears_nothing(house: House, text: str) -> None:
    assert "guests" in says(house, text, GUEST)
