"""Tests cases that rest: the customer's turn, a third party's, put off."""

from datetime import UTC, datetime

import pytest

from core.desk.events import Command
from core.desk.posts import PostEphemeral, PostNote
from hub.desk.casework.resting import WAKES
from hub.desk.form import Look
from hub.desk.forms import FORMS
from hub.timers.catalogue import find
from storage.desk.tables import cases
from storage.queues.tables import timers
from tests.fakes import PLACE
from tests.hub.desk.test_forms import press, reader
from tests.hub.house import ANNA, BEN, House


@pytest.fixture
def held(house: House) -> House:
    """Makes the case Anna's, who is in Berlin."""
    house.desk.users["UANNA"] = type(house.desk.users["UANNA"])("UANNA", "Anna", True, "Europe/Berlin")
    house.presses("case_claim")
    house.texts()
    house.posts()
    return house


def wakes(house: House) -> list[datetime]:
    return [row.due_at for row in house.rows(timers) if row.kind == WAKES]


def test_the_customers_turn(held: House) -> None:
    held.presses("case_wait")
    assert held.row(cases).state == "waiting"
    held.presses("case_wait")
    assert "customer's turn" in held.ephemerals()[0].text
    assert held.texts() == []


def test_put_off_until_tomorrow_morning_where_the_agent_is(held: House) -> None:
    held.presses("case_snooze", until="tomorrow")
    row = held.row(cases)
    assert (row.state, row.wakes_at) == ("snoozed", datetime(2026, 12, 3, 8, tzinfo=UTC))
    assert wakes(held) == [row.wakes_at]
    held.presses("case_snooze", until="reply")
    assert (held.row(cases).state, held.row(cases).wakes_at, wakes(held)) == ("snoozed", None, [])


def test_on_hold_says_for_what_and_until_when(held: House) -> None:
    held.presses("case_hold", why="the carrier looks for it", day="2026-12-05")
    row = held.row(cases)
    assert (row.state, row.waits_for, row.wakes_at) == (
        "on_hold",
        "the carrier looks for it",
        datetime(2026, 12, 5, 8, tzinfo=UTC),
    )
    (note,) = [post for post in held.posts() if isinstance(post, PostNote)]
    assert note.text == "Anna put this case on hold until 5 Dec 2026: the carrier looks for it"


@pytest.mark.parametrize(("why", "day"), [("", "2026-12-05"), ("the carrier", "2026-12-01"), ("the carrier", "soon")])
def test_on_hold_takes_a_reason_and_a_day_to_come(held: House, why: str, day: str) -> None:
    wrong = FORMS["case_hold"].check
    with held.store.read() as conn:
        assert wrong(Look(conn, press(held, "case_hold", why=why, day=day), held.clock()))
    held.presses("case_hold", why=why, day=day)
    assert held.row(cases).state == "claimed"
    assert held.ephemerals()


def test_forms_are_drawn_for_what_can_rest(held: House) -> None:
    for action in ("case_snooze", "case_hold", "case_assign"):
        assert reader(held).form(press(held, action)) is not None
    held.presses("case_resolve")
    for action in ("case_snooze", "case_hold", "case_assign"):
        assert reader(held).form(press(held, action)) is None


def wake(house: House) -> list[PostNote]:
    kinds = find()
    (row,) = [row for row in house.rows(timers) if row.kind == WAKES]
    assert kinds[WAKES].handle(house.hub, row.subject, house.clock()) is None
    return notes(house)


def notes(house: House) -> list[PostNote]:
    return [post for post in house.posts() if isinstance(post, PostNote)]


def away(house: House, word: str = "away") -> str:
    house.act(Command(house.fresh("c"), PLACE, ANNA, word, house.clock()))
    posts = house.posts()
    return next(post.text for post in posts if isinstance(post, PostEphemeral))


@pytest.mark.parametrize("how", [{"action": "case_wait"}, {"action": "case_snooze", "until": "tomorrow"}])
def test_the_customers_words_bring_a_case_back(held: House, how: dict[str, str]) -> None:
    held.presses(**how)
    held.posts()
    held.hear("any news?")
    assert (held.row(cases).state, held.row(cases).wakes_at) == ("claimed", None)
    (note,) = notes(held)
    assert (note.user, note.broadcast) == (ANNA, False)


def test_on_hold_stays_so_when_the_customer_writes(held: House) -> None:
    held.presses("case_hold", why="the carrier", day="2026-12-05")
    held.posts()
    held.hear("any news?")
    assert held.row(cases).state == "on_hold"
    assert notes(held) == []


def test_its_time_brings_it_back_to_its_agent(held: House) -> None:
    held.presses("case_snooze", until="hour")
    held.posts()
    held.later(minutes=59)
    assert find()[WAKES].handle(held.hub, held.row(cases).id, held.clock()) == held.row(cases).wakes_at
    held.later(minutes=1)
    (note,) = wake(held)
    assert (note.user, note.text) == (ANNA, "It is time: this case was put off until now.")
    assert held.row(cases).state == "claimed"


def test_its_time_offers_it_where_its_agent_is_away(held: House) -> None:
    held.presses("case_hold", why="the carrier", day="2026-12-05")
    held.posts()
    assert "No case of yours" in away(held)
    held.later(days=4)
    (note,) = wake(held)
    assert (note.user, note.broadcast) == ("", True)
    assert "the carrier" in note.text
    assert (held.row(cases).state, held.row(cases).claimed_by) == ("open", None)


def test_who_goes_away_offers_their_cases_and_comes_back(held: House) -> None:
    assert "One case of yours" in away(held)
    assert (held.row(cases).state, held.row(cases).claimed_by) == ("open", None)
    assert "already" in away(held)
    assert "Welcome back" in away(held, "back")
    assert "not away" in away(held, "back")


@pytest.mark.parametrize("is_away", [False, True])
def test_who_writes_after_the_end_gets_the_same_agent_if_they_are_there(held: House, *, is_away: bool) -> None:
    held.presses("case_resolve")
    if is_away:
        away(held)
    held.posts()
    held.later(hours=1)
    held.hear("it still squeaks whenever I push the thing")
    row = held.row(cases)
    assert (row.state, row.claimed_by) == (("open", None) if is_away else ("claimed", ANNA))
    (note,) = notes(held)
    assert (note.user, note.broadcast) == (("", True) if is_away else (ANNA, False))


def test_a_colleague_who_wrote_just_now_is_named(held: House) -> None:
    held.writes("Your parcel is on its way", BEN)
    assert "Anna has this case" in held.ephemerals()[0].text
    held.writes("I am asking the carrier")
    (warned,) = held.ephemerals()
    assert "Ben is about to answer" in warned.text
    assert held.texts() == ["I am asking the carrier"]  # their own case: warned, and not kept waiting
    held.later(minutes=3)
    held.writes("I asked the carrier")
    assert held.texts() == ["I asked the carrier"]
    assert held.ephemerals() == []
