"""Tests that two cases of one customer become one, and that the bot goes on where an agent says."""

import msgspec

from core.desk.bot_flows import FLOWS
from core.desk.events import Command, Pressed
from core.desk.posts import PostCustomer, PostNote
from storage.desk.tables import case_clocks, cases
from storage.people.tables import conversations
from tests.fakes import PLACE
from tests.hub.desk.test_forms import reader
from tests.hub.house import ANNA, SMS, House


def two(house: House) -> tuple[str, str]:
    """Opens a second case of the same customer, at another address."""
    house.hear("agent", SMS)
    house.texts()
    house.texts("sms")
    house.posts()
    first, second = house.rows(cases)
    assert first.customer_id == second.customer_id
    return first.id, second.id


def command(house: House, text: str) -> list[str]:
    house.act(Command(house.fresh("c"), PLACE, ANNA, text, house.clock()))
    return [post.text for post in house.ephemerals()]


def test_the_later_case_becomes_part_of_the_earlier(house: House) -> None:
    first, second = two(house)
    assert command(house, "merge 2 1") == []
    kept, gone = house.rows(cases)
    assert (kept.state, gone.state, gone.merged_into) == ("open", "merged", first)
    assert {row.case_id for row in house.rows(conversations)} == {first}
    house.hear("and my sms too", SMS)
    (told,) = [post for post in house.posts() if isinstance(post, PostCustomer)]
    assert told.case_id == first
    house.writes("to whom?", thread=gone.thread)
    assert "merged into case 1" in house.ephemerals()[0].text
    assert "merged into case 1" in command(house, "merge 2 1")[0]
    assert second == gone.id


def test_the_agent_of_either_has_what_is_left(house: House) -> None:
    two(house)
    command(house, "take 2")
    house.posts()
    command(house, "merge 1 2")
    kept = house.rows(cases)[0]
    assert (kept.state, kept.claimed_by) == ("claimed", ANNA)


def test_the_answer_that_is_owed_in_either_is_owed_in_what_is_left(house: House) -> None:
    house.writes("Hello!")
    house.texts()
    house.later(minutes=5)
    first, _ = two(house)
    asked = house.clock()
    house.later(minutes=5)
    command(house, "merge 1 2")
    owed = [row for row in house.rows(case_clocks) if row.ended_at is None and row.metric in ("first", "next")]
    assert [(row.case_id, row.metric, row.started_at) for row in owed] == [(first, "next", asked)]


def test_only_cases_of_one_customer_are_merged(house: House) -> None:
    assert "another case" in command(house, "merge 1 1")[0]
    assert "no case 9" in command(house, "merge 1 9")[0]


def test_the_form_lists_the_customers_other_cases(house: House) -> None:
    row = house.row(cases)
    pressed = Pressed("e", PLACE, row.thread, row.thread, ANNA, "case_merge", row.id, house.clock())
    assert reader(house).form(pressed) is None
    _, second = two(house)
    form = reader(house).form(pressed)
    assert form is not None
    assert second.encode() in msgspec.json.encode(form)


def test_the_bot_begins_the_flow_that_was_chosen(house: House) -> None:
    house.presses("case_to_bot", flow="order_status")
    assert "back with me" in house.texts()[0]
    house.drain()
    assert "order number" in house.texts()[0]
    assert house.row(cases).state == "resolved"
    house.presses("case_to_bot", flow="order_status")
    assert "already" in house.ephemerals()[0].text
    assert house.texts() == []


def test_every_flow_that_is_offered_is_there(house: House) -> None:
    assert set(FLOWS) <= set(house.hub.flows.flows)


def test_notes_name_both(house: House) -> None:
    two(house)
    house.act(Command("m", PLACE, ANNA, "merge 1 2", house.clock()))
    told = [post.text for post in house.posts() if isinstance(post, PostNote)]
    assert any("merged this case into case 1" in text for text in told)
    assert any("merged case 2 into this one" in text for text in told)
