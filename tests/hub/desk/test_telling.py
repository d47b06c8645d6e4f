"""Tests that customers are told who has their case where that can be said now, never by a message that must fail."""

from collections.abc import Callable

import pytest

from storage.queues.tables import outbox
from tests.hub.house import ANNA, BEN, House


def reopen(house: House) -> None:
    house.presses("case_reopen")


def take_over(house: House) -> None:
    house.presses("case_take_over", BEN)


def assign(house: House) -> None:
    house.presses("case_assign", ANNA, person=BEN)


def release_and_claim(house: House) -> None:
    house.presses("case_release")
    house.presses("case_claim", BEN)


STEPS = (reopen, take_over, assign, release_and_claim)


def make_ready(house: House, step: Callable[[House], None]) -> None:
    house.presses("case_claim")
    if step is reopen:
        house.presses("case_resolve")
    house.texts()


@pytest.mark.parametrize("step", STEPS)
def test_within_the_window_they_hear_it(house: House, step: Callable[[House], None]) -> None:
    make_ready(house, step)
    step(house)
    assert len(house.texts()) == 1


@pytest.mark.parametrize("step", STEPS)
def test_outside_it_nothing_is_tried_and_the_step_is_taken(house: House, step: Callable[[House], None]) -> None:
    make_ready(house, step)
    house.later(hours=30)
    step(house)
    assert house.texts() == []
    assert {row.state for row in house.rows(outbox) if row.lane == "message"} == {"sent"}
    assert not [post for post in house.posts() if "has this case" in getattr(post, "text", "")]


@pytest.mark.parametrize("step", STEPS)
def test_after_stop_nothing_is_said(house: House, step: Callable[[House], None]) -> None:
    make_ready(house, step)
    house.hear("STOP")
    house.texts()
    step(house)
    assert house.texts() == []
