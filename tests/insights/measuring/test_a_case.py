"""Tests what a case at the desk leaves in the numbers: opened again, given on, rated, blocked."""

from zoneinfo import ZoneInfo

import pytest

from core.ids import first_id
from insights.measuring.increments import measure_all
from insights.measuring.measurer import Shop
from insights.metrics.counting import Value, counted
from insights.metrics.definitions import metrics
from notifications.store.opening import Desk
from notifications.store.support_hours import SupportHours
from storage.desk import ratings as rating_rows
from storage.desk.tables import case_ends, cases, ratings
from storage.engine.store import Store
from storage.insight.counting import EVERYTHING, Only, Span
from tests.fakes import NOW
from tests.hub.house import ANNA, BEN, House

ZONE = ZoneInfo("America/New_York")
SHOP = Shop(ZONE, lambda team: Desk(SupportHours(), ZONE.key, team))


@pytest.fixture
def house(store: Store) -> House:
    """Has a case that Anna has answered and resolved."""
    house = House(store)
    house.hear("agent")
    house.texts()
    house.later(minutes=2)
    house.presses("case_claim")
    house.later(minutes=3)
    house.writes("Hello, Anna here.")
    house.texts()
    house.later(minutes=4)
    house.presses("case_resolve", topic="damaged")
    house.texts()
    return house


def told(house: House, only: Only = EVERYTHING) -> dict[str, Value]:
    now = house.later(minutes=1)
    measure_all(house.hub.store, SHOP, NOW, now, now)
    days = NOW.astimezone(ZONE).date(), now.astimezone(ZONE).date()
    with house.hub.store.read() as conn:
        return counted(conn, metrics(), Span(*days), None, ZONE, only)[""]


def test_it_was_resolved_once_by_who_had_it(house: House) -> None:
    found = told(house)
    assert (found["cases"].value, found["resolved"].value, found["reopened"].value) == (1, 1, 0)
    assert (found["first_response_s"].p50, found["resolution_s"].p50) == (300, 540)
    assert (found["handling_s"].p50, found["backlog"].value) == (420, 0)
    assert told(house, Only(agent=ANNA, topic="damaged"))["resolved"].value == 1
    assert (found["sla_first"].value, found["sla_resolution"].value) == (1, 1)
    assert found["solved_once"].value is None
    house.later(days=7)
    assert told(house)["solved_once"].value == 1


def test_opened_again_it_counts_for_who_had_it_each_time(house: House) -> None:
    house.later(hours=1)
    house.presses("case_reopen", BEN)
    open_again = told(house)
    assert (open_again["backlog"].value, open_again["reopened"].value, open_again["resolution_s"].n) == (1, 1, 0)
    house.presses("case_claim", BEN)
    house.presses("case_resolve", BEN, topic="damaged")
    found = told(house)
    assert (found["resolved"].value, found["reopened"].value, found["backlog"].value) == (2, 0.5, 0)
    assert {end.agent for end in house.rows(case_ends)} == {ANNA, BEN}
    assert [told(house, Only(agent=each))["reopened"].value for each in (ANNA, BEN)] == [1, 0]
    house.later(days=7)
    assert told(house)["solved_once"].value == 0


def test_a_rating_is_of_who_had_the_case_when_it_was_asked_for(house: House) -> None:
    (case,) = house.rows(cases)
    asked = house.later(minutes=1)
    row = rating_rows.row(f"{first_id(asked)}{0:011}", case.id, case.conversation_id, case.customer_id, "csat", asked)
    with house.hub.store.write() as conn:
        conn.execute(ratings.insert(), row)
    assert (told(house)["csat_answered"].value, told(house)["csat"].value) == (0, None)
    house.presses("case_reopen", BEN)
    house.presses("case_claim", BEN)
    given = house.later(minutes=5)
    with house.hub.store.write() as conn:
        conn.execute(ratings.update().values(score=5, given_at=given))
    assert (told(house)["csat_answered"].value, told(house)["csat"].value) == (1, 1)
    assert [told(house, Only(agent=each))["csat"].n for each in (ANNA, BEN)] == [1, 0]


def test_spam_counts_nowhere(house: House) -> None:
    told(house)
    house.presses("case_reopen")
    house.presses("case_claim")
    house.presses("case_block", length="1d")
    found = told(house)
    people = [name for name, metric in metrics().items() if metric.group == "people" and name != "handoffs"]
    assert {name: found[name].n for name in people} == dict.fromkeys(people, 0)
