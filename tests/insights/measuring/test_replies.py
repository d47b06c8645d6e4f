"""Tests that a person's words count as an answer once, by whatever way they reach the customer."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core.errors import Outcome, SendError
from core.messages.inbound import Answered
from core.shop.orders import ShipmentStatus
from hub.timers.catalogue import find
from insights.measuring.increments import measure_all
from insights.metrics.counting import Value
from storage.desk import later
from storage.desk.tables import audit, case_ends, cases
from storage.engine.store import Store
from storage.insight.sources import case_stories
from storage.insight.tables import measures
from storage.people.tables import conversations, messages
from storage.queues.tables import timers
from tests.fakes import NOW
from tests.hub.desk.agents_words import buttons, edits, presses
from tests.hub.desk.agents_words import told as posts
from tests.hub.house import ANNA, SMS, WHATSAPP, House
from tests.hub.notices.test_lifecycle import ordered, parcel
from tests.insights.measuring.test_a_case import SHOP, told

MINUTE = timedelta(minutes=1)
WAITS = ("first_response", "next_reply")


@pytest.fixture
def house(store: Store) -> House:
    """Makes a house where Anna took the case of a customer who asked for a person, and has a parcel under way."""
    house = House(store)
    house.told(ordered())
    house.told(parcel("out", NOW, status=ShipmentStatus.OUT_FOR_DELIVERY))
    house.hear("agent")
    house.texts()
    house.presses("case_claim")
    house.texts()
    house.posts()
    return house


def waited(house: House) -> list[tuple[str, float]]:
    """Measures anew; how many minutes were waited for words, each time."""
    now = house.later(minutes=1)
    measure_all(house.store, SHOP, NOW, now, now)
    found = sorted(house.rows(measures), key=lambda row: row.at)
    return [(row.metric, row.value / 60_000) for row in found if row.metric in WAITS]


def resolved(house: House) -> dict[str, Value]:
    house.presses("case_resolve", topic="other")
    house.send()
    return told(house)


def types(house: House) -> None:
    house.writes("Hello")


def fills_a_form(house: House) -> None:
    house.presses("case_answers", reply="gift_card", text_gift_card="We do.")


def puts_off(house: House) -> None:
    house.presses("case_later", words="Hello", when="hour")
    house.later(minutes=60)
    row = next(row for row in house.rows(timers) if row.kind == later.TIMER)
    find()[later.TIMER].handle(house.hub, row.subject, house.clock())


def answers_elsewhere(house: House) -> None:
    house.accept(Answered(house.fresh("echo"), WHATSAPP, house.clock(), "Hi Jane, Tom here"))
    house.drain()


@pytest.mark.parametrize(("way", "minutes"), [(types, 10), (fills_a_form, 10), (puts_off, 70), (answers_elsewhere, 10)])
def test_it_ends_the_wait_once(house: House, way: Callable[[House], None], minutes: float) -> None:
    house.later(minutes=10)
    way(house)
    assert waited(house) == [("first_response", minutes)]
    found = resolved(house)
    assert (found["one_touch"].value, found["unattended"].value) == (1, 0)


@pytest.mark.parametrize("way", [types, fills_a_form, answers_elsewhere])
def test_its_case_is_measured_at_once(house: House, way: Callable[[House], None]) -> None:
    since = house.later(minutes=10)
    way(house)
    with house.store.read() as conn:
        assert case_stories.active_between(conn, since, house.later(minutes=1)) == {house.row(cases).id}


def test_a_template_is_an_answer(house: House) -> None:
    house.later(hours=25)
    house.writes("Sorry for the wait")
    presses(house, buttons(posts(house))["Send template"])
    choice = next(post for post in posts(house) if post.buttons).buttons
    assert waited(house) == []
    house.later(minutes=59)
    presses(house, next(each for each in choice if each.label == "Out for delivery"))
    assert waited(house) == [("first_response", 26 * 60)]
    assert [row.actor for row in house.rows(audit) if row.action == "reply.template"] == [ANNA]
    assert resolved(house)["one_touch"].value == 1


def test_one_that_failed_is_none_until_it_gets_through(house: House) -> None:
    house.later(minutes=10)
    house.channels["whatsapp"].script.append(SendError(Outcome.CONTENT_REJECTED, "131009"))
    house.writes("Hello")
    again = buttons(posts(house))["Try again"]
    assert waited(house) == []
    house.later(minutes=9)
    presses(house, again)
    assert waited(house) == [("first_response", 20)]


def test_a_correction_is_a_second_answer_and_leaves_the_first_where_it_was(house: House) -> None:
    house.later(minutes=10)
    message = house.writes("Helo")
    house.texts()
    house.hear("what?")
    house.later(minutes=3)
    edits(house, message, "Hello")
    presses(house, buttons(posts(house))["Send correction"])
    assert waited(house) == [("first_response", 10), ("next_reply", 3)]
    assert resolved(house)["one_touch"].value == 0


def test_by_another_channel_and_what_was_written_before_it_is_waited_with(house: House) -> None:
    house.later(minutes=2)
    house.writes("Hello")
    house.texts()
    house.later(minutes=10)
    house.hear("are you there?")
    house.hear("menu", SMS)
    house.texts("sms")
    with house.store.write() as conn:
        conn.execute(conversations.update().values(customer_id=house.rows(conversations)[0].customer_id))
        conn.execute(messages.update().values(customer_id=house.rows(conversations)[0].customer_id))
    house.later(minutes=5)
    house.channels["whatsapp"].script.append(SendError(Outcome.CONTENT_REJECTED, "131009"))
    house.writes("Yes")
    presses(house, buttons(posts(house))["Other channel"])
    presses(house, posts(house)[-1].buttons[0])
    assert house.texts("sms") == ["Yes"]
    assert waited(house) == [("first_response", 2), ("next_reply", 5)]
    with house.store.write() as conn:  # as moves were written once
        conn.execute(audit.update().where(audit.c.action == "move").values(data=None))
    assert waited(house)[0] == ("first_response", 2)


def test_thanks_are_no_question_and_what_opens_the_case_again_is(house: House) -> None:
    house.later(minutes=10)
    house.writes("Hello")
    resolved(house)
    house.hear("thanks!")
    house.later(minutes=5)
    assert told(house)["unattended"].value == 0
    house.hear("the zipper of the jacket is still stuck")
    (end,) = house.rows(case_ends)
    assert end.reopened_at == house.clock()
    assert told(house)["unattended"].value == 1
    house.later(minutes=6)
    house.writes("We send another")
    assert waited(house) == [("first_response", 10), ("next_reply", 7)]
    found = told(house)
    assert (found["first_resolution_s"].n, found["resolution_s"].n, found["requester_wait_s"].n) == (1, 0, 0)


def test_what_was_left_to_the_customer_is_not_our_time(house: House) -> None:
    house.writes("Which size?")
    house.presses("case_wait")
    house.later(minutes=30)
    house.hear("M")
    house.later(minutes=10)
    found = resolved(house)
    assert (found["agent_wait_s"].p50, found["requester_wait_s"].p50) == (30 * 60, 10 * 60)
