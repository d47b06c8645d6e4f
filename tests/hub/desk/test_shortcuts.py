"""Tests the shortcuts on messages: send a note, make a note, redact; and the one that finds a customer."""

from sqlalchemy import update

from core.desk.events import Pressed
from core.desk.forms import Form
from hub.desk.reader import RowReader
from storage.desk.tables import cases
from storage.people.tables import customers
from tests.fakes import PLACE
from tests.hub.house import ANNA, BEN, GUEST, House


def on(house: House, action: str, message: str, user: str = ANNA) -> Pressed:
    return Pressed(house.fresh("ev"), PLACE, house.row(cases).thread or "", message, user, action, "", house.clock())


def told(house: House, action: str, message: str, user: str = ANNA) -> str:
    """Carries out a shortcut; returns what its user is told."""
    house.posts()
    house.act(on(house, action, message, user))
    return "\n".join(each.text for each in house.ephemerals())


def form(house: House, pressed: Pressed) -> Form | None:
    reader = RowReader(house.store, house.desk.users.get, lambda: house.hub.agents, house.clock)
    return reader.form(pressed)


def test_a_note_is_sent_once_after_asking(house: House) -> None:
    note = house.writes("It is on its way.", note=True)
    house.texts()
    asked = form(house, on(house, "case_send", note, BEN))
    assert asked is not None
    assert "It is on its way." in str(asked.items)
    assert told(house, "case_send", note, BEN) == ""
    assert house.texts()[-1] == "It is on its way."
    assert (house.kept(), house.row(cases).claimed_by) == ([("It is on its way.", "sent")], BEN)
    assert form(house, on(house, "case_send", note)) is None
    assert "already" in told(house, "case_send", note)
    assert house.texts() == []


def test_what_is_no_agents_message_is_not_sent(house: House) -> None:
    assert "Only what somebody of the team wrote" in told(house, "case_send", "1.1")
    assert form(house, on(house, "case_send", "1.1")) is None


def test_nothing_is_sent_in_a_case_that_is_over(house: House) -> None:
    note = house.writes("Later", note=True)
    house.presses("case_claim")
    house.presses("case_resolve")
    house.texts()
    assert "resolved" in told(house, "case_send", note)
    assert house.texts() == []


def test_what_is_held_becomes_a_note_and_what_is_sent_does_not(house: House) -> None:
    held = house.writes("Internal note - not for them")
    assert "Kept as a note" in told(house, "case_note", held)
    assert "already" in told(house, "case_note", held)
    sent = house.writes("Hello")
    house.texts()
    assert "cannot become a note" in told(house, "case_note", sent)
    assert "your own" in told(house, "case_note", sent, BEN)
    assert [state for _, state in house.kept()] == ["note", "sent"]


def test_redacting_asks_first_and_takes_the_right(house: House) -> None:
    asked = form(house, on(house, "case_redact", "1.1"))
    assert asked is not None
    assert asked.submit == "Remove it"
    assert "Only what the customer wrote" in told(house, "case_redact", "1.1")
    assert "guests" in told(house, "case_redact", "1.1", GUEST)


def test_a_customer_is_found_from_anywhere(house: House) -> None:
    with house.store.write() as conn:
        conn.execute(update(customers).values(name="Jane Doe"))
    anywhere = Pressed("ev", "", "", "", ANNA, "desk_find", "", house.clock())
    asked = form(house, anywhere)
    assert asked is not None
    house.posts()
    house.act(Pressed("ev2", "", "", "", ANNA, "desk_find", "", house.clock(), {"text": "jane"}))
    (answer,) = house.ephemerals()
    assert (answer.place, answer.user) == ("", ANNA)
    assert "Jane Doe" in answer.text
