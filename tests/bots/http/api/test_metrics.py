"""Tests that a store can ask for its numbers, by what it likes, and hears what is wrong with a question."""

import pytest

from bots.wiring.insight.measuring import KIND
from bots.wiring.intake import Intake
from core.shop.orders import Buyer
from tests.bots.http.api.caller import ask
from tests.fakes import NOW, PHONE
from tests.hub.house import House
from tests.storage.orders_sample import saved_order

PATH = "/api/v1/metrics"
DAY = NOW.date().isoformat()


@pytest.fixture
def busy(intake: Intake) -> Intake:
    """Knows Jane, who has an order and asked for a person, who answered after two minutes."""
    saved_order(intake.store, Buyer(id="c1", name="Jane Doe", phone=PHONE))
    house = House(intake.store)
    house.hear("agent")
    house.texts()
    house.later(minutes=2)
    house.writes("Hello, Anna here.")
    house.texts()
    house.later(minutes=1)
    for name in KIND.subjects(house.hub):
        KIND.handle(house.hub, name, house.clock())
    return intake


def test_the_numbers_of_a_day(busy: Intake) -> None:
    status, body = ask(busy, f"{PATH}?from={DAY}&to={DAY}")
    assert (status, body["from"], body["to"], body["by"], body["timezone"]) == (
        200,
        DAY,
        DAY,
        "day",
        "America/New_York",
    )
    (day,) = body["items"]
    assert (day["key"], day["contacts"], day["cases"], day["bot_solved"]) == (DAY, 1, 1, None)  # it is not over
    assert day["first_response_s"]["calendar"] == {"p50": 120, "p90": 120}


@pytest.mark.parametrize(("by", "key"), [("channel", "whatsapp"), ("topic", "asked_human"), ("team", "support")])
def test_by_something_else(busy: Intake, by: str, key: str) -> None:
    items = ask(busy, f"{PATH}?from={DAY}&to={DAY}&by={by}")[1]["items"]
    assert [each["cases"] for each in items if each["key"] == key] == [1], items


@pytest.mark.parametrize(
    ("query", "path", "says"),
    [
        ("from=yesterday", "$.from", "expected a day like 2026-12-01"),
        ("to=2026-13-01", "$.to", "expected a day like 2026-12-01"),
        ("from=2026-12-02&to=2026-12-01", "$.from", "is later than"),
        ("from=2001-01-01", "$.from", "more than 400 days"),
        ("from=1970-01-01", "$.from", "from 2000-01-01 to"),
        ("to=9999-12-31", "$.to", "expected a day like 2026-12-01"),
        ("from=9999-12-31&to=9999-12-31", "$.to", "expected a day like 2026-12-01"),
        ("to=0001-01-01", "$.to", "expected a day like 2026-12-01"),
        ("to=20261201", "$.to", "expected a day like 2026-12-01"),
        ("to=2026-W49-2", "$.to", "expected a day like 2026-12-01"),
        ("by=%00", "$.by", "nothing that can be read"),
        ("by=chanel", "$.by", "did you mean 'channel'?"),
        ("since=2026-12-01", "$.since", "there is no parameter"),
    ],
)
def test_what_is_refused_says_why(intake: Intake, query: str, path: str, says: str) -> None:
    status, body = ask(intake, f"{PATH}?{query}")
    assert (status, body["path"], says in body["error"]) == (400, path, True), body


def test_days_on_which_nothing_happened_are_there_too(intake: Intake) -> None:
    body = ask(intake, f"{PATH}?from=2026-11-26&to=2026-12-02")[1]
    assert [each["key"] for each in body["items"]] == [
        *(f"2026-11-{day}" for day in range(26, 31)),
        "2026-12-01",
        "2026-12-02",
    ]
    told = {(each["contacts"], each["backlog"], each["bot_solved"], each["csat"]) for each in body["items"]}
    assert told == {(0, 0, None, None)}
    hours = ask(intake, f"{PATH}?from={DAY}&to={DAY}&by=hour")[1]["items"]
    assert len(hours) == 24
    assert {(each["contacts"], each["backlog"]) for each in hours} == {
        (0, None)
    }  # how much stood open then nobody counts
    assert ask(intake, f"{PATH}?by=channel")[1]["items"] == []
