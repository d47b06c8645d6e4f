"""The reading of Graph errors, and the words that reach operators."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from adapters.graph import error_of, failure, load_error_table, scrub
from adapters.http import HttpReply
from core.capabilities import ErrorTable
from core.errors import Outcome

TABLE = ErrorTable(
    codes={
        "10/7": Outcome.WINDOW_CLOSED,
        "10": Outcome.MISCONFIGURED,
        "133016": Outcome.PACE,
        "130429": Outcome.PACE,
        "http_404": Outcome.MISCONFIGURED,
    }
)


def fail(status: int, error: Any = None, headers: dict[str, str] | None = None) -> tuple[Outcome, str, float | None]:
    made = failure(HttpReply(status, headers or {}, b""), {} if error is None else {"error": error}, TABLE)
    return made.outcome, made.code, made.retry_after


@pytest.mark.parametrize(
    ("status", "error", "outcome", "code"),
    [
        (400, {"code": 10, "error_subcode": 7}, Outcome.WINDOW_CLOSED, "10/7"),
        (400, {"code": 10, "error_subcode": 8}, Outcome.MISCONFIGURED, "10"),
        (400, {"code": 300}, Outcome.CONTENT_REJECTED, "300"),
        (400, {"code": 133016}, Outcome.PACE, "133016"),
        (400, {"code": 5, "is_transient": True}, Outcome.RETRY, "5"),
        (400, {"code": 10, "is_transient": True}, Outcome.MISCONFIGURED, "10"),
        (400, {"code": 5, "is_transient": False}, Outcome.CONTENT_REJECTED, "5"),
        (503, {"code": 5}, Outcome.RETRY, "5"),
        (429, {"code": 5}, Outcome.PACE, "5"),
        (500, None, Outcome.RETRY, "http_500"),
        (429, None, Outcome.PACE, "http_429"),
        (404, None, Outcome.MISCONFIGURED, "http_404"),
        (400, None, Outcome.CONTENT_REJECTED, "http_400"),
        (302, "elsewhere", Outcome.CONTENT_REJECTED, "http_302"),
        (200, {"code": 130429}, Outcome.PACE, "130429"),
    ],
)
def test_what_decides(status: int, error: Any, outcome: Outcome, code: str) -> None:
    assert fail(status, error)[:2] == (outcome, code)


def test_a_family_stands_for_its_members_that_are_not_listed(tmp_path: Path) -> None:
    path = tmp_path / "errors.yaml"
    path.write_text("codes:\n  misconfigured: [2xx, 133xxx, 190]\n  pace: [133016]\n")
    table = load_error_table(path)
    assert {table.outcome(code) for code in ("200", "299", "133000", "133999", "190")} == {Outcome.MISCONFIGURED}
    assert table.outcome("133016") is Outcome.PACE
    assert {table.outcome(code) for code in ("199", "300", "20", "134000", "133")} == {Outcome.CONTENT_REJECTED}


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"X-Business-Use-Case-Usage": '{"1": [{"type": "messenger", "estimated_time_to_regain_access": 5}]}'}, 300.0),
        ({"X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": 0}]}'}, None),
        ({"X-Business-Use-Case-Usage": "{"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], wait: float | None) -> None:
    assert fail(400, {"code": 130429}, headers)[2] == wait
    assert fail(400, {"code": 10}, headers)[2] is None


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Message failed to send because more than 24 hours have passed", None),
        ("This person isn't here, that's all", None),
        ("Unexpected value 'Jane Doe' here", "Unexpected value … here"),
        ("(#131030) Recipient phone number not in allowed list", None),
        ("No such user +1 (202) 555-0101 here", "No such user … here"),
        ('Unexpected value "Jane Doe" in parameter', "Unexpected value … in parameter"),
        ("Malformed access token EAAGm0PX4ZCpsBAKZCabcdefgh", "Malformed access token …"),
    ],
)
def test_what_operators_read(said: str, kept: str | None) -> None:
    assert scrub(said) == (said if kept is None else kept)


def test_words_that_repeat_ours_are_dropped_whole() -> None:
    assert scrub("cannot send: Hello Jane", ("Hello Jane",)) == ""
    assert scrub("cannot send", ("", "Hello Jane")) == "cannot send"


@pytest.mark.parametrize("junk", [None, [], "131047", [None], [[]], {}])
def test_errors_of_a_webhook_may_be_junk(junk: Any) -> None:
    assert error_of(junk) == ("", "")


def test_errors_of_a_webhook() -> None:
    listed = [{"code": 131026, "title": "Undeliverable"}, {"code": 1}]
    assert error_of(msgspec.json.decode(msgspec.json.encode(listed))) == ("131026", "Undeliverable")
