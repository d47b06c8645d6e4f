"""Tests what customers hear while nobody is at the desk: when it is back, at most once a day."""

import msgspec

from storage.engine.store import Store
from tests.hub.clocks.clocked import FAST, TIMES, clocked, with_hours
from tests.hub.house import House

CLOSED = "We're closed at the moment and back today at 9:00 AM."


def at_night(store: Store, **more: object) -> House:
    house = House(store, notices=with_hours(), **more)  # type: ignore[arg-type]
    house.later(hours=17)  # Thursday, 03:00 in New York
    return house


def test_a_handoff_says_when_the_desk_is_back(store: Store) -> None:
    house = at_night(store)
    house.hear("agent")
    (said,) = house.texts()
    assert f"{CLOSED} You should hear from us by 11:00" in said


def test_it_is_said_once_a_day(store: Store) -> None:
    house = at_night(store)
    house.hear("agent")
    house.texts()
    house.hear("hello?")
    assert house.texts() == []
    house.later(hours=24)
    house.hear("hello again?")
    (said,) = house.texts()
    assert said.startswith(CLOSED)
    house.hear("well?")
    assert house.texts() == []


def test_who_wrote_in_hours_and_goes_on_at_night_hears_it(store: Store) -> None:
    house = clocked(store, notices=with_hours())
    house.writes("Hello!")
    house.texts()
    house.hear("a question")
    assert house.texts() == []
    house.later(hours=10)
    house.hear("anybody there?")
    (said,) = house.texts()
    assert said.startswith("We're closed at the moment and back tomorrow at 9:00 AM.")


def test_who_speaks_with_an_agent_does_not(store: Store) -> None:
    house = clocked(store, notices=with_hours())
    house.later(hours=10)
    house.writes("I am still here")
    house.texts()
    house.later(minutes=4)
    house.hear("so late?")
    assert house.texts() == []


def test_in_hours_and_without_hours_nothing_is_said(store: Store) -> None:
    house = clocked(store, notices=with_hours())
    house.hear("hello?")
    assert house.texts() == []


def test_a_desk_without_hours_is_never_closed(store: Store) -> None:
    house = clocked(store)
    house.later(hours=12)
    house.hear("hello?")
    assert house.texts() == []


def test_chinese_customers_read_it_in_chinese(store: Store) -> None:
    house = at_night(store)
    house.hear("转人工")
    (said,) = house.texts()
    assert "现在是下班时间，今天 09:00 上班。" in said


def test_at_night_nobody_is_promised_an_answer_at_night(store: Store) -> None:
    always = msgspec.structs.replace(TIMES, policies={"standard": FAST})
    house = at_night(store, times=always)
    house.hear("agent")
    (said,) = house.texts()
    assert said.endswith(f"{CLOSED} You should hear from us by 9:15 AM.")
