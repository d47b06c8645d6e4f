"""Tests which questions of flows were answered and which were left."""

from datetime import UTC, datetime, timedelta

from insights.measuring.passages import Event, asked

START = datetime(2026, 11, 30, 9, tzinfo=UTC)
LATER = START + timedelta(days=3)


def event(name: str, hours: float, step: str = "reason") -> Event:
    return Event(f"e{hours:05}{name}", START + timedelta(hours=hours), name, "returns", step)


def told(*events: Event, now: datetime = LATER) -> list[tuple[str, bool]]:
    return [(each.step, each.is_answered) for each in asked(events, now)]


def test_a_question_that_was_answered() -> None:
    assert told(event("asked", 0), event("answered", 1)) == [("reason", True)]


def test_a_question_is_left_after_a_day() -> None:
    assert told(event("asked", 0)) == [("reason", False)]
    assert told(event("asked", 0), now=START + timedelta(hours=23)) == []
    assert told(event("asked", 0), event("answered", 24)) == [("reason", False)]


def test_asked_again_it_is_one_question() -> None:
    assert told(event("asked", 0), event("asked", 1), event("answered", 2)) == [("reason", True)]
    assert told(event("asked", 0), event("asked", 1)) == [("reason", False)]
    assert told(event("asked", 0), event("asked", 25), event("answered", 26)) == [("reason", False), ("reason", True)]


def test_each_step_is_a_question_of_its_own() -> None:
    found = told(event("asked", 0), event("asked", 1, "items"), event("answered", 2, "items"))
    assert found == [("reason", False), ("items", True)]
