"""Tests that news which may still change are told when they rest, and that what belongs together is one message."""

from datetime import date, timedelta

import pytest

from hub.notices import lifecycle
from storage.engine.store import Store
from tests.fakes import NOW, resting_notices
from tests.hub.house import House
from tests.hub.notices.test_lifecycle import ordered, parcel


@pytest.fixture
def house(store: Store) -> House:
    return House(store, notices=resting_notices())


def rest(house: House, seconds: int) -> list[str]:
    """Lets time pass, second by second as the clock looks; returns what the customer was sent."""
    for _ in range(seconds):
        house.later(seconds=1)
        lifecycle.release(house.hub)
        house.send()
    return house.texts("sms")


def moved(n: int, day: int) -> object:
    return parcel(f"eta-{n}", NOW + timedelta(seconds=n), eta=date(2026, 12, day))


def test_three_dates_in_a_minute_are_one_word_with_the_last(house: House) -> None:
    house.told(ordered(promised_by=date(2026, 12, 8)), parcel(eta=date(2026, 12, 8)))
    assert len(rest(house, 12)) == 1
    for n, day in enumerate((10, 12, 11)):
        house.told(moved(n, day))
        assert rest(house, 2) == []
    (text,) = rest(house, 70)
    assert "Dec 11" in text
    assert "Dec 12" not in text
    assert [(state, reason) for key, state, reason in house.notices() if key.startswith("delay")] == [
        ("skipped", "superseded"),
        ("sent", ""),
    ]
    assert rest(house, 120) == []


def test_a_date_that_comes_back_before_it_was_told_is_not_told(house: House) -> None:
    house.told(ordered(promised_by=date(2026, 12, 8)), parcel(eta=date(2026, 12, 8)))
    rest(house, 12)
    house.told(moved(1, 10))
    rest(house, 5)
    house.told(moved(2, 8))
    assert rest(house, 120) == []
    assert [reason for key, _, reason in house.notices() if key.startswith("delay")] == ["not_true"]


def test_what_left_and_is_late_is_one_message_also_when_told_one_after_the_other(house: House) -> None:
    house.told(ordered(promised_by=date(2026, 12, 8)))
    house.told(parcel(eta=date(2026, 12, 8)))
    rest(house, 4)
    house.told(moved(1, 20))
    (text,) = rest(house, 120)
    assert all(words in text for words in ("on its way", "Dec 20", "sorry"))
    assert sorted((state, reason) for _, state, reason in house.notices()) == [
        ("sent", ""),
        ("skipped", "told_together"),
    ]


def test_what_rests_survives_a_restart_and_is_told_once(house: House, store: Store) -> None:
    house.told(ordered(), parcel())
    again = House(store, notices=resting_notices())
    assert len(rest(again, 12)) == 1
    lifecycle.release(again.hub)
    assert rest(again, 12) == []
