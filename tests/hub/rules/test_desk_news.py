"""Tests rules that hear of cases and ratings: out of the rows, once each, and not in circles."""

from datetime import timedelta
from typing import Any

from core import ids
from hub.rules import desk_news
from hub.timers.kinds import rule_news
from storage.desk import ratings as rows
from storage.desk.tables import cases, ratings
from storage.engine.store import Store
from storage.queues import timers
from storage.rules.tables import rule_firings
from tests.hub.house import House
from tests.hub.notices.test_lifecycle import ordered
from tests.hub.rules.ruled import fired, ruled


def hearing(store: Store, text: str) -> House:
    """Makes an installation that has listened for a while."""
    house = ruled(store, text)
    with store.write() as conn:
        timers.ensure(conn, store, desk_news.TIMER, [""], house.clock())
    heard(house)
    return house


def heard(house: House) -> None:
    """Lets the rules hear what happened up to now."""
    house.later(seconds=20)
    while desk_news.tell(house.hub, house.clock()):
        pass


def person(house: House) -> None:
    """Has a customer ask for a person."""
    house.hear("I want to speak to a human")


ON_CASES = """
rules:
  - {id: opened, on: [case.opened], if: "case.reason == 'asked_human' and case.open", then: [{tag: seen}]}
  - {id: ended, on: [case.resolved], if: "case.state == 'resolved' and not case.open", then: [{tag: done}]}
  - {id: low, on: [rating.given], if: "event.score in [1, 2]", once_per: customer, then: [{tag: unhappy}]}
"""


def test_an_opened_and_a_resolved_case_and_a_rating_are_heard_once(store: Store) -> None:
    house = hearing(store, ON_CASES)
    person(house)
    assert fired(house) == []  # the turn itself writes nothing for rules
    heard(house)
    heard(house)
    case = house.row(cases)
    assert fired(house) == [("opened", case.id, "fired")]
    assert "seen" in house.row(cases).tags
    with house.store.write() as conn:
        now = house.clock()
        conn.execute(cases.update().values(state="resolved", resolved_at=now))
        asked = rows.row(ids.new_id(now), case.id, case.conversation_id, case.customer_id, rows.CSAT, now)
        conn.execute(ratings.insert(), asked | {"score": 2, "given_at": now})
    heard(house)
    assert [(rule, state) for rule, _, state in fired(house)] == [
        ("opened", "fired"),
        ("ended", "fired"),
        ("low", "fired"),
    ]


def test_a_rule_that_comes_later_hears_nothing_of_before(store: Store) -> None:
    silent = hearing(store, "rules: []")
    person(silent)
    heard(silent)
    house = ruled(store, ON_CASES, clock=silent.clock)
    heard(silent)
    desk_news.tell(house.hub, silent.clock())
    assert fired(house) == []


def test_rules_that_follow_from_one_another_end(store: Store) -> None:
    """Each opens a case when one is opened; a person resolves each. The chain ends, and says why."""
    text = """
rules:
  - {id: first, on: [order.updated], if: "order.total > 0", then: [{case: {reason: damaged}}]}
  - {id: again, on: [case.resolved], if: "case.number > 0", once_per: case, then: [{case: {reason: damaged}}]}
"""
    house = hearing(store, text)
    house.told(ordered(at=house.clock()))
    for _ in range(6):
        with house.store.write() as conn:
            values: dict[str, Any] = {"state": "resolved", "resolved_at": house.clock()}
            conn.execute(cases.update().where(cases.c.state != "resolved").values(**values))
        heard(house)
    assert [(row.rule, row.depth, row.reason or row.state) for row in house.rows(rule_firings)] == [
        ("first", 1, "fired"),
        ("again", 2, "fired"),
        ("again", 3, "fired"),
        ("again", 4, "loop"),
    ]
    assert len(house.rows(cases)) == 3


def test_the_timer_rests_long_where_no_rule_hears(store: Store) -> None:
    house = hearing(store, "rules: []")
    assert rule_news.KIND.handle(house.hub, "", house.clock()) == house.clock() + timedelta(minutes=1)
    house = hearing(store, ON_CASES)
    assert rule_news.KIND.handle(house.hub, "", house.clock()) == house.clock() + timedelta(seconds=10)
