"""Tests how a customer's name is asked for."""

from typing import Any

import pytest

from core.errors import Outcome, SendError
from core.messages.pieces import Profile
from tests.adapters.channels.messenger.page import JANE, against, refusal
from tests.adapters.channels.provider import Reply

ASKED = f"GET {JANE.value}"


def profile(answer: dict[str, Any]) -> Profile:
    found, _ = against({ASKED: Reply(200, answer)}, lambda account: account.profile(JANE.value))
    return found


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ({"first_name": "Sofia", "last_name": "Reyes", "name": "Sofia Reyes", "id": JANE.value}, "Sofia Reyes"),
        ({"first_name": "Sofia", "last_name": "Reyes", "id": JANE.value}, "Sofia Reyes"),
        ({"first_name": "Sofia", "id": JANE.value}, "Sofia"),
        ({"name": " ", "last_name": "Reyes", "id": JANE.value}, "Reyes"),
        ({"id": JANE.value}, ""),
        ({"name": ["no", "text"], "id": JANE.value}, ""),
    ],
)
def test_the_name_is_what_meta_says_in_any_form(answer: dict[str, Any], name: str) -> None:
    assert profile(answer).name == name


def test_three_fields_are_asked_for_in_one_call() -> None:
    answers = {ASKED: Reply(200, {"name": "Sofia"})}
    _, (asked,) = against(answers, lambda account: account.profile(JANE.value))
    assert asked.path == f"/v26.0/{JANE.value}?fields=first_name,last_name,name"


@pytest.mark.parametrize(
    ("code", "subcode", "outcome"),
    [
        (100, 2018218, Outcome.CONTENT_REJECTED),  # no profile available
        (100, 33, Outcome.MISCONFIGURED),
        (200, None, Outcome.MISCONFIGURED),
        (230, None, Outcome.MISCONFIGURED),  # needs pages_messaging
        (613, None, Outcome.PACE),
        (2, None, Outcome.RETRY),
    ],
)
def test_a_refusal_says_whether_it_is_worth_asking_again(code: int, subcode: int | None, outcome: Outcome) -> None:
    with pytest.raises(SendError) as caught:
        against({ASKED: refusal(code, subcode)}, lambda account: account.profile(JANE.value))
    assert caught.value.outcome is outcome
