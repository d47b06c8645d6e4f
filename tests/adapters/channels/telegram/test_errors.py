"""Tests what each refusal means: the whole table, in the forms that Telegram gives."""

import inspect
import json
import warnings
from pathlib import Path

import pytest
import telegram.error

from adapters.channels.telegram.outbound.errors import ERRORS, refusal, refused
from core.errors import Outcome, SendError
from core.ports.calls import Part
from tests.adapters.channels.provider import Reply
from tests.adapters.channels.telegram.rig import against, refusing, send

# code -> [outcome, HTTP status, description]
REFUSALS: dict[str, list[str]] = json.loads((Path(__file__).parent / "refusals.json").read_text())
# What the library raises for no answer of Telegram's, or what is told in another way below.
WITHOUT_ANSWER = {
    "TimedOut",
    "TelegramError",
    "ChatMigrated",
    "PassportDecryptionError",
    "EndPointNotFound",
    "RetryAfter",
}
WITHOUT_ANSWER |= {"BadRequest: message is not modified", "NetworkError: too many requests"}
CLASSES = {
    name: each
    for name, each in vars(telegram.error).items()
    if inspect.isclass(each) and issubclass(each, telegram.error.TelegramError)
}


def failure(reply: Reply) -> SendError:
    with pytest.raises(SendError) as caught:
        send(reply, Part("sendMessage", {"text": "x"}))
    return caught.value


@pytest.mark.parametrize("code", REFUSALS)
def test_each_code_of_the_table_has_its_outcome(code: str) -> None:
    outcome, status, description = REFUSALS[code]
    error = failure(refusing(int(status), description))
    assert (error.outcome.value, error.code) == (outcome, code)


@pytest.mark.parametrize("words", ["VIDEO_CONTENT_TYPE_INVALID", "wrong file type", "PHOTO_INVALID_DIMENSIONS"])
def test_a_file_refused_for_what_it_is_is_known_as_such(words: str) -> None:
    error = failure(refusing(400, f"Bad Request: {words}"))
    assert (error.outcome, error.scope) == (Outcome.CONTENT_REJECTED, "file")


def test_the_refusals_are_the_whole_table() -> None:
    assert set(ERRORS.codes) == set(REFUSALS) | WITHOUT_ANSWER


@pytest.mark.parametrize(
    ("reply", "outcome", "code"),
    [
        (refusing(404, "Not Found"), Outcome.MISCONFIGURED, "InvalidToken"),
        (refusing(429, "Too Many Requests"), Outcome.PACE, "http_429"),
        (refusing(500, "Internal Server Error"), Outcome.RETRY, "http_500"),
        (Reply(504, b"<html>"), Outcome.RETRY, "http_504"),
        (Reply(302, b"<html>"), Outcome.RETRY, "NetworkError"),
        (Reply(413, b"<html>"), Outcome.CONTENT_REJECTED, "NetworkError: request entity too large"),
        (Reply(200, b"<html>"), Outcome.AMBIGUOUS, "TelegramError"),
        (Reply(200, {"ok": True}), Outcome.AMBIGUOUS, "unreadable_answer"),
        (Reply(200, {"ok": True, "result": {"text": "no id"}}), Outcome.AMBIGUOUS, "unreadable_answer"),
        (Reply(drop=True), Outcome.AMBIGUOUS, "connection_lost"),
    ],
)
def test_each_other_failure_has_its_outcome(reply: Reply, outcome: Outcome, code: str) -> None:
    error = failure(reply)
    assert (error.outcome, error.code) == (outcome, code)


def test_too_fast_holds_for_the_whole_bot_for_the_seconds_named() -> None:
    error = failure(refusing(429, "Too Many Requests: retry after 7", parameters={"retry_after": 7}))
    assert (error.outcome, error.retry_after, error.scope) == (Outcome.PACE, 7, "bot")


def test_an_album_without_messages_is_an_answer_nobody_can_read() -> None:
    media = [{"id": "photo1", "kind": "image", "mime": "image/jpeg", "filename": ""}] * 2
    with pytest.raises(SendError) as caught:
        send(Reply(200, {"ok": True, "result": []}), Part("sendMediaGroup", {"media": media}))
    assert caught.value.outcome is Outcome.AMBIGUOUS


def instance_of(kind: type[telegram.error.TelegramError]) -> telegram.error.TelegramError:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # RetryAfter announces that its attribute will change
        arguments = {"RetryAfter": [7], "ChatMigrated": [-100]}.get(kind.__name__, ["words"])
        return kind(*arguments)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_error_of_the_library_is_in_the_table(name: str) -> None:
    assert name in ERRORS.codes
    assert refusal(instance_of(CLASSES[name])).outcome is ERRORS.codes[name]


def test_the_table_names_only_errors_that_exist() -> None:
    assert {code.partition(":")[0] for code in ERRORS.codes} == set(CLASSES)


def test_network_errors_are_not_taken_for_each_other() -> None:
    outcomes = {name: refused(name, "words").outcome for name in ("NetworkError", "BadRequest", "TimedOut")}
    assert outcomes == {
        "NetworkError": Outcome.RETRY,
        "BadRequest": Outcome.CONTENT_REJECTED,
        "TimedOut": Outcome.AMBIGUOUS,
    }


def test_an_error_of_a_question_tells_its_cure() -> None:
    with pytest.raises(SendError) as caught:
        against(refusing(401, "Unauthorized"), lambda account: account.check())
    assert caught.value.detail == "the bot token is wrong or revoked: check TELEGRAM_BOT_TOKEN"
