"""Tests that a customer whose turn it is is reminded once, and the case closed with a word; their answer ends it."""

import pytest

from core.desk.posts import PostNote
from hub.desk.casework import chasing
from hub.timers.catalogue import find
from storage.desk.tables import cases
from storage.people.tables import customers
from storage.queues.tables import timers
from tests.hub.house import House


@pytest.fixture
def waiting(house: House) -> House:
    """Makes the case wait for its customer."""
    house.presses("case_claim")
    house.presses("case_wait")
    house.texts()
    house.posts()
    return house


def rings(house: House, kind: str) -> list[str]:
    """Lets the timer of that kind come due, if there is one; what the customer heard."""
    case = house.row(cases).id
    if [row for row in house.rows(timers) if (row.kind, row.subject) == (kind, case)]:
        find()[kind].handle(house.hub, case, house.clock())
    return house.texts()


def test_one_reminder_then_the_case_is_closed_with_a_word(waiting: House) -> None:
    waiting.later(hours=5)
    (reminder,) = rings(waiting, chasing.NUDGES)
    assert "reminder" in reminder
    assert waiting.row(cases).state == "waiting"
    waiting.later(hours=5)
    assert any("closed your case" in text for text in rings(waiting, chasing.CLOSES))
    assert waiting.row(cases).state == "resolved"


def test_in_the_customer_s_language(waiting: House) -> None:
    with waiting.store.write() as conn:
        conn.execute(customers.update().values(locale="zh"))
    assert rings(waiting, chasing.NUDGES)[0].startswith("温馨提醒")


def test_an_answer_ends_it(waiting: House) -> None:
    rings(waiting, chasing.NUDGES)
    waiting.hear("here I am")
    waiting.texts()
    assert rings(waiting, chasing.CLOSES) == []
    assert waiting.row(cases).state == "claimed"


def test_who_is_waited_for_again_is_reminded_before_anything_is_closed(waiting: House) -> None:
    rings(waiting, chasing.NUDGES)
    waiting.hear("here I am")
    waiting.presses("case_wait")
    waiting.texts()
    assert rings(waiting, chasing.CLOSES) == []
    assert waiting.row(cases).state == "waiting"


def test_outside_the_window_nobody_is_reminded_and_the_case_stays(waiting: House) -> None:
    waiting.later(hours=25)
    assert rings(waiting, chasing.NUDGES) == []
    assert any("not reminded" in post.text for post in waiting.desk.posts if isinstance(post, PostNote))
    assert rings(waiting, chasing.CLOSES) == []
    assert waiting.row(cases).state == "waiting"
