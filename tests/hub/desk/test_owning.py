"""Tests how a case changes hands: taken over, given to a colleague, released; old cards and two at once."""

import pytest

from core.desk.events import Command, DeskUser, Pressed
from core.desk.posts import PostNote
from core.people.conversations import CaseState, Owner
from storage.desk.tables import audit, cases
from tests.fakes import PLACE
from tests.hub.desk.opened import case
from tests.hub.house import ANNA, BEN, GUEST, House


def notes(house: House) -> list[PostNote]:
    return [post for post in house.posts() if isinstance(post, PostNote)]


def command(house: House, text: str, *people: str, user: str = ANNA) -> str:
    house.act(Command(house.fresh("trigger"), PLACE, user, text, house.clock(), people))
    said = house.ephemerals()
    return said[0].text if said else ""


@pytest.fixture
def held(house: House) -> House:
    """Makes the case Anna's."""
    house.presses("case_claim")
    house.texts()
    house.posts()
    return house


def test_who_is_taken_over_from_is_told_and_so_is_the_customer(held: House) -> None:
    held.presses("case_take_over", BEN)
    assert case(held) == (CaseState.CLAIMED, BEN, Owner.AGENT)
    assert "Ben is here" in held.texts()[0]
    (note,) = notes(held)
    assert (note.text, note.user) == ("Ben took this case over from Anna.", ANNA)
    held.presses("case_take_over", BEN)
    assert "already" in held.ephemerals()[0].text


def test_an_old_card_is_answered_by_how_the_case_stands(held: House) -> None:
    held.presses("case_resolve")
    held.posts()
    for action in ("case_take_over", "case_assign", "case_release", "case_wait", "case_snooze"):
        held.presses(action, BEN, person=BEN)
        (answer,) = held.ephemerals()
        assert "resolved" in answer.text, action
    assert case(held)[:2] == (CaseState.RESOLVED, ANNA)


def test_a_case_is_given_to_a_colleague(held: House) -> None:
    held.presses("case_assign", person=BEN)
    assert case(held)[:2] == (CaseState.CLAIMED, BEN)
    assert "Ben will take care" in held.texts()[0]
    (note,) = notes(held)
    assert (note.text, note.user) == ("Anna gave this case to Ben.", BEN)
    assert '"to":"UBEN"' in held.rows(audit)[-1].data


def test_of_two_who_give_it_away_both_who_had_and_who_gets_it_hear(held: House) -> None:
    held.desk.users["UCARL"] = DeskUser("UCARL", "Carl", True)
    held.presses("case_assign", "UCARL", person=BEN)
    assert [note.user for note in notes(held)] == [BEN, ANNA]


def test_only_who_may_answer_is_given_a_case(held: House) -> None:
    held.presses("case_assign", person=GUEST)
    assert "may not answer" in held.ephemerals()[0].text
    assert case(held)[1] == ANNA


def test_a_case_is_given_by_its_number(house: House) -> None:
    assert "Name the colleague" in command(house, "assign 1")
    assert case(house)[0] == CaseState.OPEN
    assert command(house, "assign 1 @ben", BEN) == ""
    assert case(house)[:2] == (CaseState.CLAIMED, BEN)


def test_a_released_case_waits_and_who_had_it_hears(held: House) -> None:
    held.presses("case_release", BEN)
    assert case(held) == (CaseState.OPEN, None, Owner.AGENT)
    (note,) = notes(held)
    assert (note.user, note.broadcast) == (ANNA, True)
    held.presses("case_release", BEN)
    assert "Claim" in held.ephemerals()[0].text
    held.hear("are you there?")
    held.presses("case_claim", BEN)
    assert case(held)[1] == BEN


def test_two_who_take_it_at_once(held: House) -> None:
    thread, id_ = held.row(cases).thread, held.row(cases).id

    def press(user: str) -> Pressed:
        return Pressed(held.fresh("ev"), PLACE, thread, thread, user, "case_release", id_, held.clock())

    held.act(press(ANNA), press(BEN))
    assert case(held)[0] == CaseState.OPEN
    assert [answer.user for answer in held.ephemerals()] == [BEN]


def test_mine_lists_what_somebody_has(held: House) -> None:
    assert "Jane" in command(held, "mine")
    assert "no case" in command(held, "mine", user=BEN)
