"""Tests the one table of what follows from a failed attempt."""

from datetime import datetime, timedelta

import pytest

from core.errors import Outcome, SendError
from core.retries import RULES, Failure
from hub.delivery.outcomes.judging import NOT_PREPARED, WORDS, Verdict, explain, judge
from storage.queues import outbox
from tests.fakes import NOW

SEND, RESTRICTED = RULES[Failure.SEND], RULES[Failure.RESTRICTED]
OLD = timedelta(days=1, seconds=1)
LAST = SEND.tries - 1  # so many failures came before the last one


def verdict(
    outcome: Outcome, code: str = "x", attempts: int = 0, speaker: str = "bot", wait: float | None = None
) -> Verdict:
    return judge(SendError(outcome, code, retry_after=wait), attempts, speaker, NOW)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(("attempts", "seconds"), list(enumerate(SEND.waits))[:LAST])
def test_a_retry_backs_off_and_burns_an_attempt(attempts: int, seconds: int) -> None:
    assert verdict(Outcome.RETRY, attempts=attempts) == Verdict(outbox.PENDING, after(seconds), burned=1)


def test_a_retry_waits_as_long_as_the_provider_says() -> None:
    assert verdict(Outcome.RETRY, wait=33).not_before == after(33)


def test_retries_end() -> None:
    error = SendError(Outcome.RETRY, "connect")
    assert judge(error, LAST, "bot", NOW, timedelta(days=1)).state == outbox.PENDING
    assert judge(error, LAST, "bot", NOW, OLD) == Verdict(outbox.FAILED, NOW, burned=1)
    assert judge(error, 0, "bot", NOW, OLD).state == outbox.PENDING


@pytest.mark.parametrize(("wait", "seconds"), [(None, 2.0), (30, 30)])
def test_pace_pauses_the_sender_and_burns_nothing(wait: float | None, seconds: float) -> None:
    assert verdict(Outcome.PACE, wait=wait, attempts=50) == Verdict(outbox.PENDING, after(seconds), pause=seconds)


def test_a_fault_of_ours_keeps_the_queue() -> None:
    expected = Verdict(outbox.PENDING, after(60), pause=60)
    assert verdict(Outcome.MISCONFIGURED, attempts=50) == expected


@pytest.mark.parametrize(("attempts", "seconds"), list(enumerate((*SEND.waits, SEND.waits[-1]))))
def test_an_account_that_may_not_write_to_one_waits_for_them_alone(attempts: int, seconds: int) -> None:
    error = SendError(Outcome.MISCONFIGURED, "21408", scope="pair")
    assert judge(error, attempts, "agent", NOW) == Verdict(outbox.PENDING, after(seconds), burned=1)
    assert judge(error, SEND.tries, "bot", NOW, OLD) == Verdict(outbox.FAILED, NOW, burned=1)


@pytest.mark.parametrize("speaker", ["notice", "marketing"])
def test_a_notice_that_may_not_be_written_to_one_takes_another_way(speaker: str) -> None:
    error = SendError(Outcome.MISCONFIGURED, "21408", scope="pair")
    assert judge(error, 0, speaker, NOW) == Verdict(outbox.FAILED, NOW, burned=1)


def test_a_restriction_is_waited_for_longer_each_time_and_pauses_the_sender_once() -> None:
    error = SendError(Outcome.PACE, "63038", scope="alert")
    found = [judge(error, attempts, "bot", NOW) for attempts in range(6)]
    waits = (*RESTRICTED.waits, RESTRICTED.waits[-1], RESTRICTED.waits[-1])
    assert [each.not_before for each in found] == [after(seconds) for seconds in waits]
    assert [each.pause for each in found] == [60, 0, 0, 0, 0, 0]
    assert {each.burned for each in found} == {1}
    assert judge(error, SEND.tries, "bot", NOW, OLD).state == outbox.FAILED


def test_an_unknown_outcome_waits_for_its_receipt() -> None:
    assert verdict(Outcome.AMBIGUOUS) == Verdict(outbox.UNKNOWN, NOW)


@pytest.mark.parametrize(
    ("speaker", "code", "state"),
    [
        ("marketing", "http_500", outbox.UNKNOWN),
        ("marketing", "131000", outbox.UNKNOWN),
        ("marketing", "20500", outbox.UNKNOWN),
        ("marketing", "connect", outbox.PENDING),
        ("marketing", "no_media_id", outbox.PENDING),
        ("marketing", "timeout", outbox.PENDING),
        ("notice", "131000", outbox.PENDING),
        ("notice", "http_500", outbox.PENDING),
        ("bot", "http_503", outbox.PENDING),
    ],
)
def test_marketing_is_not_repeated_after_an_error_that_may_hide_a_success(speaker: str, code: str, state: str) -> None:
    assert verdict(Outcome.RETRY, code, speaker=speaker).state == state


@pytest.mark.parametrize(
    "outcome", [Outcome.WINDOW_CLOSED, Outcome.OPTED_OUT, Outcome.ADDRESS_DEAD, Outcome.CONTENT_REJECTED]
)
def test_what_will_never_pass_fails_at_once(outcome: Outcome) -> None:
    assert verdict(outcome) == Verdict(outbox.FAILED, NOW, burned=1)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_words_for_the_agent(outcome: Outcome) -> None:
    assert WORDS[outcome] in explain(outcome, "131047")
    assert "131047" in explain(outcome, "131047")


def test_what_could_not_be_prepared_is_not_blamed_on_the_provider() -> None:
    assert "provider" not in explain(Outcome.CONTENT_REJECTED, NOT_PREPARED)
