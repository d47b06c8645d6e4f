"""Tests that a language model that fails is left alone, and tried by one question."""

from datetime import timedelta

from hub.breaker import FAILURES, LONGEST_PAUSE, PAUSE, Breaker
from tests.fakes import NOW

SOON = timedelta(seconds=1)


def failing() -> Breaker:
    breaker = Breaker()
    for _ in range(FAILURES - 1):
        assert not breaker.failed(NOW)
    assert breaker.allows(NOW)
    assert breaker.failed(NOW)
    return breaker


def test_it_opens_after_failures_in_a_row() -> None:
    breaker = failing()
    assert not breaker.allows(NOW + PAUSE - SOON)
    assert breaker.allows(NOW + PAUSE)


def test_a_success_in_between_begins_the_count_anew() -> None:
    breaker = Breaker()
    for _ in range(FAILURES * 2):
        for _ in range(FAILURES - 1):
            breaker.failed(NOW)
        breaker.succeeded()
    assert breaker.allows(NOW)


def test_one_question_shows_whether_it_is_back() -> None:
    breaker, later = failing(), NOW + PAUSE
    breaker.began(later)
    assert not breaker.allows(later)  # while that one is under way
    assert breaker.failed(later)
    assert not breaker.allows(later + PAUSE - SOON)
    breaker.began(later + PAUSE)
    breaker.succeeded()
    assert breaker.allows(later + PAUSE)


def test_it_is_left_alone_as_long_as_it_wants_within_reason() -> None:
    breaker = Breaker()
    assert breaker.failed(NOW, wanted=0)
    assert breaker.allows(NOW + PAUSE)
    breaker.succeeded()
    breaker.failed(NOW, wanted=300)
    assert not breaker.allows(NOW + timedelta(seconds=299))
    assert breaker.allows(NOW + timedelta(seconds=300))
    breaker.succeeded()
    breaker.failed(NOW, wanted=1e9)
    assert breaker.allows(NOW + LONGEST_PAUSE)
