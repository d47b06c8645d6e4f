"""Tests the table of retries: every row, tried to its end."""

from datetime import timedelta

import pytest

from core.retries import FOREVER, RULES, Failure, Rule

DAY, WEEK, YEAR = timedelta(days=1), timedelta(days=7), timedelta(days=365)
MOMENT = timedelta(microseconds=1)

# Failure: tries in all, the waits before each further one; how old it is then; how old it may be at most.
TABLE = [
    (Failure.SEND, 8, (1, 5, 15, 60, 120, 300, 600), DAY + MOMENT, None),
    (Failure.PACE, FOREVER, (2, 2, 2), YEAR, None),
    (Failure.PAIR, FOREVER, (1, 4, 16, 64, 256, 1024, 4096, 4096), YEAR, None),
    (Failure.RESTRICTED, 8, (60, 300, 900, 3600, 3600, 3600, 3600), DAY + MOMENT, None),
    (Failure.ACCOUNT, FOREVER, (60, 60), YEAR, None),
    (Failure.LATE, 3, (60, 600), MOMENT, None),
    (Failure.LATE_SLOWLY, 3, (3600, 21600), MOMENT, None),
    (Failure.CHANNEL_OFF, FOREVER, (60, 60), YEAR, None),
    (Failure.NOT_PREPARED, 3, (60, 60), MOMENT, None),
    (Failure.FILE, 8, (2, 10, 30, 120, 600, 1800, 3600), MOMENT, WEEK),
    (Failure.FILE_PACE, FOREVER, (30, 30), MOMENT, WEEK),
    (Failure.FILE_ACCOUNT, FOREVER, (300, 300), MOMENT, WEEK),
    (Failure.DESK, FOREVER, (1, 5, 15, 60, 120, 300, 300), YEAR, None),
    (Failure.LOST_ANSWER, 2, (), MOMENT, None),
    (Failure.CRASH, 2, (), MOMENT, None),
    (Failure.OUTGOING, 10, (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400), MOMENT, None),
    (Failure.MAIL, FOREVER, (2, 5, 15, 30, 60, 60), MOMENT, None),
    (Failure.ITEM, 5, (), MOMENT, None),
]
PATIENT = {Failure.PACE, Failure.ACCOUNT, Failure.CHANNEL_OFF, Failure.FILE_PACE, Failure.FILE_ACCOUNT}


@pytest.mark.parametrize(("failure", "tries", "waits", "age", "most"), TABLE, ids=[row[0] for row in TABLE])
def test_each_failure_has_its_tries_and_waits(
    failure: Failure, tries: int, waits: tuple[float, ...], age: timedelta, most: timedelta | None
) -> None:
    rule = RULES[failure]
    assert tuple(rule.wait(n) for n in range(len(waits))) == waits
    ends = [n for n in range(20) if rule.is_over(n, age)]
    assert ends == list(range(tries - 1, 20))
    assert rule.at_most == most
    assert rule.burns is (failure not in PATIENT)


def test_the_table_is_whole() -> None:
    assert {row[0] for row in TABLE} == set(RULES) == set(Failure)


def test_what_is_young_is_not_given_up() -> None:
    rule = Rule((1,), tries=2, at_least=DAY)
    assert not rule.is_over(50, DAY)
    assert rule.is_over(50, DAY + MOMENT)
    assert not rule.is_over(0, YEAR)


def test_what_is_old_is_given_up_at_its_first_failure() -> None:
    rule = Rule((1,), at_most=WEEK)
    assert not rule.is_over(50, WEEK - MOMENT)
    assert rule.is_over(0, WEEK)
