"""Tests where customers' files lie."""

import logging

import pytest

from core.errors import Outcome, SendError
from core.ports.calls import Download
from tests.adapters.channels.provider import Reply
from tests.adapters.channels.telegram.rig import TOKEN, against, form, ok, refusing

FILE = {"file_id": "BQACAgIAAxkB", "file_unique_id": "AgADx1", "file_size": 144923, "file_path": "photos/file_12.jpg"}
TWENTY_MB = 20 * 1024 * 1024


def locate(reply: Reply) -> Download:
    return against(reply, lambda account: account.locate("BQACAgIAAxkB"))[0]


def failure(reply: Reply) -> SendError:
    with pytest.raises(SendError) as caught:
        locate(reply)
    return caught.value


def test_a_file_has_a_link_with_the_token_which_nobody_logs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    found, (asked,) = against(ok(FILE), lambda account: account.locate("BQACAgIAAxkB"))
    assert found.url.endswith(f"/file/bot{TOKEN}/photos/file_12.jpg")
    assert (found.max_bytes, found.filename, found.headers) == (TWENTY_MB, "file_12.jpg", {})
    assert form(asked) == {"file_id": "BQACAgIAAxkB"}
    assert TOKEN not in caplog.text


@pytest.mark.parametrize(
    "reply",
    [
        refusing(400, "Bad Request: file is too big"),
        ok({**FILE, "file_size": TWENTY_MB + 1}),
    ],
)
def test_more_than_twenty_megabytes_cannot_be_fetched(reply: Reply) -> None:
    error = failure(reply)
    assert (error.outcome, error.code) == (Outcome.CONTENT_REJECTED, "too_large")


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (refusing(400, "Bad Request: wrong file_id or the file is temporarily unavailable"), Outcome.CONTENT_REJECTED),
        (refusing(401, "Unauthorized"), Outcome.MISCONFIGURED),
        (refusing(502, "Bad Gateway"), Outcome.RETRY),
        (Reply(drop=True), Outcome.RETRY),
        (ok({"file_unique_id": "x"}), Outcome.RETRY),
        (ok({key: value for key, value in FILE.items() if key != "file_path"}), Outcome.RETRY),
    ],
)
def test_a_question_that_changes_nothing_is_never_ambiguous(reply: Reply, outcome: Outcome) -> None:
    error = failure(reply)
    assert error.outcome is outcome
    assert TOKEN not in f"{error} {error.detail}"
