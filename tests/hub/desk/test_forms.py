"""Tests that a form is one file, drawn from rows; and the form of "Resolve"."""

from core.desk.events import ON_DESK, Pressed
from core.desk.forms import Field
from hub.desk.buttons import BUTTONS
from hub.desk.commands import WORDS
from hub.desk.deeds import DEEDS
from hub.desk.forms import FORMS
from hub.desk.reader import RowReader
from storage.desk.tables import cases
from tests.fakes import PLACE
from tests.hub.house import ANNA, GUEST, House


def reader(house: House) -> RowReader:
    return RowReader(house.store, house.desk.users.get, lambda: house.hub.agents, house.clock)


def press(house: House, action: str, user: str = ANNA, **values: str) -> Pressed:
    case = house.row(cases)
    thread = case.thread or ""
    return Pressed(house.fresh("ev"), PLACE, thread, thread, user, action, case.id, house.clock(), values)


def test_a_form_is_of_a_button_and_opens() -> None:
    words = {f"{ON_DESK}{word}" for word in (*WORDS, *DEEDS)}
    assert all(id_ in {*BUTTONS, *words} for id_ in FORMS)


def test_resolve_asks_for_the_topic_and_proposes_one(house: House) -> None:
    form = reader(house).form(press(house, "case_resolve"))
    assert form is not None
    (field,) = form.items
    assert isinstance(field, Field)
    assert field.value in {option.id for option in field.options}
    house.presses("case_resolve", topic="damaged")
    assert (house.row(cases).state, house.row(cases).topic) == ("resolved", "damaged")


def test_a_form_is_not_drawn_for_a_guest_or_a_case_that_is_over(house: House) -> None:
    assert reader(house).form(press(house, "case_resolve", GUEST)) is None
    house.presses("case_resolve")
    assert house.row(cases).topic == "other"
    assert reader(house).form(press(house, "case_resolve")) is None
