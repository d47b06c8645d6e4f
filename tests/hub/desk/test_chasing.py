"""Tests that a customer whose turn it is is reminded once, and the case closed with a word; their answer ends it."""

import pytest

from core.desk.posts import PostNote
from core.messages.outbound import decode_message
from core.ports.templates import TemplateState
from hub.desk.casework import chasing
from hub.timers.catalogue import find
from storage.accounts import templates
from storage.desk import audit
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


def due(house: House) -> float:
    """Returns in how many hours the customer is reminded."""
    (row,) = (row for row in house.rows(timers) if row.kind == chasing.NUDGES)
    return float((row.due_at - house.clock()).total_seconds() / 3600)


def approves(house: House, status: str = "approved") -> None:
    """Lets the provider tell that it has our template for reminders."""
    state = TemplateState("answer_awaited", "en", "utility", status)
    with house.store.write() as conn:
        templates.sync(conn, house.store, "whatsapp", "main", [state], house.clock())


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


def test_outside_the_window_and_without_a_template_nobody_is_reminded_and_the_case_stays(waiting: House) -> None:
    approves(waiting, "rejected")
    waiting.later(hours=25)
    assert rings(waiting, chasing.NUDGES) == []
    assert any("not reminded" in post.text for post in waiting.desk.posts if isinstance(post, PostNote))
    assert rings(waiting, chasing.CLOSES) == []
    assert waiting.row(cases).state == "waiting"


def test_outside_the_window_they_are_reminded_by_a_template(waiting: House) -> None:
    approves(waiting)
    waiting.later(hours=25)
    assert len(rings(waiting, chasing.NUDGES)) == 1
    row = waiting.messages()[-1]
    call = decode_message(row.payload).template
    assert (call.name, call.language, call.names) == ("answer_awaited", "en", ("name", "shop", "case"))
    assert [each.kind for each in waiting.rows(timers) if each.kind == chasing.CLOSES]


@pytest.mark.parametrize("status", ["rejected", "paused"])
def test_a_template_that_may_not_be_sent_is_named_as_the_reason(waiting: House, status: str) -> None:
    approves(waiting, status)
    waiting.later(hours=25)
    assert rings(waiting, chasing.NUDGES) == []
    assert any("template may not be used" in post.text for post in waiting.desk.posts if isinstance(post, PostNote))
    with waiting.store.read() as conn:
        skipped = audit.latest(conn, chasing.SKIPPED, f"case:{waiting.row(cases).id}")
    assert skipped is not None
    assert skipped.data == {"reason": "template_suspended"}


def test_without_a_template_the_last_minutes_of_the_window_are_taken(waiting: House) -> None:
    approves(waiting, "rejected")
    waiting.later(hours=3)
    waiting.presses("case_snooze", until="reply")
    waiting.presses("case_wait")
    assert due(waiting) == pytest.approx(24 - 3 - 0.5 - 1 / 60)


def test_with_one_the_time_of_the_store_holds(waiting: House) -> None:
    approves(waiting)
    waiting.later(hours=3)
    waiting.presses("case_snooze", until="reply")
    waiting.presses("case_wait")
    assert due(waiting) == 24


def test_who_was_asked_just_before_it_closes_is_not_reminded_at_once(waiting: House) -> None:
    approves(waiting, "rejected")
    waiting.later(hours=23)
    waiting.presses("case_snooze", until="reply")
    waiting.presses("case_wait")
    assert due(waiting) == 24
