"""Tests who has a case: claimed, resolved, back to the bot, opened again."""

from core.desk.events import Pressed
from core.people.conversations import CaseState, Owner
from storage.desk.tables import cases
from storage.people.tables import conversations
from tests.fakes import PLACE
from tests.hub.desk.opened import case
from tests.hub.house import ANNA, BEN, House


def test_claim_takes_the_case_and_introduces_the_agent(house: House) -> None:
    house.presses("case_claim")
    assert case(house) == (CaseState.CLAIMED, ANNA, Owner.AGENT)
    assert "Anna" in house.texts()[0]
    house.presses("case_claim", BEN)
    assert "Anna" in house.ephemerals()[0].text
    house.presses("case_claim")
    assert house.ephemerals() == []
    assert house.texts() == []


def test_resolve_tells_the_customer_and_frees_the_bot(house: House) -> None:
    house.writes("Done!")
    house.texts()
    house.presses("case_resolve")
    (goodbye,) = house.texts()
    assert "Anna has left" in goodbye
    assert case(house) == (CaseState.RESOLVED, ANNA, Owner.BOT)
    assert house.row(conversations).case_id is None
    house.hear("menu")
    assert len(house.texts()) == 1
    house.presses("case_resolve")
    assert "already" in house.ephemerals()[0].text


def test_back_to_the_bot_says_so(house: House) -> None:
    house.presses("case_to_bot")
    (text,) = house.texts()
    assert "left the chat" not in text
    assert case(house)[::2] == (CaseState.RESOLVED, Owner.BOT)


def test_reopen_gives_the_conversation_back_to_people(house: House) -> None:
    house.writes("Done!")
    house.presses("case_resolve")
    house.presses("case_reopen", BEN)
    assert case(house) == (CaseState.OPEN, None, Owner.AGENT)
    assert "opened your case again" in house.texts()[-1]
    house.later(minutes=5)
    house.writes("one more thing", BEN)
    assert house.texts()[1:] == ["one more thing"]
    house.desk.posts.clear()
    house.presses("case_reopen")
    assert "Ben has this case" in house.ephemerals()[0].text


def test_a_case_is_not_reopened_beside_a_newer_one(house: House) -> None:
    first = house.row(cases).id
    house.presses("case_resolve")
    house.hear("agent")
    house.texts()
    house.desk.posts.clear()
    pressed = Pressed("re", PLACE, house.rows(cases)[0].thread, "x", ANNA, "case_reopen", first, house.clock())
    house.act(pressed)
    assert "another open case" in house.ephemerals()[0].text
    assert [row.state for row in house.rows(cases)] == ["resolved", "open"]
