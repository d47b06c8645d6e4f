"""Tests that what the bot did not understand, and what it had said before, is found as it happened in turns."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from insights.findings.leaving import left_steps
from insights.measuring.increments import measure_all
from insights.measuring.measurer import Shop
from insights.questions.misread import Misread, ordered, texts
from insights.questions.unmatched import groups, nearest_of
from notifications.store.opening import Desk
from notifications.store.support_hours import SupportHours
from storage.engine.store import Store
from storage.insight.counting import Span
from storage.people import privacy
from storage.queues.tables import outbox
from tests.fakes import NOW, PHONE
from tests.hub.house import House
from tests.insights.month import ZONE

SOUP = "do you know a good recipe for soup?"
SPAN = Span(date(2026, 1, 1), date(2027, 12, 31))
SHOP = Shop(ZONE, lambda team: Desk(SupportHours(), ZONE.key, team))


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


def measured(house: House) -> None:
    later = house.clock() + timedelta(days=2)
    measure_all(house.store, SHOP, NOW - timedelta(days=1), later, later)


def test_a_question_that_nobody_understood(house: House) -> None:
    house.hear("hi")
    house.later(minutes=1)
    house.hear(f"{SOUP} jane@example.com")
    with house.store.read() as conn:
        (found,) = groups(
            conn, NOW - timedelta(days=1), NOW + timedelta(days=1), nearest_of(house.hub.flows.interpreter)
        )
    assert (found.count, found.conversations, found.language) == (1, 1, "en")
    assert "soup" in found.example
    assert "jane@" not in found.example


def test_each_message_knows_which_text_it_says(house: House) -> None:
    house.hear("I want to send something back")
    with house.store.read() as conn:
        said = conn.execute(select(outbox.c.flow, outbox.c.response).where(outbox.c.speaker == "bot")).all()
    assert said
    assert all(row.response and row.response.startswith("utter_") for row in said)


def test_the_text_that_was_misread_and_the_step_that_was_left(house: House) -> None:
    house.hear("I want to send something back")
    for words in (SOUP, "my cat is blue", "what did you say?"):
        house.later(minutes=1)
        house.hear(words)
    measured(house)
    with house.store.read() as conn:
        misread = texts(conn, SPAN, house.hub.flows.responses, least=1)
        (left, *_) = left_steps(conn, SPAN, house.hub.flows.flows, least=1)
    assert misread
    assert all(each.file.endswith("en.yaml") and each.line > 0 for each in misread)
    assert (left.asked, left.left) == (1, 1)
    assert left.file.endswith(".yaml")
    assert left.line > 0
    assert left.text in {each.text for each in misread}


def test_who_is_erased_asked_nothing(house: House) -> None:
    house.hear("hi")
    house.later(minutes=1)
    house.hear(SOUP)
    with house.store.write() as conn:
        privacy.erase(conn, privacy.find(conn, PHONE) or "", house.clock())
    with house.store.read() as conn:
        assert groups(conn, NOW - timedelta(days=1), NOW + timedelta(days=1)) == []


def test_what_surely_is_misread_comes_before_what_may_be() -> None:
    few, many = Misread("few", "en", "faq", 3, 3), Misread("many", "en", "faq", 100, 80)
    assert [each.text for each in ordered([few, many])] == ["many", "few"]
