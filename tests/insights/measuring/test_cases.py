"""Tests how long customers waited: for the first words of a person, for the next, and until all was done."""

from datetime import datetime, timedelta

from core.cases.hours import ROUND_THE_CLOCK
from insights.measuring.cases import Said, Story, measured
from tests.fakes import NOW

MINUTE = timedelta(minutes=1)


class Halves:
    """Counts every second minute, more or less."""

    def after(self, now: datetime, length: timedelta) -> datetime:
        return now + 2 * length

    def between(self, start: datetime, end: datetime) -> timedelta:
        return (end - start) / 2


def said(minutes: int, agent: str = "") -> Said:
    return Said(f"m{minutes}", NOW + minutes * MINUTE, agent)


def waits(*lines: Said, resolved: int | None = None) -> list[tuple[str, str, float, str]]:
    done = NOW + resolved * MINUTE if resolved is not None else None
    story = Story("c1", NOW, done, "UBEA", lines)
    return [
        (each.metric, each.subject, each.calendar / MINUTE, each.agent) for each in measured(story, ROUND_THE_CLOCK)
    ]


def test_several_messages_in_a_row_are_one_wait() -> None:
    found = waits(said(1), said(5, "UBEA"), said(6, "UBEA"), said(8), said(9), said(20, "USAM"), resolved=30)
    assert found == [
        ("first_response", "c1", 5, "UBEA"),
        ("next_reply", "m8", 12, "USAM"),
        ("resolution", "c1", 30, "UBEA"),
    ]


def test_what_is_still_waited_for_is_not_measured() -> None:
    assert waits(said(1)) == []
    assert waits(said(2, "UBEA"), said(3)) == [("first_response", "c1", 2, "UBEA")]


def test_time_in_which_nobody_is_there_does_not_count_as_business() -> None:
    (wait,) = measured(Story("c1", NOW, None, "", [said(10, "UBEA")]), Halves())
    assert (wait.calendar, wait.business) == (10 * MINUTE, 5 * MINUTE)
