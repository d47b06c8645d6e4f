"""Tests when a case stood open, and when its end was enough."""

from datetime import datetime, timedelta

from insights.measuring.endings import ENOUGH, periods, was_enough
from storage.insight.sources.case_stories import End
from tests.fakes import NOW

DAY = timedelta(days=1)
LATER = NOW + 30 * DAY


def end(days: float, again: float | None = None, state: str = "resolved") -> End:
    reopened = NOW + again * DAY if again is not None else None
    return End(f"e{days}", NOW + days * DAY, state, "UBEA", reopened)


def stood(*ends: End) -> list[tuple[str, float, float | None]]:
    return [
        (each.id, (each.since - NOW) / DAY, (each.until - NOW) / DAY if each.until else None)
        for each in periods("c1", NOW, ends)
    ]


def test_a_case_stands_open_until_it_is_over() -> None:
    assert stood() == [("c1", 0, None)]
    assert stood(end(2)) == [("c1", 0, 2)]


def test_opened_again_it_stands_open_anew_under_the_end_before() -> None:
    assert stood(end(2, again=5), end(6)) == [("c1", 0, 2), ("e2", 5, 6)]
    assert stood(end(2, again=5)) == [("c1", 0, 2), ("e2", 5, None)]


def test_it_was_enough_if_nothing_more_came_within_a_week() -> None:
    week = ENOUGH / DAY
    for last, opened, again, enough in (
        (0, [], None, True),
        (0, [NOW + DAY], None, False),
        (0, [NOW + ENOUGH], None, True),
        (0, [NOW - DAY], None, True),
        (0, [], week - 0.1, False),
        (0, [], week + 1, True),
    ):
        assert was_enough(end(last, again), opened, LATER) is enough


def test_before_the_week_is_over_nothing_is_known() -> None:
    soon: datetime = NOW + ENOUGH - timedelta(seconds=1)
    assert was_enough(end(0), [], soon) is None
    assert was_enough(end(0, again=1), [], soon) is None
    assert was_enough(end(0), [], NOW + ENOUGH) is True
